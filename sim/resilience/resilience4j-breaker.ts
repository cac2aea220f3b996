import { BARE_MS, MILLISECOND, SECOND } from '../catalogue/units.ts';
import { causes, choice, count, duration, flag, number, record, type ValuesOf } from '../catalogue/param.ts';
import { FAILURES } from './failures.ts';
import { Mark } from './mark.ts';
import { Outcome } from './outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost } from './pattern.ts';
import type { CallWindow } from './resilience4j/call-window.ts';
import { CountWindow } from './resilience4j/count-window.ts';
import { IntervalFunction, intervalParams } from './resilience4j/interval-function.ts';
import { TimeWindow } from './resilience4j/time-window.ts';
import { Verdict, verdicts } from './verdict.ts';

const SOURCE = 'Resilience4j 2.4 (CircuitBreakerConfig)';

const params = {
  failureRateThreshold: number({
    about: 'The breaker opens when at least this share of the calls in the window failed.',
    unit: '%',
    min: 0,
    minExclusive: true,
    max: 100,
    default: 50,
    source: SOURCE,
  }),
  slowCallRateThreshold: number({
    about: 'The breaker opens when at least this share of the calls in the window was slow.',
    unit: '%',
    min: 0,
    minExclusive: true,
    max: 100,
    default: 100,
    source: SOURCE,
  }),
  slowCallDurationThreshold: duration({
    about: 'A call that takes longer is slow.',
    bareUnit: BARE_MS,
    minExclusive: true,
    default: 60 * SECOND,
    source: SOURCE,
  }),
  slidingWindowType: choice(
    {
      COUNT_BASED: 'The last slidingWindowSize calls.',
      TIME_BASED: 'The calls of the present second of the wall clock and of the slidingWindowSize - 1 seconds before it.',
    },
    { about: 'What the window holds.', default: 'COUNT_BASED', source: SOURCE },
  ),
  slidingWindowSize: count({ about: 'The size of the window, in calls or in seconds.', min: 1, default: 100, source: SOURCE }),
  minimumNumberOfCalls: count({
    about: 'With fewer calls in the window no rate is computed. A count-based window lowers it to its own size.',
    unit: 'calls',
    min: 1,
    default: 100,
    source: SOURCE,
  }),
  permittedNumberOfCallsInHalfOpenState: count({
    about: 'How many trial calls the half-open breaker lets through; it judges when they, or minimumNumberOfCalls of them, have ended.',
    unit: 'calls',
    min: 1,
    default: 10,
    source: SOURCE,
  }),
  waitDurationInOpenState: duration({
    about: 'For how long the breaker stays open. The first call after more than this time makes it half-open.',
    bareUnit: BARE_MS,
    min: MILLISECOND,
    default: 60 * SECOND,
    source: SOURCE,
  }),
  waitIntervalFunctionInOpenState: record(intervalParams, {
    about: 'Takes the place of waitDurationInOpenState: the breaker stays open longer each time that its trials fail.',
    optional: true,
    source: SOURCE,
  }),
  maxWaitDurationInHalfOpenState: duration({
    about: 'For how long the breaker may stay half-open; 0 for ever, even when its trial calls never end.',
    bareUnit: BARE_MS,
    default: 0,
    source: SOURCE,
  }),
  transitionToStateAfterWaitDuration: choice(
    { OPEN: 'It opens again.', CLOSED: 'It closes.' },
    { about: 'Where maxWaitDurationInHalfOpenState leads to.', default: 'OPEN', source: SOURCE },
  ),
  automaticTransitionFromOpenToHalfOpenEnabled: flag({
    about: 'Makes the breaker half-open by a timer, without waiting for a call.',
    default: false,
    source: SOURCE,
  }),
  recordExceptions: causes({ about: 'The outcomes that count as failures.', default: FAILURES, source: SOURCE }),
  ignoreExceptions: causes({
    about: 'The outcomes that count neither as failures nor as successes; they win over recordExceptions.',
    default: [],
    source: SOURCE,
  }),
  initialState: choice(
    {
      CLOSED: 'Normal.',
      DISABLED: 'Lets every call through and records nothing, for ever.',
      METRICS_ONLY: 'Lets every call through and records it, but never changes its state.',
      FORCED_OPEN: 'Rejects every call, for ever.',
    },
    { about: 'The state in which the breaker starts.', default: 'CLOSED', source: SOURCE },
  ),
  epochOffsetMs: number({
    about: 'Milliseconds that the wall clock shows beyond a full second when the simulation starts; time-based windows follow its seconds.',
    unit: 'ms',
    min: 0,
    default: 0,
    source: 'own: the library reads the clock of the machine',
  }),
};

