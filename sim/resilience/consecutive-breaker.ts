import { SECOND } from '../catalogue/units.ts';
import { causes, choice, count, duration, flag, type ValuesOf } from '../catalogue/param.ts';
import { failuresExcept } from './failures.ts';
import { CLOSED, HALF_OPEN, Mark, OPEN } from './mark.ts';
import { Outcome } from './outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost } from './pattern.ts';
import { Verdict, verdicts } from './verdict.ts';

const params = {
  failureThreshold: count({
    about: 'The breaker opens with this many failures in a row.',
    min: 1,
    default: 5,
    source: 'all four chapters with a breaker',
  }),
  successThreshold: count({
    about: 'Half-open, the breaker closes with this many successes.',
    min: 1,
    default: 1,
    source: 'chapter 8, Reliability & Fault Tolerance, has 2; the others close at the first success',
  }),
  recoveryTimeout: duration({
    about: 'How long the breaker stays open before it lets calls through to see whether the callee has recovered.',
    default: 60 * SECOND,
    source: 'all four chapters with a breaker',
  }),
  trialCalls: count({
    about: 'How many calls may be under way at once while half-open; further ones are rejected.',
    min: 1,
    default: Infinity,
    unlimited: true,
    source: 'the chapters speak of limited requests, but their programs limit nothing',
  }),
  resetOnSuccess: flag({
    about: 'A success forgets the failures before it, so that only failures in a row count.',
    default: true,
    source: 'false in the chapter Reliability Engineering, where failures add up for ever until a recovery',
  }),
  exactRecovery: flag({
    about: 'Lets calls through at the very instant at which the recovery timeout has passed, and not only after it.',
    default: true,
    source: 'false in the chapter Reliability Engineering (elapsed > timeout), true in the others (>=)',
  }),
  recoveryFrom: choice(
    {
      trip: 'From the instant at which the breaker opened. A late failure that still exceeds the threshold counts as opening again.',
      lastFailure: 'From the last failure, also that of a call which began before the breaker opened.',
    },
    {
      about: 'From when the recovery timeout runs.',
      default: 'trip',
      source: 'trip: chapter 8, Reliability & Fault Tolerance; lastFailure: the other three',
    },
  ),
  reopenOnTrialFailure: flag({
    about: 'Half-open, any failure opens the breaker again, however many have been counted.',
    default: true,
    source: 'true in chapter 8, Reliability & Fault Tolerance, and in Reliability & Resilience; the other two only count on',
  }),
  lateResults: choice(
    {
      count: 'They count like any other.',
      ignore: 'They change nothing.',
    },
    {
      about: 'What results mean that belong to calls begun before the state last changed.',
      default: 'count',
      source: 'all four chapters count them, as most libraries do',
    },
  ),
  failOn: causes({
    about: 'The outcomes that count as failures.',
    default: failuresExcept('badRequest', 'conflict'),
    source: 'own choice: what says that the callee is in trouble; the chapters count every exception',
  }),
};

interface Admission {
  /** Number of state changes of the breaker when it let the call through. */
  epoch: number;
}

class ConsecutiveBreaker implements Pattern<Admission> {
  readonly #values: ValuesOf<typeof params>;
  readonly #verdicts: Uint8Array;
  readonly #host: PatternHost;
  #state = CLOSED;
  #epoch = 0;
  #failures = 0;
  /** Successes since the breaker became half-open. */
  #successes = 0;
  /** Calls under way that were let through in the present half-open period. */
  #trials = 0;
  /** From when the recovery timeout runs. */
  #openedAt = 0.5;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    this.#values = values;
    this.#verdicts = verdicts(values.failOn);
    this.#host = host;
  }

  newState(): Admission {
    return { epoch: 0 };
  }

  onCall(call: Call<Admission>, fx: Effects): void {
    if (this.#state === OPEN && this.#hasRecovered(fx.now)) this.#enter(HALF_OPEN, fx);
    call.state.epoch = this.#epoch;
    if (this.#state === OPEN || this.#trials >= this.#values.trialCalls) {
      fx.note(this.#host, Mark.rejected);
      fx.settle(call, Outcome.breakerOpen);
      return;
    }
    if (this.#state === HALF_OPEN) this.#trials++;
    fx.start(call, 0);
  }

  onOutcome(call: Call<Admission>, child: Child, fx: Effects): void {
    const isLate = call.state.epoch !== this.#epoch;
    if (this.#state === HALF_OPEN && !isLate) this.#trials--;
    if (!isLate || this.#values.lateResults === 'count') {
      const verdict = this.#verdicts[child.code];
      if (verdict === Verdict.success) this.#onSuccess(fx);
      else if (verdict === Verdict.failure) this.#onFailure(fx);
    }
    fx.settleWith(call, child);
  }

  held(): number {
    return this.#trials;
  }

  #hasRecovered(now: number): boolean {
    const elapsed = now - this.#openedAt;
    const { recoveryTimeout, exactRecovery } = this.#values;
    return exactRecovery ? elapsed >= recoveryTimeout : elapsed > recoveryTimeout;
  }

  #onSuccess(fx: Effects): void {
    if (this.#values.resetOnSuccess) this.#failures = 0;
    if (this.#state !== HALF_OPEN) return;
    this.#successes++;
    if (this.#successes < this.#values.successThreshold) return;
    this.#failures = 0;
    this.#enter(CLOSED, fx);
  }

  #onFailure(fx: Effects): void {
    const { failureThreshold, reopenOnTrialFailure, recoveryFrom } = this.#values;
    this.#failures++;
    const trips = this.#failures >= failureThreshold || (this.#state === HALF_OPEN && reopenOnTrialFailure);
    if (trips || recoveryFrom === 'lastFailure') this.#openedAt = fx.now;
    if (trips && this.#state !== OPEN) this.#enter(OPEN, fx);
  }

  #enter(state: number, fx: Effects): void {
    this.#state = state;
    this.#epoch++;
    this.#successes = 0;
    this.#trials = 0;
    fx.note(this.#host, state);
  }
}

export const consecutiveBreaker = definePattern({
  family: 'circuitBreaker',
  kind: 'consecutive',
  title: 'Circuit breaker, consecutive failures',
  about: 'Stops calling a callee after several failures in a row, and tries it again after a pause.',
  source: 'the breakers of the chapters on reliability and resilience; the idea: M. Nygard, Release It!',
  useWhen: 'A callee that is down or hanging would otherwise hold threads and be hit by calls that cannot succeed.',
  avoidWhen: 'Failures are spread thinly: a few per cent of errors rarely come in a row, and never open it.',
  differs: 'It knows no share of failures and no window; the kinds resilience4j and cockatiel do.',
  states: [
    { from: 'closed', to: 'open', when: 'failureThreshold failures in a row' },
    { from: 'open', to: 'half-open', when: 'a call arrives after recoveryTimeout' },
    { from: 'half-open', to: 'closed', when: 'successThreshold successes' },
    { from: 'half-open', to: 'open', when: 'a failure' },
  ],
  side: 'caller',
  defaultScope: 'instance',
  marks: ['closed', 'halfOpened', 'opened', 'rejected'],
  params,
  create: (values, host) => new ConsecutiveBreaker(values, host),
});
