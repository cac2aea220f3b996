import { BARE_MS, SECOND } from '../catalogue/units.ts';
import { causes, count, duration, flag, number, oneOf, type ValuesOf } from '../catalogue/param.ts';
import type { Backoff } from './backoff/backoff.ts';
import { codeSet, FAILURES } from './failures.ts';
import { CLOSED, HALF_OPEN, Mark, OPEN } from './mark.ts';
import { OpenTime } from './open-time.ts';
import { Outcome } from './outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost } from './pattern.ts';
import { HealthMetrics } from './polly/health-metrics.ts';

const SOURCE = 'Polly 8 (CircuitBreakerStrategyOptions, whose properties begin with a capital letter)';

const params = {
  failureRatio: number({
    about: 'The circuit opens when at least this share of the calls in the window failed, between 0 and 1.',
    min: 0,
    max: 1,
    default: 0.1,
    source: SOURCE,
  }),
  minimumThroughput: count({
    about: 'With fewer results in the window the circuit does not open.',
    unit: 'calls',
    min: 2,
    default: 100,
    source: SOURCE,
  }),
  samplingDuration: duration({
    about: 'The length of the window.',
    bareUnit: BARE_MS,
    minExclusive: true,
    default: 30 * SECOND,
    source: `${SOURCE}; the library asks for at least 500 ms`,
  }),
  breakDuration: duration({
    about: 'For how long the circuit stays open. The first call after at least this time is the trial.',
    bareUnit: BARE_MS,
    minExclusive: true,
    default: 5 * SECOND,
    source: `${SOURCE}; the library asks for at least 500 ms`,
  }),
  breakDurationGenerator: oneOf<Backoff>('backoff')({
    about: 'How long the circuit stays open in place of breakDuration, where each trial that fails is a further retry.',
    optional: true,
    source: `${SOURCE}; there it is any function of the failures and of the number of half-open attempts`,
  }),
  shouldHandle: causes({
    about: 'The outcomes that count as failures; all others are successes, also that of a call which its caller let go of.',
    default: FAILURES,
    source: `${SOURCE}: every exception but OperationCanceledException`,
  }),
  isIsolated: flag({
    about: 'Rejects every call, for ever.',
    default: false,
    source: 'Polly 8 (CircuitBreakerManualControl)',
  }),
};

class PollyBreaker implements Pattern<null> {
  readonly #values: ValuesOf<typeof params>;
  readonly #isHandled: Uint8Array;
  readonly #host: PatternHost;
  readonly #metrics: HealthMetrics;
  readonly #openTime: OpenTime;
  #state = CLOSED;
  #blockedUntil = 0.5;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    this.#values = values;
    this.#isHandled = codeSet(values.shouldHandle);
    this.#host = host;
    this.#metrics = new HealthMetrics(values.samplingDuration);
    this.#openTime = new OpenTime(values.breakDuration, values.breakDurationGenerator);
  }

  newState(): null {
    return null;
  }

  onCall(call: Call<null>, fx: Effects): void {
    const { isIsolated, breakDuration } = this.#values;
    const isTrial = this.#state === OPEN && fx.now >= this.#blockedUntil;
    if (isIsolated || (this.#state !== CLOSED && !isTrial)) {
      fx.note(this.#host, Mark.rejected);
      if (isIsolated) fx.settle(call, Outcome.breakerOpen);
      else fx.settleRetryAfter(call, Outcome.breakerOpen, Math.max(0, this.#blockedUntil - fx.now));
      return;
    }
    if (isTrial) {
      this.#blockedUntil = fx.now + breakDuration;
      this.#enter(HALF_OPEN, fx);
    }
    fx.start(call, 0);
  }

  /** Any result counts, also of a call from before the circuit opened. */
  onOutcome(call: Call<null>, child: Child, fx: Effects): void {
    if (this.#isHandled[child.code] === 1) this.#onHandled(call, fx);
    else this.#onUnhandled(fx);
    fx.settleWith(call, child);
  }

  /** A half-open circuit waits for the end of its trial. */
  held(): number {
    return this.#state === HALF_OPEN ? 1 : 0;
  }

  #onHandled(call: Call, fx: Effects): void {
    const metrics = this.#metrics;
    if (this.#state !== HALF_OPEN) {
      const { failureRatio, minimumThroughput } = this.#values;
      metrics.addFailure(fx.now);
      if (this.#state === OPEN || metrics.throughput < minimumThroughput || metrics.failureRatio < failureRatio) return;
    }
    this.#blockedUntil = fx.now + this.#openTime.next(call, fx);
    this.#enter(OPEN, fx);
  }

  #onUnhandled(fx: Effects): void {
    this.#metrics.addSuccess(fx.now);
    if (this.#state !== HALF_OPEN) return;
    this.#metrics.reset(fx.now);
    this.#openTime.reset();
    this.#enter(CLOSED, fx);
  }

  #enter(state: number, fx: Effects): void {
    this.#state = state;
    fx.note(this.#host, state);
  }
}

export const pollyBreaker = definePattern({
  family: 'circuitBreaker',
  kind: 'polly',
  title: 'Circuit breaker of Polly',
  about: 'Stops calling a callee when a share of recent calls failed, and tries it again with a single call after a pause.',
  source: 'Polly 8 (CircuitBreakerResilienceStrategy, CircuitStateController, RollingHealthMetrics)',
  useWhen: 'The program to be understood runs on .NET; the default of one tenth reacts to trouble that others do not see.',
  avoidWhen: 'A trial call may hang: the circuit stays half-open until it ends. Put a timeout inside.',
  differs: 'It judges only when a call fails, lets one trial through and believes it; even a trial that its caller let go of closes it.',
  states: [
    { from: 'closed', to: 'open', when: 'a call fails, and at least failureRatio of at least minimumThroughput results failed' },
    { from: 'open', to: 'half-open', when: 'a call arrives after at least breakDuration' },
    { from: 'half-open', to: 'closed', when: 'a call ends well, the trial or one from before' },
    { from: 'half-open', to: 'open', when: 'a call fails, the trial or one from before' },
  ],
  side: 'caller',
  defaultScope: 'instance',
  marks: ['closed', 'halfOpened', 'opened', 'rejected'],
  params,
  create: (values, host) => new PollyBreaker(values, host),
});
