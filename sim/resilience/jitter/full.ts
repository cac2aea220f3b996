import { defineJitter } from './jitter.ts';

export const full = defineJitter({
  kind: 'full',
  title: 'Full jitter',
  about: 'Waits anywhere between nothing and what the backoff says.',
  source: 'AWS Architecture Blog 2015 (Exponential Backoff and Jitter)',
  useWhen: 'Usually: it spreads the load best.',
  params: {},
  create: () => (delayNs, uniform) => delayNs * uniform,
});
