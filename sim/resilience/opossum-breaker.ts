import { BARE_MS, MILLISECOND, SECOND } from '../catalogue/units.ts';
import { causes, count, duration, flag, number, type ValuesOf } from '../catalogue/param.ts';
import { FAILURE_CODES } from './failures.ts';
import { CLOSED, HALF_OPEN, Mark, OPEN } from './mark.ts';
import { Outcome } from './outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost } from './pattern.ts';
import { RollingCounts } from './rolling-counts.ts';
import { Verdict, verdicts } from './verdict.ts';

const SOURCE = 'opossum 10';

const params = {
  timeout: duration({
    about: 'How long a call may take before it counts as failed.',
    bareUnit: BARE_MS,
    minExclusive: true,
    unlimited: true,
    default: 10 * SECOND,
    source: SOURCE,
  }),
  abortController: flag({
    about: 'Asks a call that has timed out to stop; otherwise it goes on unheard.',
    default: false,
    source: 'opossum 10 aborts only if it is given a controller; here each call has one of its own',
  }),
  resetTimeout: duration({
    about: 'For how long the circuit stays open. Then a timer makes it half-open, whether or not somebody calls.',
    bareUnit: BARE_MS,
    default: 30 * SECOND,
    source: SOURCE,
  }),
  errorThresholdPercentage: number({
    about: 'The circuit opens when failures are more than this share of the calls that began in the window, rejected ones included.',
    unit: '%',
    min: 0,
    max: 100,
    default: 50,
    source: SOURCE,
  }),
  rollingCountTimeout: duration({
    about: 'The length of the window.',
    bareUnit: BARE_MS,
    min: MILLISECOND,
    default: 10 * SECOND,
    source: SOURCE,
  }),
  rollingCountBuckets: count({
    about: 'Into how many parts the window is divided; it moves on by one part at a time.',
    min: 1,
    default: 10,
    source: SOURCE,
  }),
  volumeThreshold: count({
    about: 'With fewer calls begun in the window a closed circuit does not open.',
    unit: 'calls',
    default: 0,
    source: SOURCE,
  }),
  capacity: count({
    about: 'How many calls may be under way at once. One more fails, and counts as a failure.',
    unit: 'calls',
    min: 1,
    default: Infinity,
    unlimited: true,
    source: 'opossum 10 (the largest safe integer)',
  }),
  allowWarmUp: flag({
    about: 'Lets no failure open the circuit within the first rollingCountTimeout.',
    default: false,
    source: SOURCE,
  }),
  errorFilter: causes({
    about: 'Failures that count as successes, and may close the circuit. The caller still gets them.',
    default: [],
    source: SOURCE,
  }),
};

interface Admission {
  /** Number of the half-open period whose one trial this call is; 0 when it is none. */
  trialOf: number;
}

