import { MILLISECOND } from '../catalogue/units.ts';
import { choice, count, duration, type ValuesOf } from '../catalogue/param.ts';
import { Mark } from './mark.ts';
import { Outcome } from './outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost } from './pattern.ts';
import { type Waiting, WaitingLine } from './waiting-line.ts';

const params = {
  maxConcurrentCalls: count({
    about: 'How many calls may be under way at once.',
    unit: 'calls',
    min: 1,
    default: 25,
    source: 'Resilience4j 2.4 (BulkheadConfig)',
  }),
  maxWaitDuration: duration({
    about: 'How long a call waits for a permit before it is rejected; 0 rejects at once.',
    bareUnit: { name: 'ms', factor: MILLISECOND },
    default: 0,
    unlimited: true,
    source: 'Resilience4j 2.4 (BulkheadConfig)',
  }),
  queueCapacity: count({
    about: 'How many calls may wait at once; further ones are rejected.',
    unit: 'calls',
    default: Infinity,
    unlimited: true,
    source: 'unlimited in Resilience4j 2.4; 100 in chapter 8, Reliability & Fault Tolerance',
  }),
  release: choice(
    {
      atTimeout: 'When the caller stops waiting. The call inside is asked to stop.',
      whenWorkEnds: 'When the call inside has really ended. It is not asked to stop, as with a pool of threads that nobody interrupts.',
    },
    {
      about: 'When a permit comes back whose caller stops waiting, for instance because a timeout outside the bulkhead is over.',
      default: 'atTimeout',
      source: 'atTimeout: a semaphore on the thread of the caller; whenWorkEnds: Hystrix 1.5 thread pools',
    },
  ),
};

interface Admission extends Waiting<Admission> {}

class Bulkhead implements Pattern<Admission> {
  readonly #values: ValuesOf<typeof params>;
  readonly #host: PatternHost;
  readonly #line = new WaitingLine<Admission>();
  #permitsTaken = 0;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    this.#values = values;
    this.#host = host;
  }

  newState(): Admission {
    return { isWaiting: false, before: null, behind: null };
  }

  onCall(call: Call<Admission>, fx: Effects): void {
    const { maxConcurrentCalls, maxWaitDuration, queueCapacity } = this.#values;
    call.state.isWaiting = false;
    call.state.before = null;
    call.state.behind = null;
    if (this.#permitsTaken < maxConcurrentCalls) {
      this.#permitsTaken++;
      fx.start(call, 0);
    } else if (maxWaitDuration > 0 && this.#line.length < queueCapacity) {
      fx.note(this.#host, Mark.waited);
      this.#line.join(call);
      fx.wakeAt(call, fx.now + maxWaitDuration);
    } else {
      this.#reject(call, fx);
    }
  }

  onOutcome(call: Call<Admission>, child: Child, fx: Effects): void {
    fx.settleWith(call, child);
    this.#release(fx);
  }

  onWake(call: Call<Admission>, fx: Effects): void {
    this.#line.leave(call);
    this.#reject(call, fx);
  }

  onCancel(call: Call<Admission>, fx: Effects): void {
    if (call.state.isWaiting) {
      this.#line.leave(call);
    } else if (this.#values.release === 'atTimeout') {
      fx.cancel(call);
      this.#release(fx);
    } else {
      fx.adopt(call);
    }
    fx.settle(call, Outcome.cancelled);
  }

  /** Work whose caller stopped waiting has ended. */
  onBackground(_child: Child, fx: Effects): void {
    this.#release(fx);
  }

  held(): number {
    return this.#permitsTaken + this.#line.length;
  }

  #reject(call: Call<Admission>, fx: Effects): void {
    fx.note(this.#host, Mark.rejected);
    fx.settle(call, Outcome.bulkheadFull);
  }

  /** A permit has come back: it goes to the call that has waited longest, if there is one. */
  #release(fx: Effects): void {
    const next = this.#line.next();
    if (next === null) {
      this.#permitsTaken--;
      return;
    }
    fx.sleep(next);
    fx.start(next, 0);
  }
}

export const bulkhead = definePattern({
  family: 'bulkhead',
  kind: 'semaphore',
  title: 'Bulkhead',
  about: 'Limits how many calls to one callee are under way at once, so that a slow callee cannot take everything its caller has.',
  source: 'Resilience4j 2.4 (SemaphoreBulkhead), cockatiel 4 (BulkheadPolicy), chapter 8, Reliability & Fault Tolerance',
  useWhen: 'Several callees share the threads of one caller, and one of them may become slow.',
  avoidWhen: 'The limit would have to be guessed: one that is too low rejects calls that would have succeeded.',
  differs: 'A rate limit counts calls per time; a bulkhead counts calls under way, so it reacts to slowness.',
  side: 'both',
  defaultScope: 'instance',
  marks: ['rejected', 'waited'],
  params,
  create: (values, host) => new Bulkhead(values, host),
});
