/**
 * The interpreter of patterns: one tree of pooled call records for layers, sends, server admission and handler steps.
 *
 * Ownership
 *  1. A call passes through a layer as one record. It has one parent and any number of open children. The parent starts
 *     children and may cancel or abandon them; only the layer itself settles its call.
 *  2. `settle` closes the call when it is said. Its timer is removed; children still open are abandoned.
 *  3. `cancel` goes inward as a signal and is answered by an ordinary outcome in the same instant, or later by a layer
 *     that does not honour it.
 *  4. `abandon` cuts the link: the subtree lives on by itself, its last outcome reaches nobody and is counted once.
 *  5. In a cancelled call, `start` and `wakeAt` settle it as cancelled, so that no pattern has to remember not to go on.
 *  6. Run to completion: every effect and every entry from the world stands in one line that is emptied before the
 *     clock moves. Effects happen in the order in which they were said.
 *  7. More than `opsMax` effects at one instant, twice as many at the latest, end the run: a retry without backoff over
 *     an instantly failing target would otherwise never let the clock move.
 *
 * Records are pooled, each with the state object that a pattern made once. Numbers that need all 32 bits (keys, ring
 * entries) live in Int32Arrays.
 */
import type { Sampled } from '../catalogue/param.ts';
import { assert } from '../kernel/assert.ts';
import { Context, SHARED_NUMBER } from './context.ts';
import { idempotencyKeyOf, NO_KEY } from './idempotency-key.ts';
import { Mark, MARKS, STATE_MARKS } from './mark.ts';
import { type Ending, Endings } from './ending.ts';
import { isCancelled, Outcome } from './outcome.ts';
import { type Call, CallFlag, type Child, type Effects, type Gauges, NO_GAUGES, type Owner, type Pattern, type PatternHost, SELF } from './pattern.ts';
import { RequestRecord } from './request-record.ts';

/** What the runtime needs of the world around it: a clock with timers, and keyed randomness. */
export interface World {
  readonly now: number;
  /** Slab of keys; a slot is a pair of words. It may be replaced by a longer one when slots are added. */
  readonly keys: Int32Array;
  newSlot(): number;
  childKey(to: number, from: number, word: number): void;
  uniform(slot: number, purpose: number): number;
  /** Calls back `wake(a)` or `wakeHost(a)` of the runtime at the given time. */
  schedule(at: number, kind: number, a: number): number;
  unschedule(handle: number): void;
}

/** Kinds of timer that the runtime asks the world for. */
export const TimerKind = { call: 0, host: 1 } as const;

/** What telemetry may learn; nothing here can influence the run. */
export interface RuntimeObserver {
  stateChanged(host: Host, mark: number): void;
  /** The outcome of an abandoned or adopted call, other than the answer to a cancel, reached nobody who waited for it. */
  late(call: CallRecord): void;
}

/* What has become of a call is one number: where it is in its life, whether it was let loose, and how it was cancelled. */
const FREE = 0;
const OPEN = 1;
const SETTLED = 2;
const LIFE = 3;
/** Its outcome reaches nobody who waits for it. */
const LOOSE = 4;
/** From here on stands the code with which a cancelled call will settle, counted from 1. */
const CANCEL_SHIFT = 3;

const START = 0;
const DELIVER = 1;
const CANCEL = 2;
const WAKE = 3;

/** Timers that a layer may set for itself. */
const HOST_TIMERS = 4;
const NO_TIMER = -1;

/** Thrown when effects at one instant exceed the limit; the run then ends as `budgetExceeded`. */
export class LivelockError extends Error {
  readonly address: string;
  constructor(address: string, opsMax: number, atNs: number) {
    super(`more than ${opsMax} effects at one instant (${atNs} ns), last at ${address}: is there a retry without backoff?`);
    this.name = 'LivelockError';
    this.address = address;
  }
}

/** A pooled call. It is a `Call` for its own layer and, once ended, the `Child` that its parent reads. */
export class CallRecord<S = unknown> implements Call<S>, Child {
  readonly id: number;
  /** Made once by the pattern, and kept; only what has nothing of its own for a call may put something else there. */
  state: S;
  /** Where it passes through. */
  host: Host;
  context: Context;
  parent: CallRecord | null = null;
  /** Receives the outcome of a call without a parent. */
  owner: Owner | null = null;
  /** The first of its open children, in the order in which they were started. */
  first: CallRecord | null = null;
  /** The next child of the same parent, and the one before; before the first stands the last. */
  next: CallRecord | null = null;
  previous: CallRecord | null = null;
  status = FREE;
  timer = NO_TIMER;
  tag = 0;
  deadline = SHARED_NUMBER;
  /** How it has ended; what it says of a call that is still open is old. */
  ending: Ending;
  endpoint = -1;
  life = -1;

