import type { ComparisonRow, Spread } from '../../experiment/comparison.ts';
import { nameOf } from '../../experiment/question.ts';
import type { RunResult, Timeline } from '../../experiment/run.ts';
import type { Estimate } from '../../experiment/statistics.ts';
import type { Verdict } from '../../experiment/verdict.ts';
import type { MetricQuantity } from '../../telemetry/metric-value.ts';
import { metricByName } from '../../telemetry/metrics/registry.ts';
import type { Fingerprints, RunEnd } from '../../telemetry/record.ts';
import { type FileReport, replayOf, type Reporter } from './reporter.ts';

/** Raised when a reader of an earlier version would misunderstand; fields may be added without it. */
const REPORT_VERSION = 1;

/** A number in JSON, which has no endless ones: 'never' is an endless time, null an undefined value. */
type JsonNumber = number | 'never' | '-never' | null;
/** By the name of a metric: `p99`, or `p99(shoppers)` of one part of the system. Units as in `metrics`. */
type ByMetric<T> = Readonly<Record<string, T>>;

/** The document that `--reporter json` writes. Times are in nanoseconds, shares in 0..1, rates per second. */
export interface JsonReport {
  readonly faultline: typeof REPORT_VERSION;
  /** One for each scenario file, in the order in which they were given. */
  readonly scenarios: readonly JsonScenario[];
}
interface JsonScenario {
  readonly file: string;
  readonly title: string;
  readonly durationNs: number;
  readonly warmupNs: number;
  readonly bucketNs: number;
  /** False after an interruption: some runs are missing. */
  readonly complete: boolean;
  readonly seeds: readonly string[];
  /** What every metric is, as in `faultline explain`. */
  readonly metrics: ByMetric<{ readonly title: string; readonly about: string; readonly quantity: MetricQuantity; readonly better: number }>;
  readonly variants: readonly JsonVariant[];
  /** Every further variant against the first, seed by seed; estimates of the mean difference. */
  readonly differences: readonly { readonly variant: string; readonly minus: string; readonly metrics: ByMetric<JsonEstimate> }[];
  readonly expectations: readonly JsonExpectation[];
  readonly objectives: readonly JsonObjective[];
}
interface JsonVariant {
  readonly name: string;
  readonly about: string;
  /** Over all seeds. */
  readonly metrics: ByMetric<JsonSpread>;
  readonly runs: readonly JsonRun[];
}
interface JsonRun {
  readonly seed: string;
  readonly engine: string;
  readonly metrics: ByMetric<JsonNumber>;
  /** Only of the first seed. Counts per bucket, from the start of the run. */
  readonly timeline?: { readonly good: readonly number[]; readonly offered: readonly number[]; readonly faults: readonly JsonFault[] };
  readonly fingerprints: Fingerprints;
  readonly eventsDispatched: number;
  readonly end: RunEnd;
}
interface JsonFault {
  readonly address: string;
  readonly fromNs: number;
  /** 'never' when it did not heal. */
  readonly toNs: JsonNumber;
}
/** A mean with its 95 % interval, of `count` finite values; null where there are too few. */
interface JsonEstimate {
  readonly mean: JsonNumber;
  readonly low: number | null;
  readonly high: number | null;
  readonly count: number;
}
interface JsonSpread extends JsonEstimate {
  readonly median: JsonNumber;
  readonly min: JsonNumber;
  readonly max: JsonNumber;
  /** In how many seeds the value was `never`, and in how many it was defined at all. */
  readonly never: number;
  readonly defined: number;
}
interface JsonExpectation {
  readonly text: string;
  readonly variant: string;
  /** The variant whose value is subtracted, or ''. */
  readonly minus: string;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly seeds: readonly { readonly seed: string; readonly value: JsonNumber; readonly holds: boolean }[];
  /** The command that repeats the first seed in which it did not hold, or ''. */
  readonly replay: string;
}
interface JsonObjective {
  readonly metric: string;
  readonly comparison: string;
  readonly value: number;
  readonly variant: string;
  /** In how many seeds it was met, of how many. */
  readonly met: number;
  readonly seeds: number;
}

