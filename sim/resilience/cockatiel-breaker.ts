import { BARE_MS } from '../catalogue/units.ts';
import { causes, count, duration, flag, number, oneOf, record, type ValuesOf } from '../catalogue/param.ts';
import type { Backoff } from './backoff/backoff.ts';
import type { BreakerStrategy, MakeStrategy } from './cockatiel/breaker-strategy.ts';
import { FAILURES } from './failures.ts';
import { CLOSED, HALF_OPEN, Mark, OPEN } from './mark.ts';
import { OpenTime } from './open-time.ts';
import { isGood, Outcome } from './outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost } from './pattern.ts';
import { Verdict, verdicts } from './verdict.ts';
import { type Waiting, WaitingLine } from './waiting-line.ts';

const params = {
  halfOpenAfter: duration({
    about: 'For how long the circuit stays open. The first call after at least this time makes it half-open.',
    bareUnit: BARE_MS,
    optional: true,
    source: 'cockatiel 4, which has no default',
  }),
  halfOpenBackoff: oneOf<Backoff>('backoff')({
    about: 'Takes the place of halfOpenAfter: the circuit stays open longer each time that its trial fails, which counts as a further retry.',
    optional: true,
    source: 'cockatiel 4, where halfOpenAfter itself may be a backoff',
  }),
  breaker: oneOf<MakeStrategy>('cockatielBreaker')({
    about: 'What opens the circuit.',
    source: 'cockatiel 4, which has no default',
  }),
  halfOpenSampling: record(
    {
      calls: count({ about: 'How many trial calls decide.', unit: 'calls', min: 1, default: 1, source: 'cockatiel 4' }),
      threshold: number({
        about: 'With more than this share of the trial calls failed, the circuit opens again.',
        min: 0,
        max: 1,
        maxExclusive: true,
        default: 0,
        source: 'cockatiel 4',
      }),
    },
    { about: 'How the half-open circuit decides; calls beyond the trial calls wait for the verdict.', default: { calls: 1, threshold: 0 }, source: 'cockatiel 4' },
  ),
  handle: causes({
    about: 'The outcomes that count as failures.',
    default: FAILURES,
    source: 'cockatiel 4 (handleAll)',
  }),
  isIsolated: flag({ about: 'Rejects every call, for ever.', default: false, source: 'cockatiel 4 (isolate)' }),
};

interface Admission extends Waiting<Admission> {
  /** The half-open period in which the call is a trial; 0 when it was let through by a closed circuit. */
  period: number;
}

