/**
 * A small world in which the real runtime drives real patterns: a clock with a sorted list of timers, clients that call
 * through a stack of layers, and wires at its inner end that answer as a test tells them.
 */
import { childKey, purposeOf, uniform, writeRunKey } from '../../sim/kernel/keys.ts';
import { MARKS, type MarkName } from '../../sim/resilience/mark.ts';
import { Outcome, type OutcomeName, OUTCOMES } from '../../sim/resilience/outcome.ts';
import {
  type AnyPatternDefinition,
  type Call,
  CallFlag,
  type Child,
  definePattern,
  type Effects,
  type Gauges,
  NO_GAUGES,
  type Owner,
  type Pattern,
} from '../../sim/resilience/pattern.ts';
import {
  type CallRecord,
  type Host,
  type Layer,
  Runtime,
  type RuntimeObserver,
  SHARED,
  TimerKind,
  type World,
} from '../../sim/resilience/runtime.ts';
import { type Given, make } from './pattern-values.ts';

export const MS = 1_000_000;
export const SECONDS = 1_000_000_000;

/** More in one run than any test needs. */
const EVENTS_MAX = 1_000_000;

/** How a wire answers one send. */
export interface Answer {
  /** Nanoseconds until the answer; 0 answers at once. */
  readonly afterNs: number;
  /** An outcome code; ok when absent. */
  readonly code?: number;
  /** The wire goes on after a cancel and answers as planned. */
  readonly ignoresCancel?: boolean;
  readonly retryAfterNs?: number;
  readonly quality?: number;
}

/** Tells a wire how to answer its n-th send, counted from 0. */
export type Script = (n: number, call: Call) => Answer;

export const ok = (afterMs: number): Answer => ({ afterNs: afterMs * MS });
export const fails = (afterMs: number, name: OutcomeName = 'error'): Answer => ({ afterNs: afterMs * MS, code: Outcome[name] });
/** No answer while anybody could be interested; then the connection breaks. */
export const hangs: Answer = { afterNs: 3600 * SECONDS, code: Outcome.reset };

/** Answers the sends in turn; the last answer serves all further ones. */
export function inTurn(...answers: readonly Answer[]): Script {
  return (n) => answers[Math.min(n, answers.length - 1)]!;
}

/** A definition of a pattern that starts its call and passes the outcome on, but for what a test wants otherwise. */
export function patternWith(behaviour: Partial<Pattern>, kind = 'test'): AnyPatternDefinition {
  const pattern: Pattern = {
    newState: () => ({}),
    onCall: (call, fx) => fx.start(call, 0),
    onOutcome: (call, child, fx) => fx.settleWith(call, child),
    held: () => 0,
    ...behaviour,
  };
  return definePattern({
    family: 'test',
    kind,
    title: '',
    about: '',
    source: '',
    params: {},
    side: 'both',
    marks: [],
    defaultScope: 'shared',
    create: () => pattern,
  });
}

/** A layer of a stack: a definition and the parameters that differ from their defaults. */
export interface LayerSpec {
  readonly of: AnyPatternDefinition;
  readonly with?: Given;
  readonly gauges?: Gauges;
  /** The call site of exit 1, if the pattern has one. */
  readonly exit?: { readonly layers: readonly LayerSpec[]; readonly script: Script };
}

export interface ClientCall {
  readonly atNs: number;
  /** Absolute; none when absent. */
  readonly deadlineNs?: number;
  readonly priority?: number;
  readonly flags?: number;
  /** What is asked for. */
  readonly item?: number;
  /** Its idempotency key; none when absent. */
  readonly key?: number;
  /** When the user gives up, absolute. */
  readonly cancelAtNs?: number;
}

/** A call of the client and how it ended. */
export class ClientResult {
  readonly number: number;
  code = -1;
  endedAtNs = NaN;
  quality = NaN;
  retryAfterNs = NaN;
  settled = 0;

  constructor(number: number) {
    this.number = number;
  }
  get outcome(): string {
    return OUTCOMES[this.code]?.name ?? 'open';
  }
}

interface Timer {
  readonly at: number;
  readonly handle: number;
  /** Set by a layer for itself. */
  readonly ofLayer: boolean;
  readonly fire: () => void;
}

interface WireState {
  answer: Answer;
}

