/**
 * A pool of threads with a queue in front of it, in the manner of java.util.concurrent.ThreadPoolExecutor: it grows to
 * its core size, then fills its queue, and only then grows on to its maximum. Work runs on a thread of the pool, so a
 * caller that stops waiting does not free the thread: the work does when it ends.
 */
import { Mark } from '../mark.ts';
import { Outcome } from '../outcome.ts';
import type { Call, Child, Effects, Pattern, PatternHost } from '../pattern.ts';
import { type Waiting, WaitingLine } from '../waiting-line.ts';

export interface ExecutorSettings {
  readonly coreSize: number;
  readonly maximumSize: number;
  /** Calls that may wait; 0: a call needs a thread at once. */
  readonly queueCapacity: number;
  /** A call that finds this many waiting is rejected, even if more threads could be started. */
  readonly queueLengthMax: number;
  /** How long a thread beyond the core size stays idle before it ends. */
  readonly keepAliveNs: number;
  /** Whether work is asked to stop when its caller has stopped waiting. */
  readonly interrupts: boolean;
  /** Whether a call whose caller has stopped waiting leaves the queue; otherwise it runs all the same when its turn comes. */
  readonly leavesQueue: boolean;
}

interface Task extends Waiting<Task> {
  /** Its caller has stopped waiting. */
  isAlone: boolean;
}

/** Timer of the layer: the thread that has been idle longest may end. */
const IDLE_OVER = 0;

export class Executor implements Pattern<Task> {
  readonly #settings: ExecutorSettings;
  readonly #host: PatternHost;
  readonly #line = new WaitingLine<Task>();
  #threads = 0;
  #busy = 0;
  /** When each idle thread became idle: a ring, longest idle first; idle threads get work in this order. */
  #idleSince = new Float64Array(8);
  #longestIdle = 0;

  constructor(settings: ExecutorSettings, host: PatternHost) {
    this.#settings = settings;
    this.#host = host;
  }

  newState(): Task {
    return { isWaiting: false, before: null, behind: null, isAlone: false };
  }

  onCall(call: Call<Task>, fx: Effects): void {
    const { state } = call;
    const { coreSize, maximumSize, queueCapacity, queueLengthMax } = this.#settings;
    state.isWaiting = false;
    state.isAlone = false;
    const waiting = this.#line.length;
    if (waiting > 0 && waiting >= queueLengthMax) this.#reject(call, fx);
    else if (this.#busy < this.#threads) this.#useIdle(call, fx);
    else if (this.#threads < coreSize) this.#useNew(call, fx);
    else if (waiting < queueCapacity) this.#wait(call, fx);
    else if (this.#threads < maximumSize) this.#useNew(call, fx);
    else this.#reject(call, fx);
  }

  onOutcome(call: Call<Task>, child: Child, fx: Effects): void {
    fx.settleWith(call, child);
    this.#finished(fx);
  }

  onCancel(call: Call<Task>, fx: Effects): void {
    if (call.state.isWaiting) this.#leaveWaiting(call, fx);
    else this.#leaveRunning(call, fx);
    fx.settle(call, Outcome.cancelled);
  }

  /** Work whose caller stopped waiting has ended. */
  onBackground(_child: Child, fx: Effects): void {
    this.#finished(fx);
  }

  onLayerWake(_timer: number, fx: Effects): void {
    const { coreSize, keepAliveNs } = this.#settings;
    while (this.#threads > coreSize && this.#busy < this.#threads && this.#idleSince[this.#longestIdle]! + keepAliveNs <= fx.now) {
      this.#takeIdle();
      this.#threads--;
    }
    this.#watchIdle(fx);
  }

  held(): number {
    return this.#busy + this.#line.length;
  }

  #reject(call: Call<Task>, fx: Effects): void {
    fx.note(this.#host, Mark.rejected);
    fx.settle(call, Outcome.bulkheadFull);
  }

  #wait(call: Call<Task>, fx: Effects): void {
    fx.note(this.#host, Mark.waited);
    this.#line.join(call);
  }

  #useIdle(call: Call<Task>, fx: Effects): void {
    this.#takeIdle();
    this.#busy++;
    this.#watchIdle(fx);
    fx.start(call, 0);
  }

  #useNew(call: Call<Task>, fx: Effects): void {
    this.#threads++;
    this.#busy++;
    fx.start(call, 0);
  }

  #leaveWaiting(call: Call<Task>, fx: Effects): void {
    if (this.#settings.leavesQueue || call.state.isAlone) {
      this.#line.leave(call);
      return;
    }
    const alone = fx.detach(call) as Call<Task>;
    alone.state.isAlone = true;
    this.#line.replace(call, alone);
    // A thread that became free just now has passed over the call, which was already cancelled. In an instance that has
    // died the call is cancelled once more, and leaves the line when it hears of it.
    if (this.#busy === this.#threads || alone.cancelled) return;
    this.#line.leave(alone);
    this.#useIdle(alone, fx);
  }

  #leaveRunning(call: Call<Task>, fx: Effects): void {
    if (this.#settings.interrupts || call.state.isAlone) fx.cancel(call);
    fx.adopt(call);
  }

  /** A thread is free: it takes the call that has waited longest, if there is one. */
  #finished(fx: Effects): void {
    const next = this.#line.next();
    if (next !== null) {
      fx.start(next, 0);
      return;
    }
    this.#becomeIdle(fx.now);
    this.#busy--;
    this.#watchIdle(fx);
  }

  #watchIdle(fx: Effects): void {
    const { coreSize, keepAliveNs } = this.#settings;
    const isWatched = this.#threads > coreSize && this.#busy < this.#threads;
    fx.wakeLayerAt(this.#host, IDLE_OVER, isWatched ? this.#idleSince[this.#longestIdle]! + keepAliveNs : Infinity);
  }

  #becomeIdle(now: number): void {
    const idle = this.#threads - this.#busy;
    if (idle === this.#idleSince.length) this.#grow();
    this.#idleSince[(this.#longestIdle + idle) % this.#idleSince.length] = now;
  }

  #takeIdle(): void {
    this.#longestIdle = (this.#longestIdle + 1) % this.#idleSince.length;
  }

  #grow(): void {
    const old = this.#idleSince;
    this.#idleSince = new Float64Array(old.length * 2);
    for (let i = 0; i < old.length; i++) this.#idleSince[i] = old[(this.#longestIdle + i) % old.length]!;
    this.#longestIdle = 0;
  }
}
