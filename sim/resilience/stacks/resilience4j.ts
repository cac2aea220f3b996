import { FAILURES } from '../failures.ts';
import { defineStack } from './stack.ts';

export const resilience4jStack = defineStack({
  kind: 'resilience4j',
  title: 'Resilience4j annotations',
  about: 'All five annotations of Resilience4j on one method: retry around breaker around rate limiter around time limiter around bulkhead.',
  source: 'Resilience4j 2.4 with Spring Boot: default order of aspects, default configurations',
  useWhen: 'The service annotates its methods with @Retry, @CircuitBreaker, @RateLimiter, @TimeLimiter and @Bulkhead; switch those off that it does not use.',
  differs: 'The retry stands outside: each attempt passes the breaker, and a full bulkhead counts as a failure of the callee.',
  layers: [
    { pattern: 'retry', with: { maxAttempts: 3, backoff: { fixed: '500ms' }, retryOn: FAILURES, retryAfter: 'ignore' } },
    { pattern: 'circuitBreaker', kind: 'resilience4j' },
    { pattern: 'rateLimit', kind: 'resilience4j', as: 'rateLimiter' },
    { pattern: 'timeout', as: 'timeLimiter', with: { after: '1s' } },
    { pattern: 'bulkhead', with: { maxConcurrentCalls: 25, maxWaitDuration: 0 } },
  ],
});