interface SendState extends WireState {
  /** Number of the send. */
  n: number;
}

/** Whether a call is part of what a layer does for itself. */
export function isBackground(call: Call): boolean {
  let outermost = call as CallRecord;
  while (outermost.parent !== null) outermost = outermost.parent;
  return (outermost.flags & CallFlag.background) !== 0;
}

/** The innermost layer: it ends each send as its script says. */
export class Wire implements Pattern<SendState> {
  readonly #script: Script;
  readonly #log: (entry: string) => void;
  /** Instants at which sends started. */
  readonly sentAtNs: number[] = [];
  /** Whose they were: number of the client's call; -1 for what a layer does for itself. */
  readonly sentFor: number[] = [];
  /** When they were answered or had stopped. */
  readonly endedAtNs: number[] = [];
  ended = 0;

  constructor(script: Script, log: (entry: string) => void) {
    this.#script = script;
    this.#log = log;
  }

  get inFlight(): number {
    return this.sentAtNs.length - this.ended;
  }

  newState(): SendState {
    return { answer: { afterNs: 0 }, n: -1 };
  }

  onCall(call: Call<SendState>, fx: Effects): void {
    const n = this.sentAtNs.push(fx.now) - 1;
    this.sentFor.push(isBackground(call) ? -1 : (call as CallRecord<SendState>).context.request);
    call.state.n = n;
    this.#log(`send ${n}`);
    call.state.answer = this.#script(n, call);
    if (call.state.answer.afterNs === 0) this.#end(call, fx);
    else fx.wakeAt(call, fx.now + call.state.answer.afterNs);
  }

  onOutcome(): void {
    throw new Error('a wire has no children');
  }

  onWake(call: Call<SendState>, fx: Effects): void {
    this.#end(call, fx);
  }

  onCancel(call: Call<SendState>, fx: Effects): void {
    if (call.state.answer.ignoresCancel === true) return;
    this.ended++;
    this.endedAtNs[call.state.n] = fx.now;
    this.#log('send cancelled');
    fx.settle(call, Outcome.cancelled);
  }

  held(): number {
    return this.inFlight;
  }

  #end(call: Call<SendState>, fx: Effects): void {
    const { code = Outcome.ok, retryAfterNs, quality } = call.state.answer;
    this.ended++;
    this.endedAtNs[call.state.n] = fx.now;
    this.#log(`answer ${OUTCOMES[code]!.name}`);
    if (retryAfterNs !== undefined) fx.settleRetryAfter(call, code, retryAfterNs);
    else if (quality !== undefined) fx.settleQuality(call, quality);
    else fx.settle(call, code);
  }
}

/** Where pools set up and test connections. There is one instance, which can die and come back. */
export class Door implements Pattern<WireState> {
  /** Tells how to answer the n-th message. A test of a connection of a former life is answered with a reset, whatever this says. */
  script: Script = () => ({ afterNs: 0 });
  /** Instants of set-ups and of tests. */
  readonly setUpAtNs: number[] = [];
  readonly testedAtNs: number[] = [];
  readonly #life: () => number;

  constructor(life: () => number) {
    this.#life = life;
  }

  newState(): WireState {
    return { answer: { afterNs: 0 } };
  }

  onCall(call: Call<WireState>, fx: Effects): void {
    const { life } = call as CallRecord;
    (life < 0 ? this.setUpAtNs : this.testedAtNs).push(fx.now);
    const answer = this.script(this.setUpAtNs.length + this.testedAtNs.length - 1, call);
    const isStale = life >= 0 && life !== this.#life();
    call.state.answer = isStale ? { ...answer, code: Outcome.reset } : answer;
    if (answer.afterNs === 0) this.#end(call, fx);
    else fx.wakeAt(call, fx.now + answer.afterNs);
  }

  onOutcome(): void {
    throw new Error('a door has no children');
  }

  onWake(call: Call<WireState>, fx: Effects): void {
    this.#end(call, fx);
  }

  held(): number {
    return 0;
  }

  #end(call: Call<WireState>, fx: Effects): void {
    const record = call as CallRecord;
    record.endpoint = 0;
    record.life = this.#life();
    fx.settle(call, call.state.answer.code ?? Outcome.ok);
  }
}

