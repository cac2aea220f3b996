import { defineJitter } from './jitter.ts';

export const none = defineJitter({
  kind: 'none',
  title: 'No jitter',
  about: 'Waits exactly as long as the backoff says.',
  source: 'the plain formula',
  avoidWhen: 'Many callers can fail at the same moment: they would all come back at the same moment as well.',
  params: {},
  create: () => (delayNs) => delayNs,
});