  constructor(id: number, host: Host, context: Context, ending: Ending) {
    this.id = id;
    this.host = host;
    this.context = context;
    this.ending = ending;
    this.state = host.pattern.newState() as S;
  }
  get layer(): Layer {
    return this.host.layer;
  }
  get pattern(): Pattern<S> {
    return this.host.pattern as Pattern<S>;
  }
  get code(): number {
    return this.ending.code;
  }
  get cause(): number {
    return this.ending.cause;
  }
  get origin(): number {
    return this.ending.origin;
  }
  get fault(): number {
    return this.ending.fault;
  }
  get retryAfter(): number {
    return this.ending.retryAfter;
  }
  get quality(): number {
    return this.ending.quality;
  }
  get open(): number {
    let open = 0;
    for (let child = this.first; child !== null; child = child.next) open++;
    return open;
  }
  get cancelled(): boolean {
    return this.status >> CANCEL_SHIFT !== 0;
  }
  /** The code with which it will settle, when it has been cancelled; -1 otherwise. */
  get cancelCode(): number {
    return (this.status >> CANCEL_SHIFT) - 1;
  }
  get startedAt(): number {
    return this.host.starts.at[this.id]!;
  }
  get requestClass(): number {
    return this.context.requestClass;
  }
  get priority(): number {
    return this.context.priority;
  }
  get flags(): number {
    return this.context.flags;
  }
  get cacheKey(): number {
    return this.context.cacheKey;
  }
  get operation(): number {
    return this.context.operation;
  }
  get idempotencyKey(): number {
    return this.context.idempotencyKey;
  }
  get purposeKey(): number {
    return this.context.purposeKey;
  }
  get isOpen(): boolean {
    return (this.status & LIFE) === OPEN;
  }
}

/** When each call was started, by its number: apart from the records, in which each time would have a box of its own. */
class Starts {
  at = new Float64Array(256);

  note(id: number, now: number): void {
    if (id >= this.at.length) this.#grow();
    this.at[id] = now;
  }

  #grow(): void {
    const at = new Float64Array(2 * this.at.length);
    at.set(this.at);
    this.at = at;
  }
}

/** A pattern object and its place: one for each (layer, scope, partition). */
export class Host implements PatternHost {
  readonly index: number;
  readonly layer: Layer;
  readonly slot: number;
  readonly starts: Starts;
  gauges: Gauges;
  readonly pattern: Pattern;
  readonly onCall: Pattern['onCall'];
  readonly onOutcome: Pattern['onOutcome'];
  /** Replaced by changed parameters; its pattern still finishes the calls that it admitted, but no longer speaks for the layer. */
  retired = false;
  readonly timers = new Int32Array(HOST_TIMERS).fill(NO_TIMER);
  draws = 0;
  /** Last state mark; 0 is closed. */
  state = 0;
  /** Instance of the caller in which it lives; 0 where all share it. */
  instance = 0;
  /** Instance of the callee that it is for; -1 when it is for all. */
  endpoint = -1;

  constructor(index: number, layer: Layer, slot: number, starts: Starts, gauges: Gauges, make: (host: PatternHost) => Pattern) {
    this.index = index;
    this.layer = layer;
    this.slot = slot;
    this.starts = starts;
    this.gauges = gauges;
    this.pattern = make(this);
    // oxlint-disable-next-line typescript/unbound-method -- The runtime calls them on the pattern; as fields of one class they are found at once.
    const { onCall, onOutcome } = this.pattern;
    this.onCall = onCall;
    this.onOutcome = onOutcome;
  }
}

/** How a layer chooses the pattern object of a call: by the sum of these products. All zero: one object for all. */
export interface Partition {
  readonly byInstance: number;
  readonly byEndpoint: number;
  readonly byClass: number;
  readonly byTenant: number;
}

export const SHARED: Partition = { byInstance: 0, byEndpoint: 0, byClass: 0, byTenant: 0 };

/** Call records not in use. The one that came last goes first, since it is still in the cache; each leads to the `next`. */
class FreeCalls {
  first: CallRecord | null = null;
}

