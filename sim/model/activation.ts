/**
 * The state of one piece of server work: a handler's program and how far it has come. Whoever waits for a thread stands
 * in one line, so that it needs one pair of links.
 */
import { SHARED_NUMBER } from '../resilience/context.ts';
import type { CallRecord } from '../resilience/runtime.ts';
import type { Instance } from './instance.ts';
import type { Processor } from './processor.ts';
import type { Program } from './step.ts';

/** How a call stands with the threads of its instance: it has nothing to do with them, waits for one, or holds one. */
export const Thread = { none: 0, awaitedToBegin: 1, awaitedToGoOn: 2, held: 3 } as const;

/** How the parts of a parallel step do. */
class Parts {
  open = 0;
  /** Required ones that succeeded, and that failed. */
  good = 0;
  failed = 0;
}

export class Activation {
  instance!: Instance;
  program!: Program;
  /** Index of the present step. */
  pc = 0;
  /** One of `Thread`. */
  thread: number = Thread.none;
  /** Null while it does not work. */
  workingIn: Processor | null = null;
  next: CallRecord<Activation> | null = null;
  previous: CallRecord<Activation> | null = null;
  /** At which its work is done, while it works in a processor that does not stand still. */
  doneEvent = -1;
  /** Product of the qualities of the parts so far. */
  quality = SHARED_NUMBER;
  #extras: Extras | null = null;

  reset(instance: Instance, program: Program): void {
    this.instance = instance;
    this.program = program;
    this.thread = Thread.none;
    this.workingIn = null;
    this.next = null;
    this.previous = null;
    if (this.#extras !== null) this.#extras.reset();
  }

  /** What few activations have. */
  get extras(): Extras {
    return (this.#extras ??= new Extras());
  }
}

/** Made for an activation that needs it, and kept with it from then on. */
class Extras {
  /** Since when it waits for a thread with which to go on. */
  awaitsSince = 0.5;
  /** Work left to do at speed 1, in nanoseconds, while it works in a processor that stands still. */
  remainingNs = 0.5;
  /** At which the server's own limit ends the work; -1 when there is none. */
  limitEvent = -1;
  /** Of the present step, if it is a parallel one. */
  readonly parts = new Parts();
  /** What the item that it changes was like when it began, for databases. */
  version = 0;
  /** Mark of the write that this work waits for, for databases; 0 when it waits for none. */
  write = 0;

  reset(): void {
    this.limitEvent = -1;
    this.write = 0;
  }
}

export type ActivationCall = CallRecord<Activation>;

/** Since when a call waits for a thread. A new one begins to wait as soon as it is there. */
export function awaitsThreadSince(call: ActivationCall): number {
  return call.state.thread === Thread.awaitedToGoOn ? call.state.extras.awaitsSince : call.startedAt;
}
