import { count, number, record } from '../../catalogue/param.ts';
import { defineRetryBudget, DENIED, type RetryBudget } from './retry-budget.ts';

/** Marks an attempt as a retry, which is one of the concurrent ones until it ends. */
const RETRY = 1;

/** It limits retries under way at one time. One that waits for its backoff is under way, and its request is pending. */
class Envoy implements RetryBudget {
  readonly #share: number;
  readonly #min: number;
  #requests = 0;
  #retries = 0;

  /** @param share of the requests, 0..1   @param min retries that are allowed whatever the share says */
  constructor(share: number, min: number) {
    this.#share = share;
    this.#min = min;
  }

  begin(): void {
    this.#requests++;
  }

  ended(_code: number, _isRetryable: boolean, lent: number): void {
    this.#requests--;
    this.#retries -= lent;
  }

  lend(): number {
    if (this.#retries >= Math.max(Math.trunc(this.#share * this.#requests), this.#min)) return DENIED;
    this.#requests++;
    this.#retries++;
    return RETRY;
  }

  held(): number {
    return this.#requests + this.#retries;
  }
}

export const envoy = defineRetryBudget({
  kind: 'envoy',
  title: 'Concurrent retries of Envoy',
  about: 'Limits how many retries are under way at once: to a fixed number, or to a share of the requests under way.',
  source: 'Envoy (circuit_breakers.thresholds: max_retries, retry_budget)',
  params: {
    maxRetries: count({ about: 'Retries that may be under way at once; without a meaning when there is a retryBudget.', unit: 'retries', default: 3, source: 'Envoy (max_retries)' }),
    retryBudget: record(
      {
        budgetPercent: number({
          about: 'Retries that may be under way, in percent of the requests under way and pending.',
          unit: '%',
          min: 0,
          max: 100,
          default: 20,
          source: 'Envoy (retry_budget.budget_percent)',
        }),
        minRetryConcurrency: count({ about: 'Retries that may always be under way.', unit: 'retries', default: 3, source: 'Envoy (retry_budget.min_retry_concurrency)' }),
      },
      { about: 'A limit that follows the traffic, in place of the fixed one.', optional: true },
    ),
  },
  create: ({ maxRetries, retryBudget }) =>
    retryBudget === undefined ? () => new Envoy(0, maxRetries) : () => new Envoy(retryBudget.budgetPercent / 100, retryBudget.minRetryConcurrency),
});
