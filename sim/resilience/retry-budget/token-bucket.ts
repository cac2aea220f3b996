import { choice, number } from '../../catalogue/param.ts';
import { isGood } from '../outcome.ts';
import { defineRetryBudget, DENIED, type RetryBudget } from './retry-budget.ts';

/** Tokens are counted in whole thousandths, so that ten deposits of 0.1 make a token. */
const SCALE = 1000;

class TokenBucket implements RetryBudget {
  readonly #capacity: number;
  readonly #deposit: number;
  readonly #onSuccess: boolean;
  #tokens: number;

  constructor(capacity: number, deposit: number, onSuccess: boolean) {
    this.#capacity = Math.round(capacity * SCALE);
    this.#deposit = Math.round(deposit * SCALE);
    this.#onSuccess = onSuccess;
    this.#tokens = this.#capacity;
  }

  begin(): void {
    if (!this.#onSuccess) this.#put();
  }

  ended(code: number): void {
    if (this.#onSuccess && isGood(code)) this.#put();
  }

  lend(): number {
    if (this.#tokens < SCALE) return DENIED;
    this.#tokens -= SCALE;
    return 0;
  }

  held(): number {
    return 0;
  }

  #put(): void {
    this.#tokens = Math.min(this.#capacity, this.#tokens + this.#deposit);
  }
}

export const tokenBucket = defineRetryBudget({
  kind: 'tokenBucket',
  title: 'Token bucket',
  about: 'Each retry takes a token from a bucket that starts full; calls put fractions of tokens back.',
  source: 'Brooker, Fixing retries with token buckets and circuit breakers, 2022',
  params: {
    capacity: number({
      about: 'The most tokens that the bucket holds: retries that may be made at once after a good time.',
      unit: 'tokens',
      min: 1,
      default: 5,
      source: 'Brooker 2022 (his simulation)',
    }),
    deposit: number({
      about: 'Tokens put back for each call; in thousandths.',
      unit: 'tokens',
      min: 0,
      default: 0.1,
      source: 'Brooker 2022 (his simulation)',
    }),
    depositOn: choice(
      {
        firstTry: 'Each call puts its deposit back when it begins, so retries stay below that share of all calls.',
        success: 'Only a success puts it back, so that retries die out when everything fails.',
      },
      {
        about: 'When the deposit is made.',
        default: 'firstTry',
        source: 'firstTry: the program of Brooker 2022; success: his text, gRPC proposal A6 and the AWS SDK',
      },
    ),
  },
  create: ({ capacity, deposit, depositOn }) => () => new TokenBucket(capacity, deposit, depositOn === 'success'),
});
