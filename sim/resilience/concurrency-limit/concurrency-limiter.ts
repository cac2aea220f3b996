/**
 * A limit on calls under way that finds its own height: a limiter admits calls up to the limit, and tells an algorithm
 * how long each of them took. The algorithms are the kinds of the pattern.
 */
import { causes } from '../../catalogue/param.ts';
import { Mark } from '../mark.ts';
import { isCancelled, isGood, Outcome, OUTCOMES } from '../outcome.ts';
import type { Call, Child, Effects, Pattern, PatternHost } from '../pattern.ts';

export interface LimitAlgorithm {
  /** Calls that may be under way at once, a whole number of at least 1. */
  readonly limit: number;
  /** Told before a call is admitted or a sample taken, by algorithms that look at the clock. */
  advance?(fx: Effects): void;
  /**
   * A call has ended that says something about the load.
   * @param rttNs its time, above 0   @param inFlight calls under way when it was admitted, itself included
   * @param dropped it failed in a way that means overload
   */
  sample(startedAtNs: number, rttNs: number, inFlight: number, dropped: boolean, fx: Effects): void;
}

/** What an outcome means for the limit. */
export const Meaning = { nothing: 0, sample: 1, drop: 2 } as const;

/** Good answers are samples, and some failures drops; the others say nothing. */
export function meanings(dropped: readonly number[]): Uint8Array {
  const table = Uint8Array.from(OUTCOMES, (_, code) => (isGood(code) ? Meaning.sample : Meaning.nothing));
  for (const code of dropped) if (!isCancelled(code)) table[code] = Meaning.drop;
  return table;
}

export const droppedParam = causes({
  about: 'Failures that mean overload; other failures say nothing about it.',
  default: ['timeout', 'deadlineExceeded', 'queueFull', 'shed', 'rateLimited', 'bulkheadFull', 'poolTimeout', 'refused', 'reset', 'unreachable'],
  source: 'concurrency-limits 0.5 for gRPC: deadline exceeded and unavailable',
});

interface Admission {
  inFlight: number;
}

export class ConcurrencyLimiter implements Pattern<Admission> {
  readonly #host: PatternHost;
  readonly #algorithm: LimitAlgorithm;
  readonly #meanings: Uint8Array;
  #inFlight = 0;
  /** The limit that telemetry knows. */
  #told: number;

  constructor(host: PatternHost, algorithm: LimitAlgorithm, meanings: Uint8Array) {
    this.#host = host;
    this.#algorithm = algorithm;
    this.#meanings = meanings;
    this.#told = algorithm.limit;
  }

  newState(): Admission {
    return { inFlight: 0 };
  }

  onCall(call: Call<Admission>, fx: Effects): void {
    this.#algorithm.advance?.(fx);
    this.#tell(fx);
    if (this.#inFlight >= this.#algorithm.limit) {
      fx.note(this.#host, Mark.rejected);
      fx.settle(call, Outcome.shed);
      return;
    }
    call.state.inFlight = ++this.#inFlight;
    fx.start(call, 0);
  }

  onOutcome(call: Call<Admission>, child: Child, fx: Effects): void {
    this.#inFlight--;
    this.#algorithm.advance?.(fx);
    const meaning = this.#meanings[child.code]!;
    if (meaning !== Meaning.nothing) {
      const rttNs = Math.max(1, fx.now - child.startedAt);
      this.#algorithm.sample(child.startedAt, rttNs, call.state.inFlight, meaning === Meaning.drop, fx);
    }
    this.#tell(fx);
    fx.settleWith(call, child);
  }

  held(): number {
    return this.#inFlight;
  }

  #tell(fx: Effects): void {
    const { limit } = this.#algorithm;
    if (limit === this.#told) return;
    this.#told = limit;
    fx.note(this.#host, Mark.limitChanged, limit);
  }
}