/** One layer of a call site or of a server's admission; also the terminal nodes of the model (send, pool). */
export class Layer {
  readonly index: number;
  readonly address: string;
  /** Purpose under which the layer draws. */
  readonly purpose: number;
  readonly partition: Partition;
  /** Name of the component whose instances make the calls of this layer; '' when they cannot die. */
  readonly home: string;
  readonly hosts: Host[] = [];
  /** Call sites that the layer may start besides its inner layer. */
  exits: readonly Site[] = [];
  inner: Layer | null = null;
  /** Where connections are set up, for a layer that does. */
  door: Layer | null = null;
  enabled = true;
  /** 1 for each request class whose calls step over the layer; null: all pass. */
  passedBy: Uint8Array | null = null;
  /** The place of its pattern object, where it has just one. */
  only: Host | null = null;
  /** Records for its calls that are not in use: those of all layers whose patterns make the same kind of state. */
  free: FreeCalls = new FreeCalls();

  constructor(index: number, address: string, purpose: number, partition: Partition, home: string) {
    this.index = index;
    this.address = address;
    this.purpose = purpose;
    this.partition = partition;
    this.home = home;
  }
}

/** A use of a dependency: its outermost layer and the word that its calls add to their key. */
export interface Site {
  readonly address: string;
  /** Name of the component that is called. */
  readonly target: string;
  /** Hash of the address: part of the key, so equal in every arm whatever the layers. */
  readonly word: number;
  readonly first: Layer;
  /** Operation of the callee. */
  readonly operation: number;
  /** Flags that calls of this site carry, see CallFlag. */
  readonly flags: number;
  /** Which idempotency key its calls send: an index in IDEMPOTENCY_KEYS. */
  readonly keyedBy: number;
}

const OPS_MAX = 2_000_000;

export class Runtime implements Effects {
  readonly layers: Layer[] = [];
  readonly hosts: Host[] = [];
  readonly calls: CallRecord[] = [];
  /** How often each layer gave each mark: `marks[layer.index * MARKS.length + mark]`. */
  marks = new Float64Array(0);
  openCalls = 0;
  /** Outcomes of abandoned and adopted calls, which reached nobody who waited for them; answers to a cancel do not count. */
  lateOutcomes = 0;
  /** Overwrites released states, so that a pattern that forgets to initialise a field is found. For tests. */
  poison = false;
  opsMax = OPS_MAX;
  readonly #world: World;
  readonly #observer: RuntimeObserver;
  readonly #starts = new Starts();
  /** The effect that is due next: on which call, and what. Mostly there is just one; those behind it stand in the ring. */
  #due: CallRecord | null = null;
  #dueOp = START;
  #ring = new Int32Array(1024);
  #head = 0;
  #tail = 0;
  #opsAt = -0.5;
  #ops = 0;
  readonly #freeContexts: Context[] = [];
  readonly #freeRequests: RequestRecord[] = [];
  /** Records not in use, by what made their states. Few records that many layers take turns at stay in the cache. */
  readonly #free = new Map<() => unknown, FreeCalls>();
  /** Numbers the uses of dependencies. */
  #uses = 0;
  readonly #endings = new Endings();

  constructor(world: World, observer: RuntimeObserver) {
    this.#world = world;
    this.#observer = observer;
    // Index 0 means "nowhere" in an outcome's origin.
    this.newLayer('', 0, SHARED);
  }

  // ---- building -----------------------------------------------------------------------------------------------

  newLayer(address: string, purpose: number, partition: Partition, home = ''): Layer {
    const layer = new Layer(this.layers.length, address, purpose, partition, home);
    this.layers.push(layer);
    const marks = new Float64Array(this.layers.length * MARKS.length);
    marks.set(this.marks);
    this.marks = marks;
    return layer;
  }

  /** Adds the next pattern object of a layer; `slot` holds the key of its own stream. */
  newHost(layer: Layer, slot: number, make: (host: PatternHost) => Pattern, gauges: Gauges = NO_GAUGES): Host {
    const host = new Host(this.hosts.length, layer, slot, this.#starts, gauges, make);
    this.hosts.push(host);
    layer.hosts.push(host);
    layer.only = layer.hosts.length === 1 ? host : null;
    layer.free = this.#freeOf(host.pattern);
    return host;
  }

  #freeOf(pattern: Pattern): FreeCalls {
    // oxlint-disable-next-line typescript/unbound-method -- It is only compared: objects of one class have it in common.
    const { newState } = pattern;
    let free = this.#free.get(newState);
    if (free === undefined) this.#free.set(newState, (free = new FreeCalls()));
    return free;
  }

