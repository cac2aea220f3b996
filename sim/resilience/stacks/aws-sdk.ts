import { defineStack } from './stack.ts';

export const awsSdkStack = defineStack({
  kind: 'awsSdk',
  title: 'AWS SDK, standard retry mode',
  about: 'A client of an AWS SDK: three attempts with full jitter, paid from a quota of tokens, and a read timeout for each.',
  source: 'AWS SDKs and Tools Reference Guide (standard mode), botocore (read_timeout 60 s)',
  useWhen: 'The service calls a cloud provider through its SDK with default settings.',
  differs: 'There is no breaker: an empty quota stops the retries, and first attempts go on.',
  layers: [
    {
      pattern: 'retry',
      with: { maxAttempts: 3, backoff: { exponential: { base: '1s', factor: 2, max: '20s' } }, jitter: 'full', retryAfter: 'ignore', budget: 'aws' },
    },
    { pattern: 'timeout', as: 'readTimeout', with: { after: '60s' } },
  ],
});
