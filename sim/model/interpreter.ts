/**
 * Runs handler programs. The pool (whose calls hold a thread) and branches of a parallel step (whose calls do not) are
 * both interpreters; they differ in how a program begins and what its end gives back.
 */
import { Outcome, isGood } from '../resilience/outcome.ts';
import type { Call, Child, Effects, Pattern } from '../resilience/pattern.ts';
import type { CallRecord, Layer, Runtime } from '../resilience/runtime.ts';
import { Activation, type ActivationCall } from './activation.ts';
import type { Engine } from './engine.ts';
import type { Server } from './server.ts';

export abstract class Interpreter implements Pattern<Activation> {
  readonly server: Server;
  readonly engine: Engine;
  readonly runtime: Runtime;
  /** Where branches of parallel steps run. */
  abstract readonly branches: Layer;

  constructor(server: Server) {
    this.server = server;
    this.engine = server.engine;
    this.runtime = server.engine.runtime;
  }

  newState(): Activation {
    return new Activation();
  }

  abstract onCall(call: Call<Activation>, fx: Effects): void;
  /** The program has ended or was given up: return what the call holds. */
  protected abstract release(call: ActivationCall): void;
  abstract held(): number;
  /** An asynchronous step begins to wait. */
  yieldThread(_call: ActivationCall): void {}
  /** An asynchronous step has its answer. */
  resume(call: ActivationCall): void {
    this.goOn(call);
  }

  onOutcome(call: Call<Activation>, child: Child): void {
    const record = call as ActivationCall;
    if (record.cancelled) {
      if (record.first === null) this.settle(record, Outcome.cancelled);
      return;
    }
    const { state } = record;
    state.program[state.pc]!.childEnded!(record, child as CallRecord, this);
  }

  onWake(call: Call<Activation>): void {
    const record = call as ActivationCall;
    const { state } = record;
    state.program[state.pc]!.woken!(record, this);
  }

  onCancel(call: Call<Activation>, fx: Effects): void {
    const record = call as ActivationCall;
    const { state } = record;
    if (state.workingIn !== null) state.workingIn.withdraw(record);
    if (record.first !== null) fx.cancel(record);
    else this.settle(record, Outcome.cancelled);
  }

  /** Begins the program of a call from its first step. */
  begin(record: ActivationCall): void {
    const { state } = record;
    state.pc = -1;
    state.quality = 1;
    this.goOn(record);
  }

  /** The present step is done: the next ones, as far as they go at once. */
  goOn(record: ActivationCall): void {
    if (record.cancelled) {
      // Cancelled at this very instant but not told yet, when a thread came free: it gives back what it holds.
      this.settle(record, Outcome.cancelled);
      return;
    }
    const { state } = record;
    const { program } = state;
    while (++state.pc < program.length) {
      if (!program[state.pc]!.begin(record, this)) return;
    }
    this.release(record);
    if (state.quality < 1) this.runtime.settleQuality(record, state.quality);
    else this.runtime.settle(record, Outcome.ok);
  }

  /** The handler ends with a code of its own. */
  settle(record: ActivationCall, code: number): void {
    this.release(record);
    this.runtime.settle(record, code);
  }

  /** The handler fails because a part of it did. Its caller sees an error; the part stays the cause. */
  failBecause(record: ActivationCall, child: Child): void {
    this.release(record);
    this.runtime.settleBecause(record, isGood(child.code) ? child.code : Outcome.error, child);
  }
}