  /**
   * Puts a new pattern object, with a host of its own, in place of the present one. Calls inside finish with the pattern
   * that admitted them, which keeps its timers; what it does from now on is not what the layer shows.
   */
  replacePattern(host: Host, make: (host: PatternHost) => Pattern): Host {
    const { layer } = host;
    const next = new Host(this.hosts.length, layer, host.slot, this.#starts, host.gauges, make);
    next.draws = host.draws;
    next.instance = host.instance;
    next.endpoint = host.endpoint;
    host.retired = true;
    host.pattern.retire?.();
    this.hosts.push(next);
    layer.hosts[layer.hosts.indexOf(host)] = next;
    if (layer.only !== null) layer.only = next;
    if (host.state !== Mark.closed) this.#observer.stateChanged(next, Mark.closed);
    return next;
  }

  // ---- entries from the world ---------------------------------------------------------------------------------

  /** A context for a use of a dependency by what `from` is a use for; for a new request when there is none. */
  newContext(from: Context | null): Context {
    const of = from === null ? this.#newRequest() : from.of;
    of.refs++;
    const context = this.#freeContexts.pop() ?? new Context(this.#world.newSlot(), of);
    context.reset();
    context.of = of;
    if (from === null) {
      context.use = of.firstUse;
      context.path = 0;
      context.flags = 0;
      context.idempotencyKey = NO_KEY;
      context.instance = 0;
      context.operation = 0;
    } else {
      context.use = from.use;
      context.path = from.path;
      context.flags = from.flags;
      context.idempotencyKey = from.idempotencyKey;
      context.instance = from.instance;
      context.operation = from.operation;
    }
    return context;
  }

  #newRequest(): RequestRecord {
    const request = this.#freeRequests.pop() ?? new RequestRecord();
    request.reset(++this.#uses);
    return request;
  }

  /** A context for what belongs to no request: a connection being made, a probe.  @param instance of who makes the call */
  ownContext(instance: number): Context {
    const context = this.newContext(null);
    context.flags = CallFlag.background;
    context.instance = instance;
    return context;
  }

  /** Returns a context that was made but never given to a call. */
  dropContext(context: Context): void {
    assert(context.refs === 0, 'a context in use was dropped');
    this.#poolContext(context);
  }

  /** Gives back one reference; the last one returns the context to the pool. */
  releaseContext(context: Context): void {
    if (--context.refs === 0) this.#poolContext(context);
  }

  #poolContext(context: Context): void {
    if (--context.of.refs === 0) this.#freeRequests.push(context.of);
    this.#freeContexts.push(context);
  }

  /** Opens a call without a parent; its outcome goes to `owner.onBackground`, which finds itself again by `tag`. */
  root(layer: Layer, context: Context, tag: number, owner: Owner | null, deadline: number): CallRecord {
    const call = this.#open(this.#enabled(layer, context), context, tag, -1);
    call.deadline = deadline;
    call.life = -1;
    call.owner = owner;
    this.#push(START, call);
    return call;
  }

  /** The world no longer wants a root call: its user gave up, or the instance that held it died. */
  cancelRoot(call: CallRecord, code: number): void {
    this.#cancelOne(call, code);
  }

  /** An instance has died: all that it was doing ends, also what nobody listened to any more and what layers had adopted. */
  crash(home: string, instance: number): void {
    for (const call of this.calls) {
      if (call.parent === null && call.host.layer.home === home && call.context.instance === instance) this.#cancelOne(call, Outcome.crashed);
    }
  }

  /** A call's timer is due. */
  wake(id: number): void {
    const call = this.calls[id]!;
    call.timer = NO_TIMER;
    this.#push(WAKE, call);
  }

  /** A layer's timer is due. */
  wakeHost(a: number): void {
    const host = this.hosts[(a / HOST_TIMERS) | 0]!;
    const timer = a % HOST_TIMERS;
    host.timers[timer] = NO_TIMER;
    host.pattern.onLayerWake!(timer, this);
  }

