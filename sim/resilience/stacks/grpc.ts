import { defineStack } from './stack.ts';

export const grpcStack = defineStack({
  kind: 'grpc',
  title: 'gRPC service config',
  about: 'A gRPC call with a deadline for all attempts together, a retry policy and retry throttling.',
  source: 'gRPC proposal A6 (its example policy: 4 attempts, 100 ms to 1 s, UNAVAILABLE; throttling 10 / 0.1), without the transparent retries of what never left the client; the deadline of 5 s is our own choice, gRPC has none by default',
  useWhen: 'Services call each other with gRPC and a retryPolicy in the service config.',
  differs: 'Only broken connections and refusals are tried again (UNAVAILABLE), no errors and no timeouts, and throttling stops retries while most calls fail. Set cancelDownstream at the call site too: gRPC tells the server when a caller has left.',
  layers: [
    { pattern: 'timeout', as: 'deadline', with: { after: '5s', propagateDeadline: true } },
    {
      pattern: 'retry',
      with: {
        maxAttempts: 4,
        backoff: { exponential: { base: '100ms', factor: 2, max: '1s' } },
        jitter: { proportional: { min: 0.8, max: 1.2 } },
        retryOn: ['refused', 'reset', 'unreachable', 'shed', 'queueFull'],
        retryAfter: 'exactly',
        budget: { grpc: { maxTokens: 10, tokenRatio: 0.1 } },
      },
    },
  ],
});
