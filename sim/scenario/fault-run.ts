import type { Fault } from '../faults/fault.ts';
import type { Engine } from '../model/engine.ts';
import type { FaultUse } from './scenario.ts';

/** A fault with its times, switched by the control lane and by interventions. */
export class FaultRun {
  readonly address: string;
  readonly #engine: Engine;
  readonly #fault: Fault;
  #enabled: boolean;
  #due = false;
  #active = false;

  constructor(engine: Engine, use: FaultUse, fault: Fault) {
    this.address = use.address;
    this.#engine = engine;
    this.#fault = fault;
    this.#enabled = use.enabled;
    engine.scheduleControl(use.atNs, () => this.#setDue(true));
    if (use.forNs < Infinity) engine.scheduleControl(use.atNs + use.forNs, () => this.#setDue(false));
  }

  switch(enabled: boolean): void {
    this.#enabled = enabled;
    this.#settle();
  }

  #setDue(due: boolean): void {
    this.#due = due;
    this.#settle();
  }

  #settle(): void {
    const active = this.#due && this.#enabled;
    if (active === this.#active) return;
    this.#active = active;
    this.#engine.recorder.event(this.address, active ? 'faultStart' : 'faultEnd', this.address.slice('faults/'.length));
    if (active) this.#fault.begin();
    else this.#fault.end();
  }
}
