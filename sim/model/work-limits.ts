/**
 * Limits that a server itself sets to its work: a time, counted from when the work got its thread or connection, and the
 * deadline that came with the request. What exceeds one is ended there and then, gives back what it holds, and with it
 * ends what it has asked of others. A timeout at the caller, by contrast, only lets go.
 */
import { duration, flag } from '../catalogue/param.ts';
import { type EventHandler, targetOf } from '../kernel/kernel.ts';
import { Outcome } from '../resilience/outcome.ts';
import type { ActivationCall } from './activation.ts';
import type { Server } from './server.ts';

export interface WorkLimitSettings {
  /** Infinity: none. */
  readonly afterNs: number;
  readonly stopAtDeadline: boolean;
}

/** @param source where the parameter has its name from */
export function workTimeoutParam(source: string) {
  return duration({
    about: 'Work that takes longer is ended by the server itself and gives back what it holds; waiting for a free place does not count.',
    minExclusive: true,
    unlimited: true,
    default: Infinity,
    source,
  });
}

export const stopAtDeadlineParam = flag({
  about: 'Work is ended when the deadline that came with its request passes, and what it has asked of others with it; work whose deadline has passed is not begun. Otherwise it goes on for nobody.',
  default: false,
  source: 'gRPC servers whose handlers heed their context; most HTTP servers do not look',
});

const TIMEOUT = 0;
const DEADLINE = 1;

/** Of one server. */
export class WorkLimits implements EventHandler {
  readonly #server: Server;
  readonly #settings: WorkLimitSettings;
  readonly #target: number;

  constructor(server: Server, settings: WorkLimitSettings) {
    this.#server = server;
    this.#settings = settings;
    this.#target = targetOf(server.engine.kernel.register(this), 0);
  }

  /** The work has what it needs to begin. @returns false when its deadline has passed: it has been settled */
  begin(call: ActivationCall): boolean {
    const { engine, pool } = this.#server;
    const timeoutAt = engine.now + this.#settings.afterNs;
    const deadline = this.#settings.stopAtDeadline ? call.deadline : Infinity;
    if (deadline <= engine.now) {
      pool.settle(call, Outcome.deadlineExceeded);
      return false;
    }
    if (timeoutAt <= deadline) this.#schedule(call, timeoutAt, TIMEOUT);
    else this.#schedule(call, deadline, DEADLINE);
    return true;
  }

  /** The work has ended by itself. */
  forget(call: ActivationCall): void {
    const { extras } = call.state;
    if (extras.limitEvent < 0) return;
    this.#server.engine.unschedule(extras.limitEvent);
    extras.limitEvent = -1;
  }

  on(kind: number, id: number): void {
    const { engine, pool } = this.#server;
    const call = engine.runtime.calls[id] as ActivationCall;
    call.state.extras.limitEvent = -1;
    // Its caller has let go already, and it only waits for what it has asked of others.
    if (call.cancelled) return;
    if (call.state.workingIn !== null) call.state.workingIn.withdraw(call);
    engine.runtime.cancel(call);
    pool.settle(call, kind === TIMEOUT ? Outcome.timeout : Outcome.deadlineExceeded);
  }

  #schedule(call: ActivationCall, at: number, kind: number): void {
    if (at < Infinity) call.state.extras.limitEvent = this.#server.engine.scheduleEvent(at, this.#target + kind, call.id);
  }
}