  /** Carries out all effects. The kernel calls it after each event, before the clock may move. */
  drain(): void {
    let call = this.#due;
    if (call === null) return;
    do {
      if (++this.#ops > this.opsMax) this.#endLivelock(call);
      const op = this.#dueOp;
      this.#due = this.#head === this.#tail ? null : this.#shift();
      switch (op) {
        case START:
          if (call.cancelled) this.#closeCancelled(call);
          else {
            const { host } = call;
            host.onCall.call(host.pattern, call, this);
          }
          break;
        case DELIVER:
          this.#deliver(call);
          break;
        case CANCEL:
          this.#cancelled(call);
          break;
        case WAKE:
          if (call.isOpen) call.host.pattern.onWake!(call, this);
          break;
      }
      call = this.#due;
    } while (call !== null);
  }

  /** So many effects have been carried out since the clock was looked at: has it moved? */
  #endLivelock(call: CallRecord): void {
    const { now } = this.#world;
    if (now === this.#opsAt) throw new LivelockError(call.host.layer.address, this.opsMax, now);
    this.#opsAt = now;
    this.#ops = 0;
  }

  /** Permits, waiters, flights and probes that patterns still hold; zero at rest. */
  held(): number {
    let sum = 0;
    for (const host of this.hosts) sum += host.pattern.held();
    return sum;
  }

  // ---- effects ------------------------------------------------------------------------------------------------

  get now(): number {
    return this.#world.now;
  }

  start(call: Call, tag: number, exit = 0): void {
    const parent = call as CallRecord;
    assert(parent.isOpen, 'a settled call may not start children');
    if (parent.cancelled) {
      this.#closeCancelled(parent);
      return;
    }
    if (exit === 0) this.#startIn(parent, this.#enabled(parent.host.layer.inner!, parent.context), parent.context, tag, parent.endpoint);
    else {
      const site = parent.host.layer.exits[exit - 1]!;
      this.startSite(parent, tag, site, parent.context.useExit(site));
    }
  }

  /**
   * Starts a child at another call site, under a key of its own. For handler steps and for exits of layers.
   * @param nth how often the call has used the site before
   */
  startSite(parent: CallRecord, tag: number, site: Site, nth = 0): void {
    if (parent.cancelled) {
      this.#closeCancelled(parent);
      return;
    }
    this.#startIn(parent, this.#enabled(site.first, parent.context), this.#siteContext(parent.context, site, nth), tag, -1);
  }

  /**
   * Starts a child at a given layer with a given context. For handler branches.
   * @returns the child, whose state may be filled before it begins; null when the parent is cancelled
   */
  startLayer(parent: CallRecord, tag: number, layer: Layer, context: Context): CallRecord | null {
    if (parent.cancelled) {
      this.dropContext(context);
      this.#closeCancelled(parent);
      return null;
    }
    return this.#startIn(parent, layer, context, tag, parent.endpoint);
  }

  spawn(call: Call, tag: number, exit = 0): void {
    const cause = call as CallRecord;
    const site = exit > 0 ? cause.host.layer.exits[exit - 1]! : null;
    const context = this.newContext(cause.context);
    context.flags = (context.flags & ~CallFlag.tied) | CallFlag.background;
    const layer = exit === SELF ? cause.host.layer : this.#enabled(site === null ? cause.host.layer.inner! : site.first, context);
    this.#world.childKey(context.slot, cause.context.slot, cause.host.layer.purpose ^ (site === null ? 0 : site.word));
    const child = this.#open(layer, context, tag, site === null ? cause.endpoint : -1);
    // What a layer spawns for itself stays with the pattern object that spawned it first, though another may be in its place.
    if (exit === SELF) child.host = cause.host;
    child.deadline = Infinity;
    child.life = -1;
    child.owner = cause.host.pattern;
    this.#push(START, child);
  }

  startOn(call: Call, tag: number, endpoint: number, life: number): void {
    const parent = call as CallRecord;
    if (parent.cancelled) {
      this.#closeCancelled(parent);
      return;
    }
    this.#startIn(parent, this.#enabled(parent.host.layer.inner!, parent.context), parent.context, tag, endpoint).life = life;
  }

  connect(call: Call, tag: number, endpoint: number, life: number): void {
    const parent = call as CallRecord;
    if (parent.cancelled) {
      this.#closeCancelled(parent);
      return;
    }
    const { layer } = parent.host;
    const context = this.newContext(parent.context);
    this.#world.childKey(context.slot, parent.context.slot, layer.purpose ^ tag);
    this.#startIn(parent, layer.door!, context, tag, endpoint < 0 ? parent.endpoint : endpoint).life = life;
  }

  connectLayer(host: PatternHost, tag: number, endpoint: number, life: number): Call {
    const own = host as Host;
    const context = this.ownContext(own.instance);
    this.#world.childKey(context.slot, own.slot, own.draws++);
    const child = this.#open(own.layer.door!, context, tag, endpoint < 0 ? own.endpoint : endpoint);
    child.deadline = Infinity;
    child.life = life;
    child.owner = own.pattern;
    this.#push(START, child);
    return child;
  }

  stop(call: Call): void {
    this.#cancelOne(call as CallRecord, Outcome.cancelled);
  }

  settle(call: Call, code: number): void {
    const record = call as CallRecord;
    if (record.cancelled && code === Outcome.cancelled) this.#closeCancelled(record);
    else this.#close(record, code === Outcome.ok ? this.#endings.ok : this.#endings.of(code, code, record.host.layer.index, 0));
  }

  settleQuality(call: Call, quality: number): void {
    const record = call as CallRecord;
    this.#close(record, quality < 1 ? this.#endings.special(Outcome.degraded, record.host.layer.index, NaN, quality) : this.#endings.ok);
  }

  settleRetryAfter(call: Call, code: number, retryAfterNs: number): void {
    const record = call as CallRecord;
    this.#close(record, this.#endings.special(code, record.host.layer.index, retryAfterNs, 1));
  }

  settleWith(call: Call, child: Child): void {
    const { ending, endpoint } = child as CallRecord;
    this.settleAs(call as CallRecord, ending, endpoint);
  }

  /** Ends the call as something else has ended: an exchange. */
  settleAs(call: CallRecord, ending: Ending, endpoint: number): void {
    call.endpoint = endpoint;
    this.#close(call, ending);
  }

  /** Ends the call with a code of its own while the child stays the cause: a handler whose dependency failed. */
  settleBecause(call: CallRecord, code: number, child: Child): void {
    this.#close(call, this.#endings.of(code, child.cause, child.origin, child.fault));
  }

  /** Ends the call with an error that fault number `fault` made. */
  settleFault(call: CallRecord, code: number, fault: number): void {
    this.#close(call, this.#endings.of(code, code, call.host.layer.index, fault));
  }

  /** The ending with which the network or an instance itself answers. */
  endingOf(code: number, origin: number, fault: number): Ending {
    return this.#endings.of(code, code, origin, fault);
  }

  cancel(call: Call, tag?: number): void {
    const parent = call as CallRecord;
    const code = parent.cancelled ? parent.cancelCode : Outcome.cancelled;
    for (let child = parent.first; child !== null; child = child.next) {
      if (tag === undefined || child.tag === tag) this.#cancelOne(child, code);
    }
  }

  abandon(call: Call, tag?: number): void {
    const parent = call as CallRecord;
    for (let child = parent.first; child !== null; ) {
      const next: CallRecord | null = child.next;
      if (tag === undefined || child.tag === tag) {
        this.#letLoose(parent, child);
      }
      child = next;
    }
  }

  adopt(call: Call): void {
    const parent = call as CallRecord;
    for (let child = parent.first; child !== null; ) {
      const next: CallRecord | null = child.next;
      this.#letLoose(parent, child);
      child.owner = parent.host.pattern;
      child = next;
    }
  }

  detach(call: Call): Call {
    const record = call as CallRecord;
    const alone = this.#open(record.layer, record.context, record.tag, record.endpoint);
    alone.host = record.host;
    alone.deadline = record.deadline;
    alone.life = record.life;
    alone.status |= LOOSE;
    // Nothing goes on in an instance that has died.
    if (hasCrashed(record)) this.#cancelOne(alone, Outcome.crashed);
    return alone;
  }

  tighten(call: Call, at: number): void {
    const record = call as CallRecord;
    if (at < record.deadline) record.deadline = at;
  }

  tie(call: Call): void {
    (call as CallRecord).context.flags |= CallFlag.tied;
  }

  sendTo(call: Call, which: number): void {
    (call as CallRecord).context.history.sendTo = which;
  }

  wakeAt(call: Call, at: number): void {
    const record = call as CallRecord;
    assert(record.isOpen, 'a settled call may not set a timer');
    if (record.cancelled) {
      this.#closeCancelled(record);
      return;
    }
    if (record.timer !== NO_TIMER) this.#world.unschedule(record.timer);
    record.timer = at === Infinity ? NO_TIMER : this.#world.schedule(at, TimerKind.call, record.id);
  }

  sleep(call: Call): void {
    const record = call as CallRecord;
    if (record.timer === NO_TIMER) return;
    this.#world.unschedule(record.timer);
    record.timer = NO_TIMER;
  }

  wakeLayerAt(host: PatternHost, timer: number, at: number): void {
    const timers = (host as Host).timers;
    const handle = timers[timer]!;
    if (handle !== NO_TIMER) this.#world.unschedule(handle);
    timers[timer] = at === Infinity ? NO_TIMER : this.#world.schedule(at, TimerKind.host, host.index * HOST_TIMERS + timer);
  }

  uniform(call: Call, ordinal: number): number {
    const record = call as CallRecord;
    return this.#world.uniform(record.context.slot, ordinalPurpose(record.host.layer.purpose, ordinal));
  }

  sample(call: Call, ordinal: number, distribution: Sampled): number {
    const record = call as CallRecord;
    return distribution.sample(this.#world.keys, record.context.slot, ordinalPurpose(record.host.layer.purpose, ordinal));
  }

  uniformLayer(host: PatternHost): number {
    const own = host as Host;
    return this.#world.uniform(own.slot, ordinalPurpose(own.layer.purpose, own.draws++));
  }

  note(host: PatternHost, mark: number, _value?: number): void {
    const own = host as Host;
    const at = own.layer.index * MARKS.length + mark;
    this.marks[at] = this.marks[at]! + 1;
    if (mark < STATE_MARKS && !own.retired) {
      own.state = mark;
      this.#observer.stateChanged(own, mark);
    }
  }

  // ---- inside -------------------------------------------------------------------------------------------------

  /** The first layer from this one inward that calls of this context do not step over. */
  #enabled(layer: Layer, context: Context): Layer {
    let found = layer;
    while (!found.enabled || (found.passedBy !== null && found.passedBy[context.requestClass] === 1)) found = found.inner!;
    return found;
  }

  #siteContext(from: Context, site: Site, nth: number): Context {
    const context = this.newContext(from);
    context.operation = site.operation;
    context.flags = site.flags | (from.flags & CallFlag.background);
    this.#world.childKey(context.slot, from.slot, site.word);
    // Sends are numbered from 0 upwards, repeated uses from -2 downwards.
    if (nth > 0) this.#world.childKey(context.slot, context.slot, ~nth);
    context.use = ++this.#uses;
    context.path = from.pathOf(site.word - nth);
    context.idempotencyKey = site.keyedBy === 0 ? NO_KEY : idempotencyKeyOf(site.keyedBy, context, this.now);
    return context;
  }

