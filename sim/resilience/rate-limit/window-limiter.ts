import { count, duration } from '../../catalogue/param.ts';
import { SECOND } from '../../catalogue/units.ts';
import { Mark } from '../mark.ts';
import { Outcome } from '../outcome.ts';
import type { Call, Child, Effects, Pattern, PatternHost } from '../pattern.ts';

/** Parameters of all limits that count calls in windows. */
export const windowParams = {
  limit: count({ about: 'How many calls may pass in a window.', unit: 'calls', min: 1 }),
  window: duration({ about: 'The length of a window.', minExclusive: true, default: SECOND, source: 'own choice: limits are mostly told per second' }),
} as const;

/** Counts calls that pass, not those that are rejected. */
export interface WindowCount {
  /** @returns 0 when one more call may pass, and counts it; otherwise the nanoseconds until one may */
  admit(nowNs: number): number;
}

/** A rate limit that rejects at once what its count does not admit. */
export class WindowLimiter implements Pattern<null> {
  readonly #host: PatternHost;
  readonly #count: WindowCount;

  constructor(host: PatternHost, count: WindowCount) {
    this.#host = host;
    this.#count = count;
  }

  newState(): null {
    return null;
  }

  onCall(call: Call<null>, fx: Effects): void {
    const waitNs = this.#count.admit(fx.now);
    if (waitNs === 0) {
      fx.start(call, 0);
      return;
    }
    fx.note(this.#host, Mark.rejected);
    fx.settleRetryAfter(call, Outcome.rateLimited, waitNs);
  }

  onOutcome(call: Call<null>, child: Child, fx: Effects): void {
    fx.settleWith(call, child);
  }

  held(): number {
    return 0;
  }
}
