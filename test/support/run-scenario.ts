/** Whole systems in tests: from the text of a scenario to what became of it. */
import { compile, type CompileOptions, type Simulation } from '../../sim/scenario/compile.ts';
import { parseScenario } from '../../sim/scenario/parse.ts';
import type { ParsedWell, Scenario, ScenarioDocument } from '../../sim/scenario/scenario.ts';
import { indexSeries, type RunRecord } from '../../sim/telemetry/record.ts';

/** Reads a text that has no mistakes. */
export function parsedWell(text: string): ParsedWell {
  const parsed = parseScenario(text);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ line, column, message }) => `${line}:${column} ${message}`).join('\n'));
  return parsed;
}

/** What a text says that has no mistakes. */
export function documentOf(text: string): ScenarioDocument {
  return parsedWell(text).document;
}

/** @returns the scenario as written, or that of one of its variants */
export function scenarioOf(text: string, variant?: string): Scenario {
  const { base, variants } = documentOf(text);
  return variant === undefined ? base : variants.find(({ name }) => name === variant)!.scenario;
}

/** Runs a scenario to its end. */
export function simulate(text: string): Simulation {
  const simulation = compile(scenarioOf(text), { variant: '', seed: '' });
  simulation.run();
  const { end } = simulation.record();
  if (end.kind !== 'completed') throw new Error(`${end.kind}: ${end.message}`);
  return simulation;
}

/** The record of a whole run, however it ended. */
export function wholeRecordOf(scenario: Scenario, options: CompileOptions): RunRecord {
  const simulation = compile(scenario, options);
  simulation.run();
  return simulation.record();
}

/** Sum of a counter over the whole run. */
export function totalOf(simulation: Simulation, address: string, name: string): number {
  const { series, rows, buckets } = simulation.record();
  const at = indexSeries(series).find(address, name);
  if (at < 0) throw new Error(`there is no series ${name} of ${address}`);
  let sum = 0;
  for (let bucket = 0; bucket < buckets; bucket++) sum += rows[bucket * series.length + at]!;
  return sum;
}
