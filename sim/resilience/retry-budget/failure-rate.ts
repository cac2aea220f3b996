import { ratio } from '../../catalogue/param.ts';
import { defineRetryBudget, DENIED, type RetryBudget } from './retry-budget.ts';

/** Failures of all attempts are compared with calls, both since the beginning; the failure that asks is counted. */
class FailureRate implements RetryBudget {
  readonly #max: number;
  #calls = 0;
  #failures = 0;

  constructor(max: number) {
    this.#max = max;
  }

  begin(): void {
    this.#calls++;
  }

  ended(_code: number, isRetryable: boolean): void {
    if (isRetryable) this.#failures++;
  }

  lend(): number {
    return this.#failures > this.#max * this.#calls ? DENIED : 0;
  }

  held(): number {
    return 0;
  }
}

export const failureRate = defineRetryBudget({
  kind: 'failureRate',
  title: 'Retry circuit breaker',
  about: 'Allows retries only while the failed attempts are few beside all calls since the beginning.',
  source: 'Brooker, Fixing retries with token buckets and circuit breakers, 2022',
  params: {
    max: ratio({ about: 'The share of failed attempts up to which retries are allowed.', default: 0.1, source: 'Brooker 2022 (his simulation)' }),
  },
  shorthand: 'max',
  create: ({ max }) => () => new FailureRate(max),
});
