import { defineStack } from './stack.ts';

export const bulkheadAroundBreakerStack = defineStack({
  kind: 'bulkheadAroundBreaker',
  title: 'Bulkhead around a breaker',
  about: 'A bulkhead of 10 calls and 100 waiting ones, and inside it a breaker.',
  source: 'the chapters (bulkhead 10 / 100, breaker 5 failures, 60 s)',
  useWhen: 'To compare orders: what waits for the bulkhead is not yet judged by the breaker.',
  differs: 'The breaker sees neither the wait for the bulkhead nor its rejections; in the stack resilience4j it sees both.',
  layers: [
    { pattern: 'bulkhead', with: { maxConcurrentCalls: 10, queueCapacity: 100, maxWaitDuration: 'unlimited' } },
    { pattern: 'circuitBreaker', kind: 'consecutive', with: { failureThreshold: 5, recoveryTimeout: '60s' } },
  ],
});
