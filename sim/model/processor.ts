/**
 * Work is a demand given to a processor, never an event "now plus service time": only so can work be slowed, paused and
 * healed while it is going on. This processor gives each piece of work a core of its own, at the instance's speed.
 */
import { type EventHandler, targetOf } from '../kernel/kernel.ts';
import type { CallRecord } from '../resilience/runtime.ts';
import { Activation, type ActivationCall } from './activation.ts';
import type { Engine } from './engine.ts';
import type { Interpreter } from './interpreter.ts';

const DONE = 0;

/** Hears of finished work; one for the engine, since an event carries the call. */
export class WorkDone implements EventHandler {
  readonly target: number;
  readonly #calls: readonly CallRecord[];

  constructor(engine: Engine) {
    this.#calls = engine.runtime.calls;
    this.target = targetOf(engine.kernel.register(this), DONE);
  }

  on(_kind: number, id: number): void {
    const call = this.#calls[id] as ActivationCall;
    call.state.workingIn!.finished(call);
    (call.pattern as unknown as Interpreter).goOn(call);
  }
}

export class Processor {
  readonly #engine: Engine;
  readonly #done: WorkDone;
  /** 1 is normal; 0 stands still. */
  #speed = 1;
  running = 0;
  /** The sum of the instants at which work ended, less those at which it began. */
  #endsLessBeginnings = 0.5;

  constructor(engine: Engine, done: WorkDone) {
    this.#engine = engine;
    this.#done = done;
    this.#endsLessBeginnings = 0;
  }

  submit(call: ActivationCall, demandNs: number): void {
    this.running++;
    this.#endsLessBeginnings -= this.#engine.now;
    call.state.workingIn = this;
    this.#schedule(call, demandNs);
  }

  /** A piece of work has come to its end. */
  finished(call: ActivationCall): void {
    this.running--;
    this.#endsLessBeginnings += this.#engine.now;
    call.state.workingIn = null;
  }

  /** A piece of work is given up. */
  withdraw(call: ActivationCall): void {
    if (this.#speed > 0) this.#engine.unschedule(call.state.doneEvent);
    this.finished(call);
  }

  /** Changes the speed of all work, also of what is going on: what is left takes as much longer or shorter. */
  setSpeed(speed: number): void {
    if (speed === this.#speed) return;
    const calls = this.#underWay();
    const left = calls.map((call) => this.#takeBack(call));
    this.#speed = speed;
    calls.forEach((call, i) => this.#schedule(call, left[i]!));
  }

  /** Work done since the start of the run, in nanoseconds of time on a core, what is going on included. */
  get workedNs(): number {
    return this.#endsLessBeginnings + this.running * this.#engine.now;
  }

  #schedule(call: ActivationCall, demandNs: number): void {
    const { state } = call;
    if (this.#speed === 0) state.extras.remainingNs = demandNs;
    else state.doneEvent = this.#engine.scheduleEvent(this.#engine.now + demandNs / this.#speed, this.#done.target, call.id);
  }

  /** @returns what is left to do, in nanoseconds at speed 1 */
  #takeBack({ state }: ActivationCall): number {
    if (this.#speed === 0) return state.extras.remainingNs;
    const left = (this.#engine.dueAt(state.doneEvent) - this.#engine.now) * this.#speed;
    this.#engine.unschedule(state.doneEvent);
    return left;
  }

  /** Looked for only when the speed changes, so that work itself need not be kept in a list. */
  #underWay(): ActivationCall[] {
    const calls = this.#engine.runtime.calls as ActivationCall[];
    return calls.filter(({ isOpen, state }) => isOpen && state instanceof Activation && state.workingIn === this);
  }
}
