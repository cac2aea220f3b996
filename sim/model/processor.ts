/**
 * Work is a demand given to a processor, never an event "now plus service time": only so can work be slowed, paused and
 * healed while it is going on. This processor gives each piece of work a core of its own, at the instance's speed.
 */
import { type EventHandler, targetOf } from '../kernel/kernel.ts';
import type { ActivationCall } from './activation.ts';
import type { Engine } from './engine.ts';
import type { Interpreter } from './interpreter.ts';

const DONE = 0;

/** Hears of finished work; one for the engine, since an event carries the call. */
export class WorkDone implements EventHandler {
  readonly target: number;
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.target = targetOf(engine.kernel.register(this), DONE);
  }

  on(_kind: number, id: number): void {
    const call = this.#engine.runtime.calls[id] as ActivationCall;
    call.state.instance.processor.finished(call);
    (call.pattern as unknown as Interpreter).goOn(call);
  }
}

export class Processor {
  readonly #engine: Engine;
  readonly #done: WorkDone;
  /** 1 is normal; 0 stands still. */
  #speed = 1;
  #first: ActivationCall | null = null;
  /** Work done since the start of the run, in nanoseconds of time on a core. */
  workedNs = 0;
  running = 0;

  constructor(engine: Engine, done: WorkDone) {
    this.#engine = engine;
    this.#done = done;
  }

  submit(call: ActivationCall, demandNs: number): void {
    const { state } = call;
    state.working = true;
    state.remainingNs = demandNs;
    state.since = this.#engine.now;
    state.previous = null;
    state.next = this.#first;
    if (this.#first !== null) this.#first.state.previous = call;
    this.#first = call;
    this.running++;
    this.#schedule(call);
  }

  /** A piece of work has come to its end. */
  finished(call: ActivationCall): void {
    call.state.doneEvent = -1;
    this.#leave(call);
  }

  /** A piece of work is given up. */
  withdraw(call: ActivationCall): void {
    if (call.state.doneEvent >= 0) this.#engine.unschedule(call.state.doneEvent);
    call.state.doneEvent = -1;
    this.#leave(call);
  }

  /** Changes the speed of all work, also of what is going on: what is left takes as much longer or shorter. */
  setSpeed(speed: number): void {
    if (speed === this.#speed) return;
    for (let call = this.#first; call !== null; call = call.state.next) {
      this.#account(call);
      if (call.state.doneEvent >= 0) this.#engine.unschedule(call.state.doneEvent);
    }
    this.#speed = speed;
    for (let call = this.#first; call !== null; call = call.state.next) this.#schedule(call);
  }

  /** Work done up to now, what is going on included. Reading changes nothing, so that sampling cannot change the run. */
  workedUpToNow(): number {
    let worked = this.workedNs;
    for (let call = this.#first; call !== null; call = call.state.next) worked += this.#engine.now - call.state.since;
    return worked;
  }

  #schedule(call: ActivationCall): void {
    const { state } = call;
    state.doneEvent = this.#speed === 0 ? -1 : this.#engine.scheduleEvent(state.since + state.remainingNs / this.#speed, this.#done.target, call.id);
  }

  #account(call: ActivationCall): void {
    const { state } = call;
    const elapsed = this.#engine.now - state.since;
    state.remainingNs = Math.max(0, state.remainingNs - elapsed * this.#speed);
    state.since = this.#engine.now;
    this.workedNs += elapsed;
  }

  #leave(call: ActivationCall): void {
    const { state } = call;
    this.workedNs += this.#engine.now - state.since;
    state.working = false;
    this.running--;
    if (state.previous === null) this.#first = state.next;
    else state.previous.state.next = state.next;
    if (state.next !== null) state.next.state.previous = state.previous;
    state.next = null;
    state.previous = null;
  }
}
