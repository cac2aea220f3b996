import { duration } from '../../catalogue/param.ts';
import { defineBackoff } from './backoff.ts';

export const linear = defineBackoff({
  kind: 'linear',
  title: 'Linear backoff',
  about: 'Waits longer by the same amount before each further retry.',
  source: 'Polly 8 (DelayBackoffType.Linear)',
  params: {
    base: duration({ about: 'The wait before the first retry, and what each further one adds.' }),
    max: duration({ about: 'The longest wait.', default: Infinity, unlimited: true, source: 'Polly 8 (MaxDelay)' }),
  },
  shorthand: 'base',
  create: ({ base, max }) => ({ maxNs: max, delayNs: (retry) => base * retry }),
});