export class TestWorld implements World, RuntimeObserver {
  now = 0;
  keys = new Int32Array(2 * 4096);
  readonly runtime: Runtime;
  /** Everything that can be seen from outside, in order: `<ns> <what>`. */
  readonly trace: string[] = [];
  readonly results: ClientResult[] = [];
  /** Layers in the order in which they were built, wires included. */
  readonly layers: Layer[] = [];
  /** The inner end of the stack that was built first. */
  wire!: Wire;
  /** How often the callee has died. A send over a connection from before is reset after a millisecond. */
  life = 0;
  readonly door = new Door(() => this.life);
  /** The inner ends of exits. */
  readonly exitWires: Wire[] = [];
  /** The next one that is due last, where it is taken from soonest. */
  readonly #timers: Timer[] = [];
  #layerTimers = 0;
  #handles = 0;
  #slots = 2;
  #calls = 0;

  constructor(seed = 'test') {
    writeRunKey(this.keys, 0, seed);
    this.runtime = new Runtime(this, this);
    this.runtime.poison = true;
  }

  // ---- the world of the runtime -------------------------------------------------------------------------------

  newSlot(): number {
    if (2 * this.#slots === this.keys.length) {
      const keys = new Int32Array(this.keys.length * 2);
      keys.set(this.keys);
      this.keys = keys;
    }
    return this.#slots++;
  }

  childKey(to: number, from: number, word: number): void {
    childKey(this.keys, to, from, word);
  }

  uniform(slot: number, purpose: number): number {
    return uniform(this.keys, slot, purpose);
  }

  schedule(at: number, kind: number, a: number): number {
    if (!Number.isSafeInteger(at) || at < this.now) throw new Error(`a timer at ${at} when it is ${this.now}`);
    if (kind === TimerKind.call) return this.#insert(at, () => this.runtime.wake(a));
    return this.#insert(at, () => this.runtime.wakeHost(a), true);
  }

  unschedule(handle: number): void {
    const index = this.#timers.findIndex((timer) => timer.handle === handle);
    if (index < 0) throw new Error('a timer was removed that does not exist');
    this.#remove(index);
  }

  stateChanged(host: Host, mark: number): void {
    this.#log(`${host.layer.address} ${MARKS[mark]}`);
  }

  late(call: CallRecord): void {
    this.#log(`late ${OUTCOMES[call.code]!.name}`);
  }

  // ---- building -----------------------------------------------------------------------------------------------

  /** Builds layers, outermost first, over a wire, and returns the outermost. */
  build(specs: readonly LayerSpec[], script: Script, prefix = ''): Layer {
    const log = (entry: string): void => this.#log(`${prefix}${entry}`);
    const scriptOf: Script = (n, call) => {
      const { life } = call as CallRecord;
      return life >= 0 && life !== this.life ? fails(1, 'reset') : script(n, call);
    };
    const wire = new Wire(scriptOf, log);
    if (prefix === '') this.wire = wire;
    else this.exitWires.push(wire);
    const layers = specs.map((spec, i) => {
      const layer = this.#newLayer(`${prefix}${i}:${spec.of.kind}`);
      this.runtime.newHost(layer, 1, (host) => make(spec.of, spec.with ?? {}, host), spec.gauges ?? NO_GAUGES);
      if (spec.exit !== undefined) {
        const address = `${layer.address}/exit/`;
        const first = this.build(spec.exit.layers, spec.exit.script, address);
        layer.exits = [{ address, target: '', word: purposeOf(address), first, operation: 0, flags: 0, keyedBy: 0 }];
      }
      return layer;
    });
    const end = this.#newLayer(`${prefix}wire`);
    this.runtime.newHost(end, 1, () => wire);
    layers.push(end);
    const door = this.#newLayer(`${prefix}door`);
    this.runtime.newHost(door, 1, () => this.door);
    for (const layer of layers) layer.door = door;
    layers.forEach((layer, i) => (layer.inner = layers[i + 1] ?? null));
    return layers[0]!;
  }

  /** The pattern object of the n-th layer that was built. */
  pattern(n = 0): Pattern {
    return this.layers[n]!.hosts[0]!.pattern;
  }

  // ---- what happens -------------------------------------------------------------------------------------------

