import { defineStack } from './stack.ts';

export const dotnetStack = defineStack({
  kind: 'dotnet',
  title: '.NET standard resilience handler',
  about: 'What AddStandardResilienceHandler puts around an HttpClient: a concurrency limit, a total timeout, a retry, a breaker and a timeout for each attempt.',
  source: 'Microsoft.Extensions.Http.Resilience 8 (HttpStandardResilienceOptions), Polly 8',
  useWhen: 'The service calls with an HttpClient and the standard handler.',
  differs: 'It is the only one of these stacks with two timeouts: one for all attempts together and one for each.',
  layers: [
    { pattern: 'bulkhead', as: 'rateLimiter', with: { maxConcurrentCalls: 1000, maxWaitDuration: 0 } },
    { pattern: 'timeout', as: 'totalRequestTimeout', with: { after: '30s' } },
    { pattern: 'retry', with: { maxAttempts: 4, backoff: { decorrelatedV2: { base: '2s', max: 'unlimited' } } } },
    { pattern: 'circuitBreaker', kind: 'polly', with: { failureRatio: 0.1, minimumThroughput: 100, samplingDuration: '30s', breakDuration: '5s' } },
    { pattern: 'timeout', as: 'attemptTimeout', with: { after: '10s' } },
  ],
});
