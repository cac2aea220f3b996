import { count, duration, number } from '../../catalogue/param.ts';
import { SECOND } from '../../catalogue/units.ts';
import { defineRetryBudget, DENIED, type RetryBudget } from './retry-budget.ts';

/** What one call puts in; amounts are whole numbers of this. */
const SCALE = 1000;
/** The window has ten slices: the running one, and nine that are complete. */
const SLICES = 10;

/**
 * A sum over a sliding window, in slices. A slice ends with the first use after its time is over, and the next begins at
 * that moment, so slices may be longer than meant.
 */
class LeakySum {
  readonly #sliceNs: number;
  readonly #complete = new Float64Array(SLICES - 1);
  #next = 0;
  #running = 0;
  #since: number;

  constructor(windowNs: number) {
    this.#sliceNs = windowNs / SLICES;
    this.#since = 0;
  }

  add(amount: number, nowNs: number): void {
    this.#moveTo(nowNs);
    this.#running += amount;
  }

  value(nowNs: number): number {
    this.#moveTo(nowNs);
    let sum = this.#running;
    for (const amount of this.#complete) sum += amount;
    return sum;
  }

  #moveTo(nowNs: number): void {
    const elapsed = Math.floor((nowNs - this.#since) / this.#sliceNs);
    if (elapsed === 0) return;
    this.#push(this.#running);
    for (let skipped = Math.min(elapsed - 1, this.#complete.length); skipped > 0; skipped--) this.#push(0);
    this.#running = 0;
    this.#since = nowNs;
  }

  #push(amount: number): void {
    this.#complete[this.#next] = amount;
    this.#next = (this.#next + 1) % this.#complete.length;
  }
}

/** A withdrawal is a negative deposit: it is forgotten with its slice, as deposits are. */
class Finagle implements RetryBudget {
  readonly #deposit: number;
  readonly #withdrawal: number;
  readonly #reserve: number;
  readonly #balance: LeakySum;

  constructor(ttlNs: number, minRetriesPerSec: number, percentCanRetry: number) {
    this.#deposit = percentCanRetry === 0 ? 0 : SCALE;
    this.#withdrawal = percentCanRetry === 0 ? 1 : Math.trunc(SCALE / percentCanRetry);
    this.#reserve = minRetriesPerSec * Math.trunc(ttlNs / SECOND) * this.#withdrawal;
    this.#balance = new LeakySum(ttlNs);
  }

  begin(nowNs: number): void {
    this.#balance.add(this.#deposit, nowNs);
  }

  ended(): void {}

  lend(_code: number, nowNs: number): number {
    if (this.#balance.value(nowNs) + this.#reserve < this.#withdrawal) return DENIED;
    this.#balance.add(-this.#withdrawal, nowNs);
    return 0;
  }

  held(): number {
    return 0;
  }
}

export const finagle = defineRetryBudget({
  kind: 'finagle',
  title: 'Retry budget of Finagle',
  about: 'Calls pay in, retries are paid from what was paid in lately; a reserve lets quiet clients retry, and a fresh one retry a lot.',
  source: 'Finagle (RetryBudget); Linkerd 2 has the same three numbers',
  params: {
    ttl: duration({
      about: 'How long deposits and withdrawals are remembered.',
      min: SECOND,
      max: 60 * SECOND,
      default: 10 * SECOND,
      source: 'Finagle (RetryBudget)',
    }),
    minRetriesPerSec: count({ about: 'Retries per second that need no deposits.', unit: 'retries/s', default: 10, source: 'Finagle (RetryBudget)' }),
    percentCanRetry: number({
      about: 'Retries that each call pays for: 0.2 is one retry for five calls.',
      min: 0,
      max: SCALE,
      default: 0.2,
      source: 'Finagle (RetryBudget)',
    }),
  },
  create: ({ ttl, minRetriesPerSec, percentCanRetry }) => () => new Finagle(ttl, minRetriesPerSec, percentCanRetry),
});