export const json: Reporter = {
  name: 'json',
  about: 'Everything, for programs; described in sim/cli/reporters/json.ts and versioned.',
  fileName: 'report.json',
  render: (reports) => `${JSON.stringify({ faultline: REPORT_VERSION, scenarios: reports.map(scenarioOf) } satisfies JsonReport, null, 2)}\n`,
};

function scenarioOf(report: FileReport): JsonScenario {
  const { file, scenario, results, comparison, judgements, objectives } = report;
  const { title, durationNs, warmupNs, bucketNs } = scenario;
  const [reference = '', ...others] = results.variants;
  return {
    file,
    title,
    durationNs,
    warmupNs,
    bucketNs,
    complete: results.complete,
    seeds: results.seeds,
    metrics: byMetric(comparison, ({ question }) => {
      const { title: metricTitle, about, quantity, better } = metricByName(question.metric)!;
      return { title: metricTitle, about, quantity, better };
    }),
    variants: results.variants.map((name, arm) => ({
      name,
      about: scenario.variants.find((variant) => variant.name === name)?.about ?? '',
      metrics: byMetric(comparison, ({ arms }) => spreadOf(arms[arm]!)),
      runs: results.runsOf(name).map((run) => runOf(run, report)),
    })),
    differences: others.map((variant, other) => ({
      variant,
      minus: reference,
      metrics: byMetric(comparison, ({ differences }) => estimateOf(differences[other]!)),
    })),
    expectations: judgements.map((judgement) => {
      const { text, variant, minus } = judgement.expectation;
      const { verdict, reason } = judgement;
      const seeds = judgement.seeds.map(({ seed, value, holds }) => ({ seed, value: jsonNumber(value), holds }));
      return { text, variant, minus, verdict, reason, seeds, replay: replayOf(judgement, report) };
    }),
    objectives: objectives.map(({ objective, variant, met, seeds }) => ({
      metric: nameOf(objective),
      comparison: objective.comparison,
      value: objective.value,
      variant,
      met,
      seeds,
    })),
  };
}

function runOf(run: RunResult, { results }: FileReport): JsonRun {
  const { seed, engine, values, timeline, fingerprints, eventsDispatched, end } = run;
  return {
    seed,
    engine,
    metrics: Object.fromEntries(results.questions.map((question, at) => [nameOf(question), jsonNumber(values[at]!)])),
    ...(seed === results.seeds[0] ? { timeline: timelineOf(timeline) } : {}),
    fingerprints,
    eventsDispatched,
    end,
  };
}

function timelineOf({ good, offered, faults }: Timeline): NonNullable<JsonRun['timeline']> {
  return {
    good: [...good],
    offered: [...offered],
    faults: faults.map(({ address, fromNs, toNs }) => ({ address, fromNs, toNs: jsonNumber(toNs) })),
  };
}

function byMetric<T>(comparison: readonly ComparisonRow[], valueOf: (row: ComparisonRow) => T): ByMetric<T> {
  return Object.fromEntries(comparison.map((row) => [nameOf(row.question), valueOf(row)]));
}

function spreadOf({ estimate, median, min, max, never, defined }: Spread): JsonSpread {
  return { ...estimateOf(estimate), median: jsonNumber(median), min: jsonNumber(min), max: jsonNumber(max), never, defined };
}

function estimateOf({ mean, low, high, count }: Estimate): JsonEstimate {
  return { mean: jsonNumber(mean), low: finite(low), high: finite(high), count };
}

function jsonNumber(value: number): JsonNumber {
  if (Number.isNaN(value)) return null;
  if (Number.isFinite(value)) return value;
  return value > 0 ? 'never' : '-never';
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
