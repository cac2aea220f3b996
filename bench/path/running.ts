import { compile, type Simulation } from '../../sim/scenario/compile.ts';
import { parseScenario } from '../../sim/scenario/parse.ts';
import { cpuNs, type Sample } from '../measure.ts';

/** A scenario, run by the same engine that runs everybody's, in pieces whose time is taken. */
export class Running {
  readonly simulation: Simulation;

  /** @param text a scenario file   @param untilSec virtual time that passes before anything is measured */
  constructor(text: string, untilSec = 0) {
    const parsed = parseScenario(text);
    if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
    this.simulation = compile(parsed.document.base, { variant: '', seed: '' });
    this.runUntil(untilSec);
  }

  /** Virtual time in seconds. */
  get nowSec(): number {
    return this.simulation.now / 1e9;
  }

  get events(): number {
    return this.simulation.engine.kernel.dispatched;
  }

  /** Requests that users have sent so far. */
  get requests(): number {
    return this.simulation.clients.reduce((sum, client) => sum + client.offered, 0);
  }

  get requestsInFlight(): number {
    return this.simulation.clients.reduce((sum, client) => sum + client.inFlight, 0);
  }

  get openCalls(): number {
    return this.simulation.engine.runtime.openCalls;
  }

  runUntil(sec: number): void {
    if (this.simulation.run(sec * 1e9)) throw new Error(`the scenario ended before it was measured: ${JSON.stringify(this.simulation.record().end)}`);
  }

  /** Nanoseconds per event of the next pieces of the run. */
  perEvent(pieceSec: number): Sample {
    return () => {
      const before = this.events;
      const ns = cpuNs(1, () => this.runUntil(this.nowSec + pieceSec));
      return ns / (this.events - before);
    };
  }

  /** Nanoseconds per request of the next pieces of the run. */
  perRequest(pieceSec: number): Sample {
    return () => {
      const before = this.requests;
      const ns = cpuNs(1, () => this.runUntil(this.nowSec + pieceSec));
      return ns / (this.requests - before);
    };
  }
}