  #startIn(parent: CallRecord, layer: Layer, context: Context, tag: number, endpoint: number): CallRecord {
    const child = this.#open(layer, context, tag, endpoint);
    child.deadline = parent.deadline;
    child.life = parent.life;
    child.parent = parent;
    const { first } = parent;
    if (first === null) {
      parent.first = child;
      child.previous = child;
    } else {
      child.previous = first.previous;
      first.previous!.next = child;
      first.previous = child;
    }
    this.#push(START, child);
    return child;
  }

  #open(layer: Layer, context: Context, tag: number, endpoint: number): CallRecord {
    const host = layer.only ?? hostOf(layer, context, endpoint);
    const { free } = layer;
    let call = free.first;
    if (call === null) {
      call = new CallRecord(this.calls.length, host, context, this.#endings.ok);
      this.calls.push(call);
    } else {
      free.first = call.next;
      call.next = null;
    }
    call.host = host;
    call.context = context;
    context.refs++;
    call.status = OPEN;
    this.#starts.note(call.id, this.#world.now);
    call.tag = tag;
    call.endpoint = endpoint;
    this.openCalls++;
    return call;
  }

  #close(call: CallRecord, ending: Ending): void {
    assert(call.isOpen, 'a call was settled twice');
    call.status ^= OPEN | SETTLED;
    call.ending = ending;
    if (call.timer !== NO_TIMER) {
      this.#world.unschedule(call.timer);
      call.timer = NO_TIMER;
    }
    if (call.first !== null) this.abandon(call);
    this.#push(DELIVER, call);
  }

  /** Answers a cancel with the code that came with it: the caller let go, or it crashed. */
  #closeCancelled(call: CallRecord): void {
    this.#close(call, this.#endings.of(call.cancelCode, call.cancelCode, call.host.layer.index, 0));
  }

  #deliver(call: CallRecord): void {
    const parent = call.parent;
    if (parent !== null) {
      this.#unlink(parent, call);
      const { host } = parent;
      host.onOutcome.call(host.pattern, parent, call, this);
    } else {
      if ((call.status & LOOSE) !== 0 && !isCancelled(call.ending.code)) {
        this.lateOutcomes++;
        this.#observer.late(call);
      }
      if (call.owner !== null) call.owner.onBackground!(call, this);
    }
    this.#release(call);
  }

  #release(call: CallRecord): void {
    call.status = FREE;
    call.owner = null;
    this.releaseContext(call.context);
    if (this.poison) poisonState(call.state);
    const { free } = call.host.layer;
    call.next = free.first;
    free.first = call;
    this.openCalls--;
  }

  /** At a cost that does not grow with the number of children, in whatever order they end. */
  #unlink(parent: CallRecord, child: CallRecord): void {
    const { next, previous } = child;
    if (parent.first === child) parent.first = next;
    else previous!.next = next;
    if (next !== null) next.previous = previous;
    else if (parent.first !== null) parent.first.previous = previous;
    child.next = null;
    child.previous = null;
    child.parent = null;
  }

  /** A child goes on without its parent; but nothing goes on in an instance that has died. */
  #letLoose(parent: CallRecord, child: CallRecord): void {
    this.#unlink(parent, child);
    child.status |= LOOSE;
    if (hasCrashed(parent)) this.#cancelOne(child, Outcome.crashed);
  }

  /** A call that has settled but is not yet delivered must not hear of it: its record may soon belong to another call. */
  #cancelOne(call: CallRecord, code: number): void {
    if (!call.isOpen || call.cancelled) return;
    call.status |= (code + 1) << CANCEL_SHIFT;
    this.#push(CANCEL, call);
  }

  #cancelled(call: CallRecord): void {
    if (!call.isOpen) return;
    const { pattern } = call.host;
    if (pattern.onCancel !== undefined) pattern.onCancel(call, this);
    else if (call.first !== null) this.cancel(call);
    else this.#closeCancelled(call);
  }

  #push(op: number, call: CallRecord): void {
    if (this.#due === null) {
      this.#due = call;
      this.#dueOp = op;
      return;
    }
    const ring = this.#ring;
    ring[this.#tail] = (call.id << 2) | op;
    this.#tail = (this.#tail + 1) & (ring.length - 1);
    if (this.#tail === this.#head) this.#growRing();
  }

  #shift(): CallRecord {
    const ring = this.#ring;
    const entry = ring[this.#head]!;
    this.#head = (this.#head + 1) & (ring.length - 1);
    this.#dueOp = entry & 3;
    return this.calls[entry >>> 2]!;
  }

  #growRing(): void {
    const old = this.#ring;
    const ring = new Int32Array(old.length * 2);
    for (let i = 0; i < old.length; i++) ring[i] = old[(this.#head + i) & (old.length - 1)]!;
    this.#ring = ring;
    this.#head = 0;
    this.#tail = old.length;
  }
}

/** Whether the instance in which the call was at work has died. */
function hasCrashed(call: CallRecord): boolean {
  return (call.isOpen ? call.cancelCode : call.ending.code) === Outcome.crashed;
}

/** The place of the pattern object that keeps the state of this caller, callee, class and tenant. */
function hostOf(layer: Layer, context: Context, endpoint: number): Host {
  const { byInstance, byEndpoint, byClass, byTenant } = layer.partition;
  return layer.hosts[context.instance * byInstance + endpoint * byEndpoint + context.requestClass * byClass + context.tenant * byTenant]!;
}

/** Draws of one layer for one call are numbered; the low byte stays free for draws inside one sampler. */
function ordinalPurpose(purpose: number, ordinal: number): number {
  return (purpose + Math.imul(ordinal, 0x1e377900)) & 0x3fffff00;
}

function poisonState(state: unknown): void {
  if (typeof state !== 'object' || state === null) return;
  const fields = state as Record<string, unknown>;
  for (const name of Object.keys(fields)) {
    if (typeof fields[name] === 'number') fields[name] = NaN;
    // A flag that is not set again must not look as if it had been cleared.
    else if (typeof fields[name] === 'boolean') fields[name] = true;
    else if (!(fields[name] instanceof Int32Array) && !(fields[name] instanceof Float64Array)) fields[name] = undefined;
  }
}