const State = { CLOSED: 0, OPEN: 1, HALF_OPEN: 2, DISABLED: 3, FORCED_OPEN: 4, METRICS_ONLY: 5 } as const;
type StateName = keyof typeof State;
const STATE_NAMES = Object.keys(State) as StateName[];

/** Timers of the layer. */
const LEAVE_OPEN = 0;
const LEAVE_HALF_OPEN = 1;

interface Admission {
  /** The call was let through while the breaker was half-open. */
  isTrial: boolean;
}

/** The circuit breaker of Resilience4j. Exported for its golden traces. */
export class Resilience4jBreaker implements Pattern<Admission> {
  readonly #values: ValuesOf<typeof params>;
  readonly #verdicts: Uint8Array;
  readonly #host: PatternHost;
  /** The library computes rates in single precision. */
  readonly #failureRateThreshold: number;
  readonly #slowCallRateThreshold: number;
  readonly #closedWindow: CallWindow;
  readonly #closedMinimum: number;
  readonly #halfOpenWindow: CallWindow;
  readonly #halfOpenMinimum: number;
  readonly #waitInterval: IntervalFunction | undefined;
  #state: number;
  /** The window that is being filled; an open breaker keeps the one with which it opened. */
  #window: CallWindow;
  /** An open breaker rejects up to this instant. */
  #waitsUntil = 0.5;
  /** Calls that may still start while half-open. */
  #permits = 0;
  #trialsUnderWay = 0;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    const { slidingWindowType, slidingWindowSize, minimumNumberOfCalls, permittedNumberOfCallsInHalfOpenState: permitted } = values;
    const isTimeBased = slidingWindowType === 'TIME_BASED';
    this.#values = values;
    this.#verdicts = verdicts(values.recordExceptions, values.ignoreExceptions);
    this.#host = host;
    this.#failureRateThreshold = Math.fround(values.failureRateThreshold);
    this.#slowCallRateThreshold = Math.fround(values.slowCallRateThreshold);
    this.#closedWindow = isTimeBased
      ? new TimeWindow(slidingWindowSize, values.epochOffsetMs * MILLISECOND)
      : new CountWindow(slidingWindowSize);
    this.#closedMinimum = isTimeBased ? minimumNumberOfCalls : Math.min(minimumNumberOfCalls, slidingWindowSize);
    this.#halfOpenWindow = new CountWindow(permitted);
    this.#halfOpenMinimum = Math.min(minimumNumberOfCalls, permitted);
    const { waitIntervalFunctionInOpenState: growing } = values;
    this.#waitInterval = growing === undefined ? undefined : new IntervalFunction(growing);
    this.#state = State[values.initialState];
    this.#window = this.#closedWindow;
  }

  newState(): Admission {
    return { isTrial: false };
  }

  onCall(call: Call<Admission>, fx: Effects): void {
    if (this.#state === State.OPEN && fx.now > this.#waitsUntil) this.#halfOpen(fx);
    call.state.isTrial = false;
    if (!this.#admits()) {
      fx.note(this.#host, Mark.rejected);
      fx.settle(call, Outcome.breakerOpen);
      return;
    }
    if (this.#state === State.HALF_OPEN) {
      call.state.isTrial = true;
      this.#permits--;
      this.#trialsUnderWay++;
    }
    fx.start(call, 0);
  }

  onOutcome(call: Call<Admission>, child: Child, fx: Effects): void {
    if (call.state.isTrial) this.#trialsUnderWay--;
    const verdict = this.#verdicts[child.code];
    // A permit comes back even from a call that had needed none because the breaker was still closed.
    if (verdict === Verdict.ignored) this.#permits++;
    else this.#record(verdict === Verdict.failure, fx.now - child.startedAt > this.#values.slowCallDurationThreshold, fx);
    fx.settleWith(call, child);
  }

  onLayerWake(timer: number, fx: Effects): void {
    if (timer === LEAVE_OPEN) this.#halfOpen(fx);
    else if (this.#values.transitionToStateAfterWaitDuration === 'OPEN') this.#open(fx);
    else this.#close(fx);
  }

  held(): number {
    return this.#trialsUnderWay;
  }

  get stateName(): StateName {
    return STATE_NAMES[this.#state]!;
  }

  get window(): CallWindow {
    return this.#window;
  }

  #admits(): boolean {
    switch (this.#state) {
      case State.OPEN:
      case State.FORCED_OPEN:
        return false;
      case State.HALF_OPEN:
        return this.#permits > 0;
      default:
        return true;
    }
  }

  #record(failed: boolean, slow: boolean, fx: Effects): void {
    if (this.#state === State.DISABLED || this.#state === State.FORCED_OPEN) return;
    const window = this.#window;
    window.record(fx.now, failed, slow);
    // An open breaker goes on recording what ends late, but only time or a trial changes its state.
    if (this.#state === State.CLOSED) {
      if (window.total >= this.#closedMinimum && this.#exceeds(window)) this.#open(fx);
    } else if (this.#state === State.HALF_OPEN && window.total >= this.#halfOpenMinimum) {
      if (this.#exceeds(window)) this.#open(fx);
      else this.#close(fx);
    }
  }

  #exceeds({ failed, slow, total }: CallWindow): boolean {
    return percent(failed, total) >= this.#failureRateThreshold || percent(slow, total) >= this.#slowCallRateThreshold;
  }

  #open(fx: Effects): void {
    const { automaticTransitionFromOpenToHalfOpenEnabled, waitDurationInOpenState } = this.#values;
    this.#waitsUntil = fx.now + (this.#waitInterval?.next(fx.uniformLayer(this.#host)) ?? waitDurationInOpenState);
    fx.wakeLayerAt(this.#host, LEAVE_HALF_OPEN, Infinity);
    if (automaticTransitionFromOpenToHalfOpenEnabled) fx.wakeLayerAt(this.#host, LEAVE_OPEN, this.#waitsUntil);
    this.#state = State.OPEN;
    fx.note(this.#host, Mark.opened);
  }

  #halfOpen(fx: Effects): void {
    const { maxWaitDurationInHalfOpenState, permittedNumberOfCallsInHalfOpenState } = this.#values;
    fx.wakeLayerAt(this.#host, LEAVE_OPEN, Infinity);
    if (maxWaitDurationInHalfOpenState > 0) {
      fx.wakeLayerAt(this.#host, LEAVE_HALF_OPEN, fx.now + maxWaitDurationInHalfOpenState);
    }
    this.#permits = permittedNumberOfCallsInHalfOpenState;
    this.#window = this.#halfOpenWindow;
    this.#window.clear();
    this.#state = State.HALF_OPEN;
    fx.note(this.#host, Mark.halfOpened);
  }

  #close(fx: Effects): void {
    fx.wakeLayerAt(this.#host, LEAVE_HALF_OPEN, Infinity);
    this.#waitInterval?.reset();
    this.#window = this.#closedWindow;
    this.#window.clear();
    this.#state = State.CLOSED;
    fx.note(this.#host, Mark.closed);
  }
}

/** 100 * part / total in single precision, as Java computes it for floats. */
function percent(part: number, total: number): number {
  return part === 0 ? 0 : Math.fround(Math.fround(part * 100) / total);
}

export const resilience4jBreaker = definePattern({
  family: 'circuitBreaker',
  kind: 'resilience4j',
  title: 'Circuit breaker of Resilience4j',
  about: 'Stops calling a callee when too large a share of recent calls failed or was slow, and tries it again after a pause.',
  source: 'Resilience4j 2.4 (CircuitBreakerStateMachine); a call that is let go of returns its permit, as its RxJava and Reactor operators do; transitionOnResult and the events of METRICS_ONLY are left out',
  useWhen: 'Traffic is dense enough that shares mean something; also against a callee that is slow rather than failing.',
  avoidWhen: 'There are only a few calls a minute: the window then speaks of long ago.',
  differs: 'It counts shares in a window of calls or seconds, counts slow calls, and admits a fixed number of trials.',
  states: [
    { from: 'closed', to: 'open', when: 'with minimumNumberOfCalls in the window, failureRateThreshold or slowCallRateThreshold is reached' },
    { from: 'open', to: 'half-open', when: 'a call arrives after more than waitDurationInOpenState, or its timer is due' },
    { from: 'half-open', to: 'closed', when: 'the trial calls have ended below both thresholds' },
    { from: 'half-open', to: 'open', when: 'the trial calls have ended and reached a threshold, or maxWaitDurationInHalfOpenState is over' },
  ],
  side: 'caller',
  defaultScope: 'instance',
  marks: ['closed', 'halfOpened', 'opened', 'rejected'],
  params,
  create: (values, host) => new Resilience4jBreaker(values, host),
});
