/** Faultline as a library: read a scenario, run it, read what happened. */
export type { Problem } from './catalogue/problem.ts';
export type { RunRecord } from './telemetry/record.ts';
export type { MetricValue } from './telemetry/metric-value.ts';
export type { Parsed, Scenario, ScenarioDocument } from './scenario/scenario.ts';
export { compile, Simulation } from './scenario/compile.ts';
export { overrideScenario } from './scenario/override.ts';
export { parseScenario } from './scenario/parse.ts';
export { metricValues } from './telemetry/metrics/registry.ts';
