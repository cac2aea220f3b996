import { defineJitter } from './jitter.ts';

export const equal = defineJitter({
  kind: 'equal',
  title: 'Equal jitter',
  about: 'Waits half of what the backoff says and anywhere up to the other half.',
  source: 'AWS Architecture Blog 2015 (Exponential Backoff and Jitter)',
  useWhen: 'A very short wait must not happen.',
  params: {},
  create: () => (delayNs, uniform) => delayNs * (0.5 + 0.5 * uniform),
});
