/**
 * Where the pools of a call site knock: a connection is set up, or tested, by a message to the machine of an instance and
 * back. The instance answers it without a thread; one that is down refuses it, and one that hangs says nothing until it has
 * woken up.
 */
import { Outcome } from '../resilience/outcome.ts';
import type { Call, Effects, Pattern } from '../resilience/pattern.ts';
import type { CallRecord } from '../resilience/runtime.ts';
import type { Engine } from './engine.ts';
import type { Instance } from './instance.ts';
import { SILENCE_NS, type Wire } from './wire.ts';

class Knock {
  /** What will be the outcome; -1 while the message is on its way. */
  code = -1;
  /** The life of the instance that answers. */
  life = -1;
  /** The fault that keeps it down; 0 when none does. */
  fault = 0;
  /** The instance that hangs and has not answered yet. */
  waitsFor: Instance | null = null;
}

export class Door implements Pattern<Knock> {
  readonly #engine: Engine;
  readonly #wire: Wire;
  readonly #operation: number;
  readonly #pickPurpose: number;

  constructor(engine: Engine, wire: Wire, operation: number) {
    this.#engine = engine;
    this.#wire = wire;
    this.#operation = operation;
    this.#pickPurpose = engine.purpose('balancer/pick');
  }

  newState(): Knock {
    return new Knock();
  }

  onCall(call: Call<Knock>, fx: Effects): void {
    const record = call as CallRecord<Knock>;
    const { server, link } = this.#wire;
    record.state.code = -1;
    record.state.fault = 0;
    record.state.life = record.life;
    record.state.waitsFor = null;
    if (record.endpoint < 0) record.endpoint = server.pickFor(record.context, this.#operation, record.context.slot, this.#pickPurpose);
    if (record.endpoint < 0) {
      server.countUnreachable();
      fx.settle(call, Outcome.unreachable);
      return;
    }
    this.#travel(record, link.request.delay(record.context.slot), fx);
  }

  onOutcome(): void {}

  onWake(call: Call<Knock>, fx: Effects): void {
    const record = call as CallRecord<Knock>;
    const { state } = record;
    if (state.code < 0) this.#arrive(record, fx);
    else {
      record.life = state.life;
      if (state.code === Outcome.ok) fx.settle(call, Outcome.ok);
      else this.#engine.runtime.settleFault(record, state.code, state.fault);
    }
  }

  held(): number {
    return 0;
  }

  /** The instance that a knock waits for has woken up, or died. */
  answer(record: CallRecord<Knock>): void {
    record.state.waitsFor = null;
    this.#arrive(record, this.#engine.runtime);
  }

  #arrive(record: CallRecord<Knock>, fx: Effects): void {
    const { state } = record;
    const instance = this.#wire.server.instances[record.endpoint]!;
    if (state.life >= 0 && state.life !== instance.incarnation) state.code = Outcome.reset;
    else if (!instance.up || instance.draining) state.code = Outcome.refused;
    else if (instance.hangs) {
      state.waitsFor = instance;
      this.#stay(record, fx);
      return;
    } else state.code = Outcome.ok;
    state.life = instance.incarnation;
    state.fault = state.code === Outcome.ok ? 0 : instance.killer;
    this.#travel(record, this.#wire.link.response.delay(record.context.slot), fx);
  }

  #travel(record: CallRecord<Knock>, delayNs: number, fx: Effects): void {
    if (delayNs === Infinity) this.#stay(record, fx);
    else fx.wakeAt(record, this.#engine.now + delayNs);
  }

  /** Nobody will answer. */
  #stay(record: CallRecord<Knock>, fx: Effects): void {
    record.state.code = Outcome.reset;
    fx.wakeAt(record, this.#engine.now + SILENCE_NS);
  }
}

/** Answers all who knocked while the instance hung: when it has woken up, or when it is gone and its machine says so. */
export function answerKnocks(instance: Instance): void {
  for (const call of instance.server.engine.runtime.calls) {
    if (call.isOpen && call.state instanceof Knock && call.state.waitsFor === instance) (call.pattern as Door).answer(call as CallRecord<Knock>);
  }
}
