import { defineStack } from './stack.ts';

export const timeoutAroundBreakerStack = defineStack({
  kind: 'timeoutAroundBreaker',
  title: 'Timeout around a breaker (a mistake)',
  about: 'A timeout that stands outside the breaker: a call that takes too long is let go of before the breaker hears of its failure, so it never opens.',
  source: 'the chapters, where it is written so by mistake',
  useWhen: 'To show the mistake. Put the timeout inside, and the breaker opens.',
  avoidWhen: 'Always, in production: a breaker must see the timeouts.',
  layers: [
    { pattern: 'fallback', with: { quality: '50%' } },
    { pattern: 'timeout', with: { after: '1s' } },
    { pattern: 'circuitBreaker', kind: 'consecutive', with: { failureThreshold: 5, recoveryTimeout: '60s' } },
  ],
});
