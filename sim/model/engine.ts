/**
 * One simulation: the kernel's clock, the slab of keys, the runtime of patterns and the recorder, tied together. It is
 * the world of the runtime and the ground on which the model's components stand. Nothing in it outlives the run, so that
 * several engines can live in one worker.
 */
import { assert } from '../kernel/assert.ts';
import { Digest } from '../kernel/digest.ts';
import { type EventHandler, Kernel, targetOf } from '../kernel/kernel.ts';
import { absorbAddress, addressHash, childKey, purposeOf, uniform, writeRunKey } from '../kernel/keys.ts';
import { type CallRecord, type Host, LivelockError, Runtime, type RuntimeObserver, type World } from '../resilience/runtime.ts';
import { MARKS } from '../resilience/mark.ts';
import type { RunEnd } from '../telemetry/record.ts';
import { Recorder, type RecorderPlan } from '../telemetry/recorder.ts';

/** Called before each sample, so that integrals over time are up to date, and asked whether its books balance. */
export interface Accountable {
  readonly address: string;
  integrate(): void;
  /** Throws when a ledger does not balance. */
  audit(): void;
  /** What is still held (work, queue entries, connections); zero at rest. */
  held(): number;
}

const RUN_SLOT = 0;
const FIRST_SLOTS = 4096;

export class Engine implements World, RuntimeObserver {
  readonly kernel: Kernel;
  readonly runtime: Runtime;
  readonly recorder: Recorder;
  /** Over the requests settled in the present bucket. */
  readonly bucketDigest = new Digest();
  /** Over the digests of the buckets that have ended. */
  readonly #requestDigest = new Digest();
  readonly accountables: Accountable[] = [];
  keys = new Int32Array(2 * FIRST_SLOTS);
  #slots = RUN_SLOT + 1;
  #users = 0;
  readonly #timers: number;
  readonly #actions: (() => void)[] = [];

  constructor(seed: string, plan: RecorderPlan) {
    this.kernel = new Kernel(plan.bucketNs);
    this.recorder = new Recorder(this.kernel, plan);
    writeRunKey(this.keys, RUN_SLOT, seed);
    const runtime = new Runtime(this, this);
    this.runtime = runtime;
    const timers: EventHandler = {
      on(kind, a) {
        if (kind === 0) runtime.wake(a);
        else runtime.wakeHost(a);
      },
    };
    this.#timers = targetOf(this.kernel.register(timers), 0);
    this.kernel.afterEvent = runtime;
    this.kernel.bucketSampler = { sample: () => this.#sample() };
    this.kernel.actionHandler = { act: (action) => this.#actions[action]!() };
  }

  // ---- time ---------------------------------------------------------------------------------------------------

  get now(): number {
    return this.kernel.now;
  }

  /** Timers of the runtime. Times drawn at random are rounded to whole nanoseconds. */
  schedule(at: number, kind: number, a: number): number {
    return this.kernel.queue.schedule(wholeNs(at), this.#timers + kind, a);
  }

  unschedule(handle: number): void {
    this.kernel.queue.cancel(handle);
  }

  /** Events of a component: `target` is `targetOf(kernel.register(handler), kind)`. */
  scheduleEvent(at: number, target: number, a: number): number {
    return this.kernel.queue.schedule(wholeNs(at), target, a);
  }

  /** When an event that is still to come is due. */
  dueAt(handle: number): number {
    return this.kernel.queue.dueAt(handle);
  }

  /** Puts a change (fault, heal, intervention) into the control lane: before all events of that instant. */
  scheduleControl(at: number, action: () => void): void {
    this.kernel.scheduleAction(at, this.#actions.push(action) - 1);
  }

  // ---- keys ---------------------------------------------------------------------------------------------------

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

  /** A slot with the key of an entity: a client, an instance, a layer's stream. For set-up. */
  entitySlot(address: string): number {
    const slot = this.newSlot();
    this.writeEntityKey(slot, address);
    return slot;
  }

  /** Writes the key of an entity to a slot that there is already. */
  writeEntityKey(slot: number, address: string): void {
    absorbAddress(this.keys, slot, RUN_SLOT, address);
  }

  purpose(name: string): number {
    return purposeOf(name);
  }

  word(address: string): number {
    return addressHash(address);
  }

  /** Numbers so many users.  @returns the number of the first; 0 for unlimited ones, who are numbered otherwise */
  addUsers(count: number): number {
    const first = this.#users;
    if (count < Infinity) this.#users += count;
    return first;
  }

  // ---- run ----------------------------------------------------------------------------------------------------

  /**
   * Runs up to `untilNs`, or until the budget of events is used up.
   * @returns undefined while there is more to do before `untilNs`, or how the run ended
   */
  run(untilNs: number, eventsMax: number): RunEnd | undefined {
    try {
      return this.kernel.run(untilNs, eventsMax) === 'reached' ? { kind: 'completed' } : undefined;
    } catch (error) {
      if (error instanceof LivelockError) return { kind: 'budgetExceeded', atNs: this.now, message: error.message };
      throw error;
    }
  }

  /** What happened to users: over every request settled so far, bucket by bucket. */
  requestFingerprint(): string {
    const [p, q] = this.bucketDigest.words();
    const digest = this.#requestDigest.copy();
    digest.absorb(this.now, p, q);
    return digest.hex();
  }

  /** Everything still held anywhere: calls, permits, work, queue entries. Zero after the load has stopped and drained. */
  held(): number {
    let sum = this.runtime.openCalls + this.runtime.held();
    for (const accountable of this.accountables) sum += accountable.held();
    return sum;
  }

  audit(): void {
    for (const accountable of this.accountables) accountable.audit();
  }

  // ---- what the runtime tells ---------------------------------------------------------------------------------

  stateChanged(host: Host, mark: number): void {
    this.recorder.event(host.layer.address, 'state', MARKS[mark]!);
  }

  late(_call: CallRecord): void {}

  #sample(): void {
    for (const accountable of this.accountables) accountable.integrate();
    this.audit();
    assert(this.runtime.openCalls >= 0, 'more calls were closed than opened');
    const [p, q] = this.bucketDigest.words();
    this.#requestDigest.absorb(this.now, p, q);
    this.recorder.closeBucket(this.bucketDigest);
  }
}

/** The nearest whole number, for times of at least 0. V8 rounds with a branch on the fraction, which nobody could predict. */
function wholeNs(at: number): number {
  return Math.floor(at + 0.5);
}
