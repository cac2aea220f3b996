import { BARE_MS, SECOND } from '../catalogue/units.ts';
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
    bareUnit: BARE_MS,
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
  overflow: choice(
    {
      rejectNew: 'The new call is rejected.',
      dropOldest: 'The call that has waited longest is rejected and the new one waits.',
      block: 'The new call and all that wait are rejected, and so is every call until none has come for the time of the penalty.',
    },
    {
      about: 'What happens to a call that finds the queue full.',
      default: 'rejectNew',
      source: 'cockatiel 4; Bottleneck 2 (strategies OVERFLOW, LEAK and BLOCK)',
    },
  ),
  penalty: duration({
    about: 'How long the bulkhead stays shut after a call that was rejected because of a full queue; for overflow block.',
    bareUnit: BARE_MS,
    minExclusive: true,
    default: 5 * SECOND,
    source: 'Bottleneck 2 (penalty)',
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
  /** Until when every call is rejected, the instant itself included. */
  #shutUntil = -0.5;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    this.#values = values;
    this.#host = host;
  }

  newState(): Admission {
    return { isWaiting: false, before: null, behind: null };
  }

  onCall(call: Call<Admission>, fx: Effects): void {
    const { maxConcurrentCalls, maxWaitDuration, queueCapacity } = this.#values;
    if (fx.now <= this.#shutUntil) {
      this.#shut(fx);
      this.#reject(call, fx);
      return;
    }
    call.state.isWaiting = false;
    if (this.#permitsTaken < maxConcurrentCalls) {
      this.#permitsTaken++;
      fx.start(call, 0);
    } else if (maxWaitDuration > 0 && (this.#line.length < queueCapacity || this.#makesRoom(fx))) {
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

  /** The queue is full: whether another call has to go for the new one. */
  #makesRoom(fx: Effects): boolean {
    const { overflow } = this.#values;
    if (overflow === 'block') this.#shut(fx);
    const oldest = overflow === 'dropOldest' ? this.#line.next() : null;
    if (oldest === null) return false;
    this.#reject(oldest, fx);
    return true;
  }

  #shut(fx: Effects): void {
    this.#shutUntil = fx.now + this.#values.penalty;
    for (let next = this.#line.next(); next !== null; next = this.#line.next()) this.#reject(next, fx);
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
  source: 'Resilience4j 2.4 (SemaphoreBulkhead), cockatiel 4 (BulkheadPolicy), Bottleneck 2, chapter 8, Reliability & Fault Tolerance',
  useWhen: 'Several callees share the threads of one caller, and one of them may become slow.',
  avoidWhen: 'The limit would have to be guessed: one that is too low rejects calls that would have succeeded.',
  differs: 'A rate limit counts calls per time; a bulkhead counts calls under way, so it reacts to slowness.',
  side: 'both',
  defaultScope: 'instance',
  marks: ['rejected', 'waited'],
  params,
  check: ({ overflow, maxWaitDuration }) =>
    overflow !== 'rejectNew' && maxWaitDuration === 0 ? [{ param: 'overflow', message: `${overflow} is about calls that wait, and with maxWaitDuration 0 none does` }] : [],
  longestNs: ({ maxWaitDuration }, insideNs) => maxWaitDuration + insideNs,
  concurrency: ({ maxConcurrentCalls }) => maxConcurrentCalls,
  create: (values, host) => new Bulkhead(values, host),
});
