import { BARE_MS, MILLISECOND, SECOND } from '../catalogue/units.ts';
import { causes, count, duration, flag, type ValuesOf } from '../catalogue/param.ts';
import { FAILURE_CODES } from './failures.ts';
import { CLOSED, HALF_OPEN, Mark, OPEN } from './mark.ts';
import { Outcome } from './outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost } from './pattern.ts';
import { RollingCounts } from './rolling-counts.ts';
import { Verdict, verdicts } from './verdict.ts';

const SOURCE = 'Hystrix 1.5 (HystrixCommandProperties)';

const params = {
  requestVolumeThreshold: count({
    about: 'With fewer results in the window the circuit does not open.',
    unit: 'calls',
    default: 20,
    source: SOURCE,
  }),
  errorThresholdPercentage: count({
    about: 'The circuit opens when at least this share of the results in the window are failures; the share is rounded down to whole percents.',
    unit: '%',
    max: 100,
    default: 50,
    source: SOURCE,
  }),
  sleepWindowInMilliseconds: duration({
    about: 'For how long the circuit stays open. The first call after more than this time is the trial.',
    bareUnit: BARE_MS,
    default: 5 * SECOND,
    source: SOURCE,
  }),
  rollingStatisticalWindowInMilliseconds: duration({
    about: 'The length of the window.',
    bareUnit: BARE_MS,
    minExclusive: true,
    default: 10 * SECOND,
    source: SOURCE,
  }),
  healthSnapshotIntervalInMilliseconds: duration({
    about: 'How often the circuit looks at the window; it does not see results that are younger than its last look.',
    bareUnit: BARE_MS,
    minExclusive: true,
    default: 500 * MILLISECOND,
    source: SOURCE,
  }),
  badRequestExceptions: causes({
    about: 'Failures for which the caller is to blame: they are not counted, but a trial call that ends so has failed.',
    default: ['badRequest'],
    source: 'Hystrix 1.5 (HystrixBadRequestException)',
  }),
  forceOpen: flag({ about: 'Rejects every call, for ever. It wins over forceClosed.', default: false, source: SOURCE }),
  forceClosed: flag({ about: 'Lets every call through, for ever.', default: false, source: SOURCE }),
  hystrixIssue1853: flag({
    about: 'The known defect: a call that is rejected while the trial call is under way opens the circuit again, and the success of the trial is lost.',
    default: false,
    source: 'Hystrix 1.5 has it (issues 1853, 1861 and 1781); it is off here unless you want to see it',
  }),
};

