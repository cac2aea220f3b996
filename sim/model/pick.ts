/**
 * Chooses the instance for a layer whose state belongs to the instance of the callee. It stands directly outside the
 * outermost such layer; everything inside then goes to that instance.
 */
import { Outcome } from '../resilience/outcome.ts';
import type { Call, Child, Effects, Pattern } from '../resilience/pattern.ts';
import type { CallRecord } from '../resilience/runtime.ts';
import type { Engine } from './engine.ts';
import type { Wire } from './wire.ts';

export class Pick implements Pattern<null> {
  readonly #engine: Engine;
  readonly #wire: Wire;
  readonly #purpose: number;
  /** Room for the key of the send that will follow, so that the choice is the one that the send itself would have made. */
  readonly #slot: number;

  constructor(engine: Engine, wire: Wire) {
    this.#engine = engine;
    this.#wire = wire;
    this.#purpose = engine.purpose('balancer/pick');
    this.#slot = engine.newSlot();
  }

  newState(): null {
    return null;
  }

  onCall(call: Call, fx: Effects): void {
    const record = call as CallRecord;
    const { context } = record;
    // A connection leads to one instance: its pool has chosen.
    if (record.endpoint >= 0) {
      fx.start(call, 0);
      return;
    }
    this.#engine.childKey(this.#slot, context.slot, context.sends);
    const at = this.#wire.server.pickFor(context, context.operation, this.#slot, this.#purpose);
    if (at < 0) {
      this.#wire.server.countUnreachable();
      fx.settle(call, Outcome.unreachable);
      return;
    }
    record.endpoint = at;
    fx.start(call, 0);
  }

  onOutcome(call: Call, child: Child, fx: Effects): void {
    fx.settleWith(call, child);
  }

  held(): number {
    return 0;
  }
}