class OpossumBreaker implements Pattern<Admission> {
  readonly #values: ValuesOf<typeof params>;
  readonly #verdicts: Uint8Array;
  readonly #host: PatternHost;
  readonly #window: RollingCounts;
  #state = CLOSED;
  /** Number of the half-open period. */
  #period = 0;
  /** The half-open circuit has not yet let its trial call through. */
  #awaitsTrial = false;
  #underWay = 0;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    const { rollingCountTimeout, rollingCountBuckets, errorFilter } = values;
    this.#values = values;
    this.#verdicts = verdicts(FAILURE_CODES.filter((code) => !errorFilter.includes(code)));
    this.#host = host;
    // The library rotates its buckets by a timer of whole milliseconds that starts with the process.
    const bucketMs = Math.floor(rollingCountTimeout / MILLISECOND / rollingCountBuckets);
    this.#window = new RollingCounts(rollingCountBuckets, Math.max(1, bucketMs) * MILLISECOND);
  }

  newState(): Admission {
    return { trialOf: 0 };
  }

  onCall(call: Call<Admission>, fx: Effects): void {
    call.state.trialOf = 0;
    this.#window.moveTo(fx.now);
    this.#window.addCall();
    if (this.#state !== CLOSED && !this.#awaitsTrial) {
      fx.note(this.#host, Mark.rejected);
      fx.settle(call, Outcome.breakerOpen);
      return;
    }
    if (this.#state === HALF_OPEN) call.state.trialOf = this.#period;
    this.#awaitsTrial = false;
    if (this.#underWay >= this.#values.capacity) {
      fx.note(this.#host, Mark.rejected);
      this.#record(Outcome.bulkheadFull, fx);
      fx.settle(call, Outcome.bulkheadFull);
      return;
    }
    this.#underWay++;
    // The timer comes first, so that the timeout wins a tie with the answer.
    fx.wakeAt(call, fx.now + this.#values.timeout);
    fx.start(call, 0);
  }

  onOutcome(call: Call<Admission>, child: Child, fx: Effects): void {
    this.#underWay--;
    // A trial that is let go of has shown nothing: the next call is the trial.
    if (this.#verdicts[child.code] === Verdict.ignored) this.#awaitsTrial ||= this.#state === HALF_OPEN && call.state.trialOf === this.#period;
    else this.#record(child.code, fx);
    fx.settleWith(call, child);
  }

  onWake(call: Call<Admission>, fx: Effects): void {
    this.#underWay--;
    fx.note(this.#host, Mark.timedOut);
    if (this.#values.abortController) fx.cancel(call);
    this.#record(Outcome.timeout, fx);
    fx.settle(call, Outcome.timeout);
  }

  onLayerWake(_timer: number, fx: Effects): void {
    this.#period++;
    this.#awaitsTrial = true;
    this.#enter(HALF_OPEN, fx);
  }

  held(): number {
    return this.#underWay;
  }

  /** Any result counts, also of a call from before the circuit opened. */
  #record(code: number, fx: Effects): void {
    const window = this.#window;
    if (this.#verdicts[code] === Verdict.success) {
      // The window keeps its failures.
      if (this.#state === HALF_OPEN) this.#enter(CLOSED, fx);
      return;
    }
    const { errorThresholdPercentage, volumeThreshold, allowWarmUp, rollingCountTimeout, resetTimeout } = this.#values;
    window.moveTo(fx.now);
    window.addFailure();
    if (this.#state === OPEN || (allowWarmUp && fx.now < rollingCountTimeout)) return;
    // The calls that failed may have begun before the window, so that nothing is divided by zero calls; that is infinitely much.
    const isTooMuch = window.calls >= volumeThreshold && (window.failures / window.calls) * 100 > errorThresholdPercentage;
    if (this.#state === CLOSED && !isTooMuch) return;
    fx.wakeLayerAt(this.#host, 0, fx.now + resetTimeout);
    this.#enter(OPEN, fx);
  }

  #enter(state: number, fx: Effects): void {
    if (state !== HALF_OPEN) this.#awaitsTrial = false;
    this.#state = state;
    fx.note(this.#host, state);
  }
}

export const opossumBreaker = definePattern({
  family: 'circuitBreaker',
  kind: 'opossum',
  title: 'Circuit breaker of opossum',
  about: 'Times calls out, limits how many are under way, and stops calling a callee of which too large a share has failed.',
  source: 'opossum 10; a trial call that is let go of makes room for another one, while the library knows no letting go; its healthCheck is left out, its cache and coalesce are patterns of their own',
  useWhen: 'The program to be understood runs on Node and uses opossum.',
  avoidWhen: 'Much is rejected: rejected calls count as begun, so that they thin out the share of failures.',
  differs: 'It counts calls when they begin, has a timeout and a capacity of its own, and keeps its failures when it closes, so that one more failure soon after may open it again.',
  states: [
    { from: 'closed', to: 'open', when: 'a call fails, and more than errorThresholdPercentage of at least volumeThreshold calls begun in the window have failed' },
    { from: 'open', to: 'half-open', when: 'the timer of resetTimeout is due' },
    { from: 'half-open', to: 'closed', when: 'a call succeeds, the trial or one from before' },
    { from: 'half-open', to: 'open', when: 'a call fails, the trial or one from before' },
  ],
  side: 'caller',
  defaultScope: 'instance',
  marks: ['closed', 'halfOpened', 'opened', 'rejected', 'timedOut'],
  params,
  longestNs: ({ timeout }, insideNs) => Math.min(timeout, insideNs),
  create: (values, host) => new OpossumBreaker(values, host),
});