class HystrixBreaker implements Pattern<null> {
  readonly #values: ValuesOf<typeof params>;
  readonly #verdicts: Uint8Array;
  readonly #host: PatternHost;
  /** The completed periods of the window, and the present one, which nobody sees yet. */
  readonly #health: RollingCounts;
  #state = CLOSED;
  #openedAt = 0.5;
  /** Whether the layer's timer stands at the end of the present period. */
  #isWatching = false;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    const { rollingStatisticalWindowInMilliseconds: window, healthSnapshotIntervalInMilliseconds: interval } = values;
    this.#values = values;
    this.#verdicts = verdicts(FAILURE_CODES, values.badRequestExceptions);
    this.#host = host;
    this.#health = new RollingCounts(Math.floor(window / interval) + 1, interval);
  }

  newState(): null {
    return null;
  }

  onCall(call: Call<null>, fx: Effects): void {
    const { forceOpen, forceClosed, sleepWindowInMilliseconds, hystrixIssue1853 } = this.#values;
    this.#look(fx);
    if (!forceOpen && !forceClosed && this.#state === OPEN && fx.now > this.#openedAt + sleepWindowInMilliseconds) this.#enter(HALF_OPEN, fx);
    else if (forceOpen || (!forceClosed && this.#state !== CLOSED)) {
      if (hystrixIssue1853 && this.#state === HALF_OPEN) this.#open(fx);
      fx.note(this.#host, Mark.rejected);
      fx.settle(call, Outcome.breakerOpen);
      return;
    }
    fx.start(call, 0);
  }

  /** Any result counts, also of a call from before the circuit opened. */
  onOutcome(call: Call<null>, child: Child, fx: Effects): void {
    const verdict = this.#verdicts[child.code];
    this.#look(fx);
    if (this.#state === HALF_OPEN) {
      if (verdict === Verdict.success) this.#close(fx);
      else this.#open(fx);
    }
    // The state comes first: the success that closes the circuit is the first result in the new window.
    if (verdict !== Verdict.ignored) this.#count(verdict === Verdict.failure, fx);
    fx.settleWith(call, child);
  }

  onLayerWake(_timer: number, fx: Effects): void {
    this.#isWatching = false;
    this.#look(fx);
    this.#watch(fx);
  }

  /** A half-open circuit waits for the end of its trial. */
  held(): number {
    return this.#state === HALF_OPEN ? 1 : 0;
  }

  #count(isFailure: boolean, fx: Effects): void {
    this.#health.addCall();
    if (isFailure) this.#health.addFailure();
    this.#watch(fx);
  }

  /** An empty window needs no timer: nothing can open the circuit before the next result. */
  #watch(fx: Effects): void {
    if (this.#isWatching || this.#health.calls === 0) return;
    this.#isWatching = true;
    fx.wakeLayerAt(this.#host, 0, this.#health.periodEndsAtNs);
  }

  /**
   * Ends the present period if its time is up, which is when the circuit looks at the window. A result of the same instant
   * belongs to the next period, whatever comes first in the list of events.
   */
  #look(fx: Effects): void {
    const health = this.#health;
    if (fx.now < health.periodEndsAtNs) return;
    health.moveTo(fx.now);
    const { requestVolumeThreshold, errorThresholdPercentage, forceClosed } = this.#values;
    const total = health.calls - health.callsNow;
    if (this.#state !== CLOSED || forceClosed || total < requestVolumeThreshold) return;
    const percentage = total === 0 ? 0 : Math.trunc(((health.failures - health.failuresNow) / total) * 100);
    if (percentage >= errorThresholdPercentage) this.#open(fx);
  }

  #open(fx: Effects): void {
    this.#openedAt = fx.now;
    this.#enter(OPEN, fx);
  }

  #close(fx: Effects): void {
    // A timer that still stands is due before the first new period ends, and is then set anew.
    this.#health.restart(fx.now);
    this.#enter(CLOSED, fx);
  }

  #enter(state: number, fx: Effects): void {
    this.#state = state;
    fx.note(this.#host, state);
  }
}

export const hystrixBreaker = definePattern({
  family: 'circuitBreaker',
  kind: 'hystrix',
  title: 'Circuit breaker of Hystrix',
  about: 'Looks at the share of failures twice a second, stops calling a callee that fails too often, and tries it again with a single call after a pause.',
  source: 'Hystrix 1.5 (HystrixCircuitBreaker, HealthCountsStream)',
  useWhen: 'The program to be understood uses Hystrix, or breakers that descend from it.',
  avoidWhen: 'A few hundred milliseconds of failing calls are too many: it opens only when the next period ends.',
  differs: 'It sees nothing of the present half second; a trial that its caller lets go of has failed, and a refused request too.',
  states: [
    { from: 'closed', to: 'open', when: 'a period ends, and at least errorThresholdPercentage of at least requestVolumeThreshold results in the window are failures' },
    { from: 'open', to: 'half-open', when: 'a call arrives after more than sleepWindowInMilliseconds' },
    { from: 'half-open', to: 'closed', when: 'a call succeeds, the trial or one from before; the window begins again, empty' },
    { from: 'half-open', to: 'open', when: 'a call ends otherwise, the trial or one from before' },
  ],
  side: 'caller',
  defaultScope: 'instance',
  marks: ['closed', 'halfOpened', 'opened', 'rejected'],
  params,
  create: (values, host) => new HystrixBreaker(values, host),
});
