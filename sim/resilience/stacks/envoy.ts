import { defineStack } from './stack.ts';

export const envoyStack = defineStack({
  kind: 'envoy',
  title: 'Envoy route',
  about: 'A route of Envoy: a timeout for all attempts, one retry, and the limit of requests that Envoy calls a circuit breaker.',
  source: 'Envoy (RouteAction.timeout 15 s, RetryPolicy.num_retries 1, back-off 25 to 250 ms, CircuitBreakers.Thresholds: 1024 requests, 3 retries at a time); retries need a retry_on, here 5xx; Retry-After is not heard without a rate_limited_retry_back_off',
  useWhen: 'A sidecar or gateway calls for the service, as in a mesh.',
  differs: 'Its circuit breaker never opens on failures: it is a bulkhead. At most three retries are under way at any time.',
  layers: [
    { pattern: 'timeout', as: 'route', with: { after: '15s' } },
    {
      pattern: 'retry',
      with: {
        maxAttempts: 2,
        backoff: { exponential: { base: '25ms', factor: 2, max: '250ms' } },
        jitter: 'full',
        retryOn: ['error', 'reset', 'refused', 'unreachable', 'shed', 'queueFull', 'timeout'],
        retryAfter: 'ignore',
        budget: { envoy: { maxRetries: 3 } },
      },
    },
    { pattern: 'bulkhead', as: 'maxRequests', with: { maxConcurrentCalls: 1024, maxWaitDuration: 0 } },
  ],
});
