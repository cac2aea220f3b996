import { number } from '../../catalogue/param.ts';
import { isGood } from '../outcome.ts';
import { defineRetryBudget, DENIED, type RetryBudget } from './retry-budget.ts';

/** Tokens are counted in whole thousandths: the ratio has three decimals. */
const SCALE = 1000;

/** Every failure takes a token, also one that is not retried; retries cost nothing but their own failures. */
class Grpc implements RetryBudget {
  readonly #max: number;
  readonly #ratio: number;
  #tokens: number;

  constructor(maxTokens: number, tokenRatio: number) {
    this.#max = Math.round(maxTokens * SCALE);
    this.#ratio = Math.trunc(tokenRatio * SCALE + 1e-6);
    this.#tokens = this.#max;
  }

  begin(): void {}

  ended(code: number, isRetryable: boolean): void {
    if (isGood(code)) this.#tokens = Math.min(this.#max, this.#tokens + this.#ratio);
    else if (isRetryable) this.#tokens = Math.max(0, this.#tokens - SCALE);
  }

  lend(): number {
    return 2 * this.#tokens > this.#max ? 0 : DENIED;
  }

  held(): number {
    return 0;
  }
}

export const grpc = defineRetryBudget({
  kind: 'grpc',
  title: 'Retry throttling of gRPC',
  about: 'Failures take tokens and successes give some back; below half of the tokens nothing is retried.',
  source: 'gRPC proposal A6 (retryThrottling); there each client process has one bucket for each server name, here each instance one for each call',
  params: {
    maxTokens: number({
      about: 'Tokens at the start, and at most.',
      unit: 'tokens',
      min: 0,
      minExclusive: true,
      max: 1000,
      default: 10,
      source: 'gRPC proposal A6 (its example)',
    }),
    tokenRatio: number({
      about: 'Tokens that a success gives back; three decimals count.',
      unit: 'tokens',
      min: 0.001,
      default: 0.1,
      source: 'gRPC proposal A6 (its example)',
    }),
  },
  create: ({ maxTokens, tokenRatio }) => () => new Grpc(maxTokens, tokenRatio),
});
