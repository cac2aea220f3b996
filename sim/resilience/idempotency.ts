import { DAY, MINUTE } from '../catalogue/units.ts';
import { causes, choice, count, duration, type ValuesOf } from '../catalogue/param.ts';
import { codeSet } from './failures.ts';
import { NO_KEY } from './idempotency-key.ts';
import { type Keyed, KeyedEntries } from './keyed-entries.ts';
import { Mark } from './mark.ts';
import { isGood, Outcome } from './outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost } from './pattern.ts';
import { type Waiting, WaitingLine } from './waiting-line.ts';

const params = {
  ttl: duration({
    about: 'How long an answer is kept; a call with its key that comes later is executed again.',
    default: DAY,
    source: 'Stripe API (keys may be removed after 24 hours); source chapter S4: 24 hours',
  }),
  claim: choice(
    {
      atomic: 'The key is taken before the work begins, in one step, so that only one call with it can be at work.',
      checkThenAct: 'The key is looked up before the work and written after it: calls that come in between are executed as well.',
    },
    {
      about: 'When a call makes its key known.',
      default: 'atomic',
      source: 'atomic: a unique index, or SET NX of Redis; checkThenAct: source chapter S4',
    },
  ),
  inFlight: choice(
    {
      wait: 'It waits, and gets the answer of the one at work; should that fail, it is executed itself.',
      reject: 'It is rejected as a conflict (409) and may come back later.',
    },
    {
      about: 'What happens to a call whose key has been taken by one that is still at work.',
      default: 'wait',
      source: 'wait: a row that the first transaction has locked; reject: draft-ietf-httpapi-idempotency-key-header, section 2.6',
    },
  ),
  keepFailures: causes({
    about: 'The failures that are kept and repeated like answers. After all others the key is free again, and the next call is executed.',
    default: [],
    source: 'none: AWS Lambda Powertools (idempotency); [error]: Stripe API, which also keeps status 500',
  }),
  lockTimeout: duration({
    about: 'After this long a call at work no longer has its key for itself: the next one is executed. Only so does a key come free whose instance died.',
    default: MINUTE,
    minExclusive: true,
    unlimited: true,
    source: 'own choice; AWS Lambda Powertools takes the time limit of the function',
  }),
  maxEntries: count({
    about: 'How many keys are kept; the one that was used least recently makes room. Keys at work always stay.',
    unit: 'keys',
    min: 1,
    max: 10_000_000,
    default: 100_000,
    source: 'own choice',
  }),
};

class Entry implements Keyed<Entry> {
  key = 0.5;
  chained: Entry | null = null;
  older: Entry | null = null;
  newer: Entry | null = null;
  isIdle = false;
  /** A call is at work under the key, and still has it. */
  isTaken = false;
  /** The work is done, and its answer known. */
  isDone = false;
  /** What the call that took the key was for. */
  purposeKey = 0.5;
  /** While at work: until when the key is taken. Afterwards: until when the answer is kept. */
  untilNs = 0.5;
  /** Counts who has had it, so that a call that took too long does not speak for it any more. */
  turn = 0;
  code = 0;
  quality = 0.5;
  readonly line = new WaitingLine<Guarded>();
}

interface Guarded extends Waiting<Guarded> {
  /** The key that the call has taken, or for which it waits; null when it does neither. */
  entry: Entry | null;
  turn: number;
}

