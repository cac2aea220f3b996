import { BARE_MS, SECOND } from '../catalogue/units.ts';
import { choice, count, duration, type ValuesOf } from '../catalogue/param.ts';
import { Mark } from './mark.ts';
import { Outcome } from './outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost } from './pattern.ts';

const SOURCE = 'Resilience4j 2.4 (RateLimiterConfig)';

const params = {
  limitForPeriod: count({ about: 'How many calls pass in each period.', unit: 'calls', min: 1, default: 50, source: SOURCE }),
  limitRefreshPeriod: duration({ about: 'The length of a period.', bareUnit: BARE_MS, minExclusive: true, default: 500, source: SOURCE }),
  timeoutDuration: duration({ about: 'How long a call may wait for a later period.', bareUnit: BARE_MS, default: 5 * SECOND, source: SOURCE }),
  onRejection: choice(
    {
      block: 'It first waits for timeoutDuration, as the thread of a caller does.',
      fail: 'It fails at once, as the asynchronous interfaces do.',
    },
    { about: 'What a call does that cannot have its turn in time.', default: 'block', source: 'Resilience4j 2.4 (AtomicRateLimiter)' },
  ),
};

const Waiting = { no: 0, forTurn: 1, forRejection: 2 } as const;

interface Reservation {
  waiting: number;
}

/** The answer of `reserve` when the turn would come too late. */
const TOO_LATE = -1;

/**
 * The rate limiter of Resilience4j. Time is cut into periods from the start of the simulation; each adds its permissions,
 * and what is not used is lost. Calls reserve permissions of later periods, so the number may be negative.
 * Exported for its golden traces.
 */
export class Resilience4jRateLimiter implements Pattern<Reservation> {
  readonly #values: ValuesOf<typeof params>;
  readonly #host: PatternHost;
  #period = 0;
  #permissions: number;
  #waiting = 0;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    this.#values = values;
    this.#host = host;
    this.#permissions = values.limitForPeriod;
  }

  newState(): Reservation {
    return { waiting: Waiting.no };
  }

  onCall(call: Call<Reservation>, fx: Effects): void {
    call.state.waiting = Waiting.no;
    const waitNs = this.reserve(fx.now, 1);
    if (waitNs === 0) {
      fx.start(call, 0);
    } else if (waitNs !== TOO_LATE) {
      fx.note(this.#host, Mark.waited);
      this.#wait(call, Waiting.forTurn, waitNs, fx);
    } else if (this.#values.onRejection === 'block' && this.#values.timeoutDuration > 0) {
      this.#wait(call, Waiting.forRejection, this.#values.timeoutDuration, fx);
    } else {
      this.#reject(call, fx);
    }
  }

  onWake(call: Call<Reservation>, fx: Effects): void {
    const hasTurn = call.state.waiting === Waiting.forTurn;
    this.#stopWaiting(call);
    if (hasTurn) fx.start(call, 0);
    else this.#reject(call, fx);
  }

  onOutcome(call: Call<Reservation>, child: Child, fx: Effects): void {
    fx.settleWith(call, child);
  }

  onCancel(call: Call<Reservation>, fx: Effects): void {
    if (call.state.waiting === Waiting.no) {
      fx.cancel(call);
      return;
    }
    this.#stopWaiting(call);
    fx.settle(call, Outcome.cancelled);
  }

  held(): number {
    return this.#waiting;
  }

  /**
   * Takes permissions, of later periods if need be.
   * @returns nanoseconds until they may be used, or -1 when that is more than timeoutDuration; then none are taken
   */
  reserve(nowNs: number, permissions: number): number {
    const { limitForPeriod, limitRefreshPeriod, timeoutDuration } = this.#values;
    const period = Math.floor(nowNs / limitRefreshPeriod);
    this.#permissions = Math.min(this.#permissions + (period - this.#period) * limitForPeriod, limitForPeriod);
    this.#period = period;
    let waitNs = 0;
    if (this.#permissions < permissions) {
      const missingInNext = permissions - (this.#permissions + limitForPeriod);
      const untilNext = (period + 1) * limitRefreshPeriod - nowNs;
      waitNs = untilNext + Math.max(0, Math.ceil(missingInNext / limitForPeriod)) * limitRefreshPeriod;
    }
    if (waitNs > timeoutDuration) return TOO_LATE;
    this.#permissions -= permissions;
    return waitNs;
  }

  #wait(call: Call<Reservation>, what: number, forNs: number, fx: Effects): void {
    call.state.waiting = what;
    this.#waiting++;
    fx.wakeAt(call, fx.now + forNs);
  }

  #stopWaiting(call: Call<Reservation>): void {
    call.state.waiting = Waiting.no;
    this.#waiting--;
  }

  #reject(call: Call<Reservation>, fx: Effects): void {
    fx.note(this.#host, Mark.rejected);
    fx.settle(call, Outcome.rateLimited);
  }
}

export const resilience4jRateLimiter = definePattern({
  family: 'rateLimit',
  kind: 'resilience4j',
  title: 'Rate limiter of Resilience4j',
  about: 'Lets a fixed number of calls pass in each period; further ones wait for a later period or are rejected.',
  source: 'Resilience4j 2.4 (AtomicRateLimiter)',
  useWhen: 'The program to be understood uses Resilience4j.',
  avoidWhen: 'A callee cannot take twice the limit at the edge of two periods.',
  differs: 'Permissions come all at once at the start of each period; a token bucket refills evenly.',
  side: 'both',
  defaultScope: 'instance',
  marks: ['rejected', 'waited'],
  params,
  longestNs: ({ timeoutDuration }, insideNs) => timeoutDuration + insideNs,
  create: (values, host) => new Resilience4jRateLimiter(values, host),
});
