/** One running copy of a component: its threads, its waiting line, its processor, and what faults have done to it. */
import { assert } from '../kernel/assert.ts';
import { Outcome, type OutcomeName } from '../resilience/outcome.ts';
import type { Gauges } from '../resilience/pattern.ts';
import { type ActivationCall, awaitsThreadSince, Thread } from './activation.ts';
import type { Discipline, QueueHost } from './discipline.ts';
import type { Exchange } from './exchange.ts';
import { Knob } from './knob.ts';
import type { Processor } from './processor.ts';
import type { QueueSettings } from './queue.ts';
import type { Death, Server } from './server.ts';

/** An error rate laid over an instance by a fault. */
export interface ErrorFault {
  readonly fault: number;
  readonly rate: number;
  /** The outcome that it makes. */
  readonly code: number;
  readonly purpose: number;
}

/** @param answer what the requests that fail are answered */
export function errorFault(fault: number, rate: number, answer: OutcomeName, purpose: number): ErrorFault {
  return { fault, rate, code: Outcome[answer], purpose };
}

export class Instance implements QueueHost {
  readonly server: Server;
  readonly index: number;
  readonly address: string;
  /** Threads or connections; Infinity when unlimited. */
  readonly threads: number;
  readonly queue: QueueSettings;
  readonly line: Discipline;
  readonly processor: Processor;
  /** The process runs and listens. */
  up = true;
  /** How it will die once it is idle, or its time is up; until then it takes no new requests. Null: it is not being shut down. */
  dying: Death | null = null;
  /** Numbers of the faults that keep it down, in the order in which they struck: it is started again when all of them are gone. */
  readonly downBy = new Set<number>();
  /** Counts its deaths. */
  incarnation = 0;
  /** Counts what was decided about its life: an earlier plan to start or to kill it does nothing any more. */
  plan = 0;
  busy = 0;
  /** Requests that have arrived and whose work has not ended. */
  inFlight = 0;
  /** Accepts, and never answers. */
  hangs = false;
  /** How many times slower than normal work is. */
  readonly slowdown = new Knob(1, 'multiply', () => this.#pace());
  readonly hung = new Knob(0, 'any', () => this.#pace());
  /** Null when there are none, as nearly always. */
  errorFaults: readonly ErrorFault[] | null = null;
  /** The sum of the instants at which threads were given back, less those at which they were taken. */
  #releasesLessTakes = 0.5;
  /** The sum of the instants at which calls left the line, less those at which they joined it. */
  #leavesLessJoins = 0.5;
  #dispatching = false;

  constructor(server: Server, index: number, threads: number, queue: QueueSettings, processor: Processor) {
    this.server = server;
    this.index = index;
    this.address = `${server.address}#${index}`;
    this.threads = threads;
    this.queue = queue;
    this.line = queue.discipline(this);
    this.processor = processor;
    this.#releasesLessTakes = 0;
    this.#leavesLessJoins = 0;
  }

  /** What patterns in front of the pool may read. */
  readonly gauges: Gauges = {
    inFlight: () => this.inFlight,
    queueLength: () => this.line.length,
    busy: () => this.busy,
    capacity: () => this.threads,
  };

  get draining(): boolean {
    return this.dying !== null;
  }

  /** The fault that took it down; 0 when none did. */
  get killer(): number {
    return this.downBy.values().next().value ?? 0;
  }

  addErrors(errors: ErrorFault): void {
    this.errorFaults = [...(this.errorFaults ?? []), errors];
  }

  /** @param fault the number of the one that is over */
  removeErrors(fault: number): void {
    const left = (this.errorFaults ?? []).filter((errors) => errors.fault !== fault);
    this.errorFaults = left.length === 0 ? null : left;
  }

  // ---- threads ----

  get hasFreeThread(): boolean {
    return this.busy < this.threads;
  }

  take(call: ActivationCall): void {
    assert(this.busy < this.threads, 'a thread was taken that is not there');
    this.busy++;
    this.#releasesLessTakes -= this.now;
    call.state.thread = Thread.held;
  }

  /** Whether a new call may wait. Where the line is full, another may have to go for it. */
  makesRoomFor(call: ActivationCall): boolean {
    const { line, queue } = this;
    if (line.length < queue.capacity) return true;
    if (queue.overflow === 'rejectNew' || line.length === 0) return false;
    const victim = this.#victim(queue.overflow);
    if (queue.overflow === 'dropLeastImportant' && victim.priority <= call.priority) return false;
    if (queue.overflow === 'dropStale' && this.now - awaitsThreadSince(victim) <= queue.maxWait) return false;
    this.server.pool.settle(victim, Outcome.queueFull);
    return true;
  }

  #victim(overflow: QueueSettings['overflow']): ActivationCall {
    if (overflow === 'dropNewest') return this.line.newest();
    return overflow === 'dropLeastImportant' ? this.line.leastImportant() : this.line.oldest();
  }

  /** @param thread what it awaits one for, see `Thread` */
  enqueue(call: ActivationCall, thread: number): void {
    this.#leavesLessJoins -= this.now;
    call.state.thread = thread;
    this.line.push(call);
  }

  leaveQueue(call: ActivationCall): void {
    this.#hasLeft(call);
    this.line.remove(call);
  }

  /** Gives a thread back and hands it to whoever is next. */
  giveBack(call: ActivationCall): void {
    this.busy--;
    this.#releasesLessTakes += this.now;
    call.state.thread = Thread.none;
    this.dispatch();
  }

  /** A loop and not a recursion: a long queue of requests that need no work must not overflow the stack. */
  dispatch(): void {
    if (this.#dispatching) return;
    this.#dispatching = true;
    while (this.up && this.busy < this.threads && this.line.length > 0) {
      const call = this.line.shift();
      if (call === null) break;
      const since = awaitsThreadSince(call);
      const goesOn = call.state.thread === Thread.awaitedToGoOn;
      this.#hasLeft(call);
      if (call.deadline <= this.now && this.queue.dropExpired) {
        this.server.pool.settle(call, Outcome.deadlineExceeded);
      } else if (this.now - since > this.queue.maxWait) {
        this.server.pool.settle(call, Outcome.shed);
      } else {
        this.take(call);
        if (goesOn) this.server.pool.goOn(call);
        else this.server.pool.begin(call);
      }
    }
    this.#dispatching = false;
  }

  // ---- what the waiting line asks for ----

  get now(): number {
    return this.server.engine.now;
  }

  drop(call: ActivationCall): void {
    this.#hasLeft(call);
    this.server.pool.settle(call, Outcome.shed);
  }

  #hasLeft(call: ActivationCall): void {
    this.#leavesLessJoins += this.now;
    call.state.thread = Thread.none;
  }

  /** A request has arrived: the server's latest. */
  hold(exchange: Exchange): void {
    this.inFlight++;
    exchange.arrival = this.server.received;
  }

  /** Its work has ended, or was lost. */
  letGo(exchange: Exchange): void {
    this.inFlight--;
    exchange.arrival = 0;
  }

  /** The integral of busy threads over time, in nanoseconds: all the time for which a thread was held. */
  get busyNs(): number {
    return this.#releasesLessTakes + this.busy * this.now;
  }

  /** The integral of the line's length over time, in nanoseconds: all the time for which a call waited. */
  get queuedNs(): number {
    return this.#leavesLessJoins + this.line.length * this.now;
  }

  #pace(): void {
    const hung = this.hung.value !== 0;
    this.processor.setSpeed(hung ? 0 : 1 / this.slowdown.value);
    if (hung === this.hangs) return;
    this.hangs = hung;
    this.server.hangChanged(this);
  }
}
