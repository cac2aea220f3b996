/**
 * The state of one piece of server work: a handler's program and how far it has come. Whoever
 * waits for a thread stands in one line, so that it needs one pair of links.
 */
import { SHARED_NUMBER } from '../resilience/context.ts';
import type { CallRecord } from '../resilience/runtime.ts';
import type { Instance } from './instance.ts';
import type { Processor } from './processor.ts';
import type { Program } from './step.ts';

/** How the parts of a parallel step do. */
export class Parts {
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
  waiting = false;
  /** Since when it waits, or waited last, for a thread. */
  queuedAt = 0.5;
  /** Holds one of the instance's threads. */
  threaded = false;
  /** Continue at the next step once a thread is held again, rather than begin. */
  resuming = false;
  /** Null while it does not work. */
  workingIn: Processor | null = null;
  next: CallRecord<Activation> | null = null;
  previous: CallRecord<Activation> | null = null;
  /** At which its work is done, while it works in a processor that does not stand still. */
  doneEvent = -1;
  /** Work left to do at speed 1, in nanoseconds, while it works in one that does. */
  remainingNs = SHARED_NUMBER;
  /** At which the server's own limit ends the work; -1 when there is none. */
  limitEvent = -1;
  /** Product of the qualities of the parts so far. */
  quality = SHARED_NUMBER;
  /** Of the present parallel step, if it is one. */
  parts: Parts | null = null;
  /** What the item that it changes was like when it began, for databases. */
  version = 0;
  /** Mark of the write that this work waits for, for databases; 0 when it waits for none. */
  write = 0;

  reset(instance: Instance, program: Program): void {
    this.instance = instance;
    this.program = program;
    this.waiting = false;
    this.threaded = false;
    this.resuming = false;
    this.workingIn = null;
    this.limitEvent = -1;
    this.write = 0;
    this.next = null;
    this.previous = null;
  }
}

export type ActivationCall = CallRecord<Activation>;
