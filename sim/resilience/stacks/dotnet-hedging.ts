import { defineStack } from './stack.ts';

export const dotnetHedgingStack = defineStack({
  kind: 'dotnetHedging',
  title: '.NET standard hedging handler',
  about: 'What AddStandardHedgingHandler puts around an HttpClient: a total timeout and a hedge, then a concurrency limit, a breaker and a timeout for each instance of the callee.',
  source: 'Microsoft.Extensions.Http.Resilience 8 (HttpStandardHedgingResilienceOptions), Polly 8',
  useWhen: 'The service calls several equal endpoints with an HttpClient and the hedging handler.',
  differs: 'It sends a second attempt while the first still runs, and keeps limit and breaker for each instance.',
  layers: [
    { pattern: 'timeout', as: 'totalRequestTimeout', with: { after: '30s' } },
    { pattern: 'hedge', kind: 'delay', with: { delay: '2s', maxHedgedAttempts: 1 } },
    { pattern: 'bulkhead', as: 'rateLimiter', with: { maxConcurrentCalls: 1000, maxWaitDuration: 0, per: ['callee'] } },
    {
      pattern: 'circuitBreaker',
      kind: 'polly',
      with: { failureRatio: 0.1, minimumThroughput: 100, samplingDuration: '30s', breakDuration: '5s', per: ['callee'] },
    },
    { pattern: 'timeout', as: 'attemptTimeout', with: { after: '10s' } },
  ],
});