  /** Does something at an instant, before what is scheduled there later. */
  at(atNs: number, action: () => void): void {
    this.#insert(atNs, action);
  }

  call(first: Layer, { atNs, deadlineNs = Infinity, priority = 0, flags = 0, item = 0, key = 0, cancelAtNs }: ClientCall): ClientResult {
    const result = new ClientResult(this.#calls++);
    this.results.push(result);
    const owner: Owner = { onBackground: (child) => this.#settled(result, child) };
    this.at(atNs, () => {
      const context = this.runtime.newContext(null);
      this.childKey(context.slot, 0, result.number);
      Object.assign(context, { flags, idempotencyKey: key });
      Object.assign(context.of, { number: result.number, priority, cacheKey: item });
      const root = this.runtime.root(first, context, 0, owner, deadlineNs);
      if (cancelAtNs === undefined) return;
      this.at(cancelAtNs, () => {
        if (result.settled === 0) this.runtime.cancelRoot(root, Outcome.gaveUp);
      });
    });
    return result;
  }

  /**
   * Runs up to and including an instant, or until only timers are left that layers have set for themselves: a breaker may
   * go back and forth between open and half-open for ever.
   */
  run(untilNs = Infinity): this {
    let events = 0;
    while (untilNs === Infinity ? this.pendingTimers > 0 : (this.#timers.at(-1)?.at ?? Infinity) <= untilNs) {
      if (++events > EVENTS_MAX) throw new Error('the world never comes to rest');
      const next = this.#remove(this.#timers.length - 1);
      this.now = next.at;
      next.fire();
      this.runtime.drain();
    }
    if (untilNs !== Infinity) this.now = untilNs;
    return this;
  }

  // ---- what can be asked --------------------------------------------------------------------------------------

  /** Timers of calls and of the test itself. */
  get pendingTimers(): number {
    return this.#timers.length - this.#layerTimers;
  }

  /** How often the n-th layer gave a mark. */
  marks(name: MarkName, n = 0): number {
    return this.runtime.marks[this.layers[n]!.index * MARKS.length + MARKS.indexOf(name)]!;
  }

  /** Makes one call at each of these instants. */
  callAt(first: Layer, ...atMs: readonly number[]): ClientResult[] {
    return atMs.map((ms) => this.call(first, { atNs: ms * MS }));
  }

  /** Outcomes of all calls in the order in which they were made. */
  get outcomes(): string[] {
    return this.results.map((result) => result.outcome);
  }

  /** All calls in the order in which they were made: `<ms of the end> <outcome>`. */
  get endings(): string[] {
    return this.results.map((result) => `${result.endedAtNs / MS} ${result.outcome}`);
  }

  /** When the innermost layer sent, in milliseconds. */
  get sentAtMs(): number[] {
    return this.wire.sentAtNs.map((ns) => ns / MS);
  }

  /** The state changes so far: `<ms> <mark>`. */
  get transitions(): string[] {
    const marks = MARKS.slice(0, 3) as readonly string[];
    return this.trace
      .map((entry) => entry.split(' '))
      .filter((words) => marks.includes(words[2]!))
      .map(([ns, , mark]) => `${Number(ns) / MS} ${mark}`);
  }

  #newLayer(address: string): Layer {
    const layer = this.runtime.newLayer(address, purposeOf(address), SHARED);
    this.layers.push(layer);
    return layer;
  }

  #settled(result: ClientResult, child: Child): void {
    result.settled++;
    result.code = child.code;
    result.endedAtNs = this.now;
    result.quality = child.quality;
    result.retryAfterNs = child.retryAfter;
    this.#log(`call ${result.number} ${result.outcome}`);
  }

  #log(entry: string): void {
    this.trace.push(`${this.now} ${entry}`);
  }

  #insert(at: number, fire: () => void, ofLayer = false): number {
    const handle = this.#handles++;
    let index = this.#timers.length;
    while (index > 0 && this.#timers[index - 1]!.at <= at) index--;
    this.#timers.splice(index, 0, { at, handle, ofLayer, fire });
    if (ofLayer) this.#layerTimers++;
    return handle;
  }

  #remove(index: number): Timer {
    const timer = this.#timers.splice(index, 1)[0]!;
    if (timer.ofLayer) this.#layerTimers--;
    return timer;
  }
}