class Idempotency implements Pattern<Guarded> {
  readonly #values: ValuesOf<typeof params>;
  readonly #keepsFailure: Uint8Array;
  readonly #host: PatternHost;
  readonly #entries: KeyedEntries<Entry>;
  #working = 0;
  #waiting = 0;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    this.#values = values;
    this.#keepsFailure = codeSet(values.keepFailures);
    this.#host = host;
    this.#entries = new KeyedEntries(values.maxEntries, () => new Entry());
  }

  newState(): Guarded {
    return { entry: null, turn: 0, isWaiting: false, before: null, behind: null };
  }

  onCall(call: Call<Guarded>, fx: Effects): void {
    const { state } = call;
    state.entry = null;
    state.turn = 0;
    state.isWaiting = false;
    const entry = call.idempotencyKey === NO_KEY ? null : this.#entries.find(call.idempotencyKey);
    // Whether an answer is too old, or a key was taken too long ago: both are as good as nothing.
    if (entry !== null && fx.now < entry.untilNs) this.#recognise(call, entry, fx);
    else if (call.idempotencyKey !== NO_KEY && this.#values.claim === 'atomic') this.#work(call, entry ?? this.#entries.add(call.idempotencyKey), fx);
    else fx.start(call, 0);
  }

  onOutcome(call: Call<Guarded>, child: Child, fx: Effects): void {
    fx.settleWith(call, child);
    const keeps = isGood(child.code) || this.#keepsFailure[child.code] === 1;
    const { entry, turn } = call.state;
    if (entry === null) {
      if (keeps && call.idempotencyKey !== NO_KEY) this.#keep(call, this.#entries.find(call.idempotencyKey) ?? this.#entries.add(call.idempotencyKey), child, fx);
      return;
    }
    this.#working--;
    if (turn !== entry.turn) return;
    if (keeps) this.#keep(call, entry, child, fx);
    else if (child.code === Outcome.crashed) this.#free(entry);
    else this.#passOn(entry, fx);
  }

  /** The key for which the call waits is to come free now. */
  onWake(call: Call<Guarded>, fx: Effects): void {
    const entry = call.state.entry!;
    if (call.cancelled) return;
    if (fx.now < entry.untilNs) {
      fx.wakeAt(call, entry.untilNs);
      return;
    }
    this.#leave(call, entry);
    this.#work(call, entry, fx);
  }

  onCancel(call: Call<Guarded>, fx: Effects): void {
    const { entry, isWaiting } = call.state;
    if (!isWaiting) {
      fx.cancel(call);
      return;
    }
    this.#leave(call, entry!);
    fx.settle(call, Outcome.cancelled);
  }

  held(): number {
    return this.#working + this.#waiting;
  }

  /** The call takes the key and is executed. */
  #work(call: Call<Guarded>, entry: Entry, fx: Effects): void {
    this.#entries.hold(entry);
    entry.isTaken = true;
    entry.isDone = false;
    entry.purposeKey = call.purposeKey;
    entry.untilNs = fx.now + this.#values.lockTimeout;
    entry.turn++;
    call.state.entry = entry;
    call.state.turn = entry.turn;
    this.#working++;
    fx.start(call, 0);
  }

  /** The call is taken for one that has come before. */
  #recognise(call: Call<Guarded>, entry: Entry, fx: Effects): void {
    fx.note(this.#host, Mark.duplicate);
    if (call.purposeKey !== entry.purposeKey) fx.note(this.#host, Mark.falselyMerged);
    if (entry.isDone) {
      this.#free(entry);
      this.#repeat(call, entry, fx);
    } else if (this.#values.inFlight === 'reject') {
      fx.settle(call, Outcome.conflict);
    } else {
      call.state.entry = entry;
      this.#entries.hold(entry);
      entry.line.join(call);
      this.#waiting++;
      fx.wakeAt(call, entry.untilNs);
    }
  }

  #repeat(call: Call<Guarded>, entry: Entry, fx: Effects): void {
    if (isGood(entry.code)) fx.settleQuality(call, entry.quality);
    else fx.settle(call, entry.code);
  }

  #keep(call: Call<Guarded>, entry: Entry, child: Child, fx: Effects): void {
    entry.isDone = true;
    entry.purposeKey = call.purposeKey;
    entry.untilNs = fx.now + this.#values.ttl;
    entry.code = child.code;
    entry.quality = child.quality;
    entry.turn++;
    for (let next = entry.line.peek(); next !== null; next = entry.line.peek()) {
      this.#leave(next, entry);
      this.#repeat(next, entry, fx);
    }
    this.#free(entry);
  }

  /** The work has failed: the key goes to the call that has waited longest, or comes free. */
  #passOn(entry: Entry, fx: Effects): void {
    entry.untilNs = fx.now;
    this.#free(entry);
    const next = entry.line.peek();
    if (next === null) return;
    this.#leave(next, entry);
    fx.sleep(next);
    this.#work(next, entry, fx);
  }

  #leave(call: Call<Guarded>, entry: Entry): void {
    entry.line.leave(call);
    this.#waiting--;
    call.state.entry = null;
    if (!entry.isTaken) this.#free(entry);
  }

  /** Nobody is at work under the key any more; it may be thrown out when nobody waits for it either. */
  #free(entry: Entry): void {
    entry.isTaken = false;
    if (entry.line.length === 0) this.#entries.rest(entry);
  }
}

export const idempotency = definePattern({
  family: 'idempotency',
  kind: 'idempotency',
  title: 'Idempotency keys',
  about: 'Recognises a call that has been made before by the key its caller sends, and repeats the answer instead of doing the work once more.',
  source: 'Stripe API (idempotent requests), draft-ietf-httpapi-idempotency-key-header, AWS Lambda Powertools, source chapter S4',
  useWhen: 'Doing it twice does harm, such as a charge or a message, and callers try again when they hear nothing.',
  avoidWhen: 'Doing it twice does none; or the keys are such that two different requests can have the same.',
  differs: 'Coalescing and caches merge calls of different users that ask for the same; this merges only what has the same key, and is for calls that change something.',
  side: 'server',
  defaultScope: 'shared',
  marks: ['duplicate', 'falselyMerged'],
  params,
  create: (values, host) => new Idempotency(values, host),
});
