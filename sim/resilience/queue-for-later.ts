import { SECOND } from '../catalogue/units.ts';
import { causes, count, duration, flag, ratio, type ValuesOf } from '../catalogue/param.ts';
import { codeSet, failuresExcept } from './failures.ts';
import { Mark } from './mark.ts';
import { isGood, Outcome } from './outcome.ts';
import { type Call, type Child, definePattern, type Effects, OWN, type Pattern, type PatternHost, SELF } from './pattern.ts';
import { type Waiting, WaitingLine } from './waiting-line.ts';

const params = {
  quality: ratio({
    about: 'How good it is to hear that it will be done later, compared with having it done.',
    default: 0.5,
    source: 'own choice',
  }),
  on: causes({
    about: 'The outcomes after which the call is put into the queue.',
    default: failuresExcept('badRequest', 'conflict'),
    source: 'own choice: all failures but those that another attempt cannot change',
  }),
  capacity: count({
    about: 'How many calls may be in the queue; when it is full the failure is passed on.',
    unit: 'calls',
    min: 1,
    default: 10_000,
    unlimited: true,
    source: 'own choice',
  }),
  concurrency: count({
    about: 'How many calls from the queue are made at once, in the order in which they came.',
    unit: 'calls',
    min: 1,
    default: 1,
    source: 'own choice: one consumer, which keeps the order',
  }),
  retryEvery: duration({
    about: 'The pause after an attempt from the queue that has failed; the calls behind it wait as well.',
    minExclusive: true,
    default: 5 * SECOND,
    source: 'own choice',
  }),
  maxAttempts: count({
    about: 'How often a call from the queue is made before it is given up.',
    unit: 'attempts',
    min: 1,
    default: 100,
    unlimited: true,
    source: 'own choice; maxReceiveCount of a dead-letter queue in Amazon SQS',
  }),
  durable: flag({
    about: 'The queue outlives the instance that filled it. Without it, what is in the queue dies with the instance.',
    default: true,
    source: 'a message broker, against a list in memory',
  }),
};

interface Later extends Waiting<Later> {
  /** Comes from the queue. */
  isJob: boolean;
  attempts: number;
}

class QueueForLater implements Pattern<Later> {
  readonly #values: ValuesOf<typeof params>;
  readonly #defersOn: Uint8Array;
  readonly #host: PatternHost;
  readonly #line = new WaitingLine<Later>();
  /** Calls in the queue, those being made included. */
  #queued = 0;
  /** Those being made, or pausing. */
  #busy = 0;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    this.#values = values;
    this.#defersOn = codeSet(values.on);
    this.#host = host;
  }

  newState(): Later {
    return { isJob: false, attempts: 0, isWaiting: false, before: null, behind: null };
  }

  onCall(call: Call<Later>, fx: Effects): void {
    const { state } = call;
    state.isJob = call.tag === OWN;
    state.attempts = 0;
    state.isWaiting = false;
    if (!state.isJob) fx.start(call, 0);
    else if (this.#busy < this.#values.concurrency) this.#begin(call, fx);
    else this.#line.join(call);
  }

  onOutcome(call: Call<Later>, child: Child, fx: Effects): void {
    if (call.state.isJob) {
      this.#attempted(call, child, fx);
    } else if (this.#defersOn[child.code] === 1 && !call.cancelled && this.#queued < this.#values.capacity) {
      this.#queued++;
      fx.note(this.#host, Mark.deferred);
      fx.spawn(call, OWN, SELF);
      fx.settleQuality(call, this.#values.quality);
    } else {
      fx.settleWith(call, child);
    }
  }

  /** The pause of a call from the queue is over. */
  onWake(call: Call<Later>, fx: Effects): void {
    fx.start(call, 0);
  }

  onCancel(call: Call<Later>, fx: Effects): void {
    if (call.open > 0) {
      fx.cancel(call);
      return;
    }
    // The instance has died while the call stood in the queue.
    fx.settle(call, Outcome.cancelled);
    if (call.state.isWaiting) this.#line.leave(call);
    else this.#next(fx);
  }

  /** A call has left the queue. */
  onBackground(child: Child, fx: Effects): void {
    if (child.code === Outcome.crashed && this.#values.durable) {
      // The ended call is still there to be read: what it asked for is put into the queue again.
      fx.spawn(child as Child & Call, OWN, SELF);
      return;
    }
    this.#queued--;
    fx.note(this.#host, isGood(child.code) ? Mark.processedLater : Mark.lostLater);
  }

  held(): number {
    return this.#queued;
  }

  #begin(call: Call<Later>, fx: Effects): void {
    this.#busy++;
    fx.start(call, 0);
  }

  #attempted(call: Call<Later>, child: Child, fx: Effects): void {
    call.state.attempts++;
    if (isGood(child.code) || call.cancelled || call.state.attempts >= this.#values.maxAttempts) {
      fx.settleWith(call, child);
      this.#next(fx);
    } else {
      fx.wakeAt(call, fx.now + this.#values.retryEvery);
    }
  }

  #next(fx: Effects): void {
    this.#busy--;
    const next = this.#line.next();
    if (next !== null) this.#begin(next, fx);
  }
}

export const queueForLater = definePattern({
  family: 'queueForLater',
  kind: 'queueForLater',
  title: 'Queue for later',
  about: 'When a call fails, says that it will be done later, keeps it in a queue, and makes it again and again until it succeeds.',
  source: 'source chapter S2: degradation level 3, accept orders and process them later; Queue-Based Load Leveling, Microsoft Azure Architecture Center',
  useWhen: 'The caller can live without the result for now, as with an order whose payment may be taken an hour later.',
  avoidWhen: 'The caller needs the result; or a call that seemed to fail was done all the same and has no idempotency key: later it is done twice.',
  differs: 'A retry keeps the caller waiting while it tries; this lets the caller go with a promise. A fallback promises nothing.',
  shorthand: 'quality',
  side: 'caller',
  defaultScope: 'shared',
  marks: ['deferred', 'processedLater', 'lostLater'],
  params,
  create: (values, host) => new QueueForLater(values, host),
});
