import { assert } from './assert.ts';
import { ControlLane } from './control-lane.ts';
import { Digest } from './digest.ts';
import { EventQueue } from './event-queue.ts';

/** Something to which events are addressed: a component of the simulated system. */
export interface EventHandler {
  /** An event is due. Its instant is the kernel's `now`.  @param kind 0..255   @param a the event's argument */
  on(kind: number, a: number): void;
}

/** What follows every event: the effects that it caused are carried out before the clock moves. */
export interface AfterEvent {
  drain(): void;
}

/** Reads the gauges of a bucket that has just ended. May change nothing in the simulated system. */
export interface BucketSampler {
  sample(boundaryNs: number): void;
}

/** Carries out the entries of the control lane. */
export interface ActionHandler {
  act(action: number): void;
}

/** Why `run` came back: it reached `untilNs` (or nothing is left to do), or it used up `eventsMax`. */
export type RunEnd = 'reached' | 'budget';

const KINDS = 256;

/** The word by which an event is addressed.  @param component from `register`, below 2^22   @param kind 0..255 */
export function targetOf(component: number, kind: number): number {
  assert(component >= 0 && component < 1 << 22, 'a component number has at most 22 bits');
  assert(kind >= 0 && kind < KINDS, 'an event kind has at most 8 bits');
  return (component << 8) | kind;
}

/**
 * The clock of one simulation and the loop that moves it.
 *
 * At one instant t, in this order: the sample of the bucket that ends at t; the control entries of t; the model events
 * of t in the order in which they were scheduled. A control entry that a model event inserts at its own instant runs
 * next, before the model events that are left of that instant.
 */
export class Kernel {
  /** Virtual time in whole nanoseconds. */
  now = 0.5;
  /** Events dispatched and control entries carried out so far. */
  dispatched = 0.5;

  readonly queue = new EventQueue();
  readonly control = new ControlLane();
  /** Fingerprint of all events in the order of their dispatch: the same engine given the same input. */
  readonly dispatchDigest = new Digest();

  afterEvent: AfterEvent = { drain() {} };
  bucketSampler: BucketSampler = { sample() {} };
  actionHandler: ActionHandler = { act() {} };

  readonly #bucketNs: number;
  readonly #handlers: EventHandler[] = [];
  #nextBoundary = 0.5;
  /** Where the present run ends. */
  #until = 0.5;
  /** The next instant at which something else than an event is due: a control entry, a sample, or the run's end. */
  #horizon = 0.5;

  /** @param bucketNs length of the telemetry buckets in nanoseconds; Infinity for none */
  constructor(bucketNs = Infinity) {
    assert(bucketNs === Infinity || (Number.isSafeInteger(bucketNs) && bucketNs > 0), 'a bucket lasts whole nanoseconds');
    this.now = 0;
    this.dispatched = 0;
    this.#bucketNs = bucketNs;
    this.#nextBoundary = bucketNs;
    this.#until = 0;
    this.#horizon = 0;
  }

  /** Adds a component and returns the number by which events are addressed to it, counted from 0. */
  register(handler: EventHandler): number {
    return this.#handlers.push(handler) - 1;
  }

  /** Schedules an event at an absolute instant; see `EventQueue.schedule`. */
  schedule(at: number, target: number, a: number): number {
    return this.queue.schedule(at, target, a);
  }

  /** Removes an event that is still to come; see `EventQueue.cancel`. */
  cancel(handle: number): void {
    this.queue.cancel(handle);
  }

  /**
   * Inserts an action into the control lane at an instant that is not yet past. Handlers may call it (an action that a
   * condition triggers), and so may the outside between two calls of `run` (a live intervention).
   */
  scheduleAction(at: number, action: number): void {
    assert(at >= this.now, 'a control entry cannot be inserted in the past');
    this.control.insert(at, action);
    this.#lookAhead();
  }

  /**
   * Runs everything before `untilNs` and moves the clock there. What is due at exactly `untilNs` is still to come, except
   * the sample of a bucket that ends there: an intervention can thus still be put before the events of that instant.
   * Cutting a run into pieces, by instants or by budgets, changes nothing.
   * @param untilNs whole nanoseconds, not in the past; Infinity runs until no event and no control entry is left, and
   *   leaves the clock at the last one
   * @param eventsMax budget of events and control entries; when it is used up, the clock stays where it is
   */
  run(untilNs: number, eventsMax = Infinity): RunEnd {
    assert(untilNs >= this.now, 'a run cannot end in the past');
    const { queue, control } = this;
    const dispatchedMax = this.dispatched + eventsMax;
    this.#until = untilNs;
    this.#lookAhead();
    while (this.dispatched < dispatchedMax) {
      if (queue.pop(this.#horizon)) {
        this.#dispatch();
      } else if (untilNs === Infinity && queue.size === 0 && control.next === Infinity) {
        return 'reached';
      } else {
        this.now = this.#horizon;
        if (this.now === this.#nextBoundary) this.#sample();
        else if (this.now === untilNs) return 'reached';
        else this.#act();
        this.#lookAhead();
      }
    }
    return 'budget';
  }

  /** Runs the next event or control entry before `untilNs`, with the samples due before it; false if there is none. */
  step(untilNs = Infinity): boolean {
    return this.run(untilNs, 1) === 'budget';
  }

  #lookAhead(): void {
    this.#horizon = Math.min(this.#until, this.#nextBoundary, this.control.next);
  }

  #dispatch(): void {
    const { queue } = this;
    const { target, a } = queue;
    this.now = queue.time;
    this.dispatched++;
    this.dispatchDigest.absorb(this.now, target, a);
    this.#handlers[target >>> 8]!.on(target & (KINDS - 1), a);
    this.afterEvent.drain();
  }

  #sample(): void {
    this.#nextBoundary += this.#bucketNs;
    this.bucketSampler.sample(this.now);
  }

  #act(): void {
    this.dispatched++;
    this.actionHandler.act(this.control.take(this.now));
    this.afterEvent.drain();
  }
}
