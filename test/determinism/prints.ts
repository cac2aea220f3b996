/**
 * Runs worlds and says what came out, in a form that can be sent from any engine to any other. Knows nothing of the place
 * where it runs: this is what is bundled for browsers and shells.
 */
import { SECOND } from '../../sim/catalogue/units.ts';
import { Digest } from '../../sim/kernel/digest.ts';
import { compile, type Simulation } from '../../sim/scenario/compile.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import type { RunRecord } from '../../sim/telemetry/record.ts';
import { documentOf } from '../support/run-scenario.ts';

/** A scenario file. */
export interface World {
  readonly name: string;
  readonly text: string;
}

/** How a run is cut: at most so much virtual time and so many events in one piece. */
export interface Pieces {
  readonly ns?: number;
  readonly events?: number;
}

/** What two runs must have in common to be the same run. */
export interface RunPrint {
  readonly world: string;
  readonly variant: string;
  readonly dispatch: string;
  readonly request: string;
  readonly eventsDispatched: number;
  /** Over everything that was recorded: series, latencies, digests of buckets, marks. */
  readonly record: string;
}

/** How much of a long scenario is run. */
export interface Extent {
  readonly ns: number;
  readonly events: number;
}

export const WHOLE: Extent = { ns: Infinity, events: Infinity };

/** Faults of the shipped scenarios begin after a minute, and the slowest consequence (a failover) takes half of one more. */
export const WITH_FAULTS: Extent = { ns: 100 * SECOND, events: 400_000 };

export function printsOf(worlds: readonly World[], extent: Extent, pieces: Pieces = {}): RunPrint[] {
  return worlds.flatMap(({ name, text }) =>
    documentOf(text).variants.map(({ name: variant, scenario }) => printOf(name, variant, recordOf(scenario, variant, extent, pieces))),
  );
}

/** Runs the beginning of a scenario. */
export function recordOf(scenario: Scenario, variant: string, extent: Extent, pieces: Pieces = {}): RunRecord {
  const shortened = { ...scenario, durationNs: Math.min(scenario.durationNs, extent.ns) };
  const simulation = compile(shortened, { variant, seed: '' });
  while (!goOn(simulation, extent, pieces));
  return simulation.record();
}

/** Runs one piece more.  @returns true when that was the last one */
export function goOn(simulation: Simulation, { events: eventsMax }: Extent, { ns = Infinity, events = Infinity }: Pieces): boolean {
  const left = eventsMax - simulation.engine.kernel.dispatched;
  return left <= 0 || simulation.run(simulation.now + ns, Math.min(events, left));
}

export function printOf(world: string, variant: string, record: RunRecord): RunPrint {
  const { fingerprints, eventsDispatched } = record;
  return { world, variant, ...fingerprints, eventsDispatched, record: digestOf(record) };
}

/** By way of JSON, since numbers become text in the same way everywhere while the bits of NaN may differ. */
function digestOf(record: RunRecord): string {
  const digest = new Digest();
  const json = JSON.stringify(record, (_name, value: unknown) => (ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value));
  for (let i = 0; i < json.length; i++) digest.absorb(i, json.charCodeAt(i), 0);
  return digest.hex();
}
