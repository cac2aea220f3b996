import { duration } from '../../catalogue/param.ts';
import { defineBackoff } from './backoff.ts';

export const fixed = defineBackoff({
  kind: 'fixed',
  title: 'Fixed backoff',
  about: 'Waits equally long before every retry.',
  source: 'Resilience4j 2.4 (RetryConfig.waitDuration), Polly 8 (DelayBackoffType.Constant)',
  params: {
    delay: duration({ about: 'The wait before each retry.' }),
  },
  shorthand: 'delay',
  create: ({ delay }) => ({ maxNs: Infinity, delayNs: () => delay }),
});
