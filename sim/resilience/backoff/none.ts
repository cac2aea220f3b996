import { defineBackoff } from './backoff.ts';

export const none = defineBackoff({
  kind: 'none',
  title: 'No backoff',
  about: 'Tries again at once.',
  source: 'the simplest retry loop',
  avoidWhen: 'The callee may be overloaded: retries without a pause add load exactly when there is too much of it.',
  params: {},
  create: () => ({ maxNs: Infinity, delayNs: () => 0 }),
});