class CockatielBreaker implements Pattern<Admission> {
  readonly #values: ValuesOf<typeof params>;
  readonly #verdicts: Uint8Array;
  readonly #host: PatternHost;
  readonly #strategy: BreakerStrategy;
  readonly #openTime: OpenTime;
  /** Calls that wait for the verdict of the trial calls. */
  readonly #line = new WaitingLine<Admission>();
  #state = CLOSED;
  /** An open circuit rejects until this instant. */
  #openUntil = 0.5;
  /** Number of the half-open period; results of earlier ones no longer matter. */
  #period = 0;
  #inFlight = 0;
  #successes = 0;
  #failures = 0;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    this.#values = values;
    this.#verdicts = verdicts(values.handle);
    this.#host = host;
    this.#strategy = values.breaker();
    this.#openTime = new OpenTime(values.halfOpenAfter ?? 0, values.halfOpenBackoff);
  }

  newState(): Admission {
    return { period: 0, isWaiting: false, before: null, behind: null };
  }

  onCall(call: Call<Admission>, fx: Effects): void {
    call.state.period = 0;
    call.state.isWaiting = false;
    this.#admit(call, fx);
  }

  onOutcome(call: Call<Admission>, child: Child, fx: Effects): void {
    const { period } = call.state;
    // First the caller hears, then those who wait for the verdict go on.
    fx.settleWith(call, child);
    if (period === 0) this.#closedResult(call, child.code, fx);
    else if (period === this.#period && this.#state === HALF_OPEN) this.#trialResult(call, this.#verdicts[child.code]!, fx);
  }

  onCancel(call: Call<Admission>, fx: Effects): void {
    this.#line.cancel(call, fx);
  }

  held(): number {
    return this.#inFlight + this.#line.length;
  }

  #admit(call: Call<Admission>, fx: Effects): void {
    if (this.#values.isIsolated || (this.#state === OPEN && fx.now < this.#openUntil)) {
      fx.note(this.#host, Mark.rejected);
      fx.settle(call, Outcome.breakerOpen);
      return;
    }
    if (this.#state === OPEN) {
      this.#enter(HALF_OPEN, fx);
      this.#period++;
    }
    if (this.#state === HALF_OPEN) {
      if (this.#trials >= this.#values.halfOpenSampling.calls) {
        fx.note(this.#host, Mark.waited);
        this.#line.join(call);
        return;
      }
      this.#inFlight++;
      call.state.period = this.#period;
    }
    fx.start(call, 0);
  }

  /** Trial calls of this half-open period that have started. */
  get #trials(): number {
    return this.#inFlight + this.#successes + this.#failures;
  }

  /**
   * A closed circuit let the call through; the library judges its result as if it were closed still. An error that is not
   * to be handled leaves no trace here, while as a trial it counts as a success.
   */
  #closedResult(call: Call, code: number, fx: Effects): void {
    if (isGood(code)) this.#strategy.success(false, fx.now);
    else if (this.#verdicts[code] === Verdict.failure && this.#strategy.failure(false, fx.now) && this.#state !== OPEN) {
      this.#open(call, fx);
    }
  }

  #trialResult(call: Call, verdict: number, fx: Effects): void {
    const { calls, threshold } = this.#values.halfOpenSampling;
    this.#inFlight--;
    if (verdict === Verdict.ignored) {
      this.#admitNext(fx);
      return;
    }
    if (verdict === Verdict.failure) {
      this.#failures++;
      if (this.#failures > threshold * calls) {
        this.#strategy.failure(true, fx.now);
        this.#open(call, fx);
        return;
      }
    } else {
      this.#successes++;
    }
    if (this.#successes + this.#failures < calls || this.#inFlight > 0) return;
    this.#strategy.success(true, fx.now);
    this.#openTime.reset();
    this.#decide(CLOSED, fx);
  }

  #open(call: Call, fx: Effects): void {
    this.#openUntil = fx.now + this.#openTime.next(call, fx);
    this.#decide(OPEN, fx);
  }

  /** The trial is over, or a late failure ends it: everybody who waits asks again. */
  #decide(state: number, fx: Effects): void {
    this.#enter(state, fx);
    for (let waiting = this.#line.length; waiting > 0; waiting--) this.#admitNext(fx);
  }

  /** Lets the one who has waited longest ask again; it may have to wait once more, at the end of the line. */
  #admitNext(fx: Effects): void {
    const call = this.#line.next();
    if (call !== null) this.#admit(call, fx);
  }

  #enter(state: number, fx: Effects): void {
    this.#state = state;
    this.#inFlight = 0;
    this.#successes = 0;
    this.#failures = 0;
    fx.note(this.#host, state);
  }
}

export const cockatielBreaker = definePattern({
  family: 'circuitBreaker',
  kind: 'cockatiel',
  title: 'Circuit breaker of cockatiel',
  about: 'Stops calling a callee when a strategy of your choice says so; after a pause, callers wait for the verdict of trial calls.',
  source: 'cockatiel 4.0 (CircuitBreakerPolicy); a call that is let go of returns its trial, and one that waits leaves at once',
  useWhen: 'The program to be understood uses cockatiel, or waiting for the verdict is better than being rejected.',
  avoidWhen: 'A trial call may hang: everybody would wait with it. Put a timeout inside.',
  differs: 'While half-open it makes callers wait; all other kinds reject them.',
  states: [
    { from: 'closed', to: 'open', when: 'the strategy says so after a failure' },
    { from: 'open', to: 'half-open', when: 'a call arrives after at least halfOpenAfter' },
    { from: 'half-open', to: 'closed', when: 'all trial calls have ended and not too many failed' },
    { from: 'half-open', to: 'open', when: 'too many trial calls failed, or a call from before the break fails late and the strategy says so' },
  ],
  side: 'caller',
  defaultScope: 'instance',
  marks: ['closed', 'halfOpened', 'opened', 'rejected', 'waited'],
  params,
  check: ({ halfOpenAfter, halfOpenBackoff }) =>
    (halfOpenAfter === undefined) === (halfOpenBackoff === undefined) ? [{ param: '', message: 'give either halfOpenAfter or halfOpenBackoff' }] : [],
  create: (values, host) => new CockatielBreaker(values, host),
});
