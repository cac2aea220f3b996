/** Runs a scenario many times with different seeds and reads from the records what queueing theory speaks of. */
import { compile, type Simulation } from '../../sim/scenario/compile.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import { Histogram, meanOf, quantileOf } from '../../sim/telemetry/histogram.ts';
import { type HistogramData, type RunRecord, firstMeasuredBucket, indexSeries } from '../../sim/telemetry/record.ts';
import { scenarioOf } from '../support/run-scenario.ts';

/** Theory measures time in mean service times. Here one such unit lasts 10 ms, and a rate of 1 is 100 per second. */
export const UNIT_NS = 10_000_000;
const UNITS_PER_SECOND = 1e9 / UNIT_NS;

/** Of each run this share at the beginning is not measured, so that it does not matter that systems start empty. */
const WARMUP = 0.1;

/**
 * A scenario that lasts some time and has the given sections, written as YAML from the first column on. Its title is its
 * seed, so that cases with different titles have nothing to do with each other.
 */
export function scenarioText(title: string, seconds: number, sections: string): string {
  const bucketMs = Math.round(seconds * 1000 * WARMUP);
  return `faultline: 1
title: ${JSON.stringify(title)}
duration: ${bucketMs / WARMUP}ms
warmup: ${bucketMs}ms
bucket: ${bucketMs}ms
${sections}`;
}

/** Something of the running system that is looked at once in each unit of time. */
export type Probe = (simulation: Simulation) => number;

export function replicate(text: string, count = 20, probe?: Probe): readonly Run[] {
  const scenario = scenarioOf(text);
  return Array.from({ length: count }, (_, at) => run(scenario, `${scenario.seed} ${at + 1}`, probe));
}

function run(scenario: Scenario, seed: string, probe: Probe | undefined): Run {
  const simulation = compile(scenario, { variant: '', seed });
  let probed = 0;
  let probes = 0;
  if (probe !== undefined) {
    for (let at = scenario.warmupNs; !simulation.run(at); at += UNIT_NS) {
      probed += probe(simulation);
      probes++;
    }
  }
  simulation.run();
  return new Run(simulation.record(), probed / probes);
}

/** What one replication measured after its warm-up, in units of `UNIT_NS`. */
export class Run {
  readonly record: RunRecord;
  /** Mean of the probe; NaN without one. */
  readonly probed: number;
  readonly units: number;
  readonly #first: number;

  constructor(record: RunRecord, probed: number) {
    if (record.end.kind !== 'completed') throw new Error(record.end.message);
    this.record = record;
    this.probed = probed;
    this.#first = firstMeasuredBucket(record);
    this.units = ((record.buckets - this.#first) * record.bucketNs) / UNIT_NS;
  }

  /** Sum of a counter. */
  total(address: string, name: string): number {
    const { series, rows, buckets } = this.record;
    const at = indexSeries(series).find(address, name);
    if (at < 0) throw new Error(`there is no series ${name} of ${address}`);
    let sum = 0;
    for (let bucket = this.#first; bucket < buckets; bucket++) sum += rows[bucket * series.length + at]!;
    return sum;
  }

  /** Time average of a number whose integral over time is recorded: waiting requests, busy threads. */
  average(address: string, name: 'queuedNs' | 'busyNs' | 'workedNs'): number {
    return this.total(address, name) / UNIT_NS / this.units;
  }

  /** Mean number of requests at a station, waiting or in service. */
  meanPresent(station: string): number {
    return this.average(station, 'queuedNs') + this.average(station, 'busyNs');
  }

  /** Mean wait of the requests that a station accepts. */
  meanWait(station: string): number {
    return this.total(station, 'queuedNs') / UNIT_NS / (this.total(station, 'received') - this.total(station, 'rejected'));
  }

  /** Share of the requests that a station turns away. */
  loss(station: string): number {
    return this.total(station, 'rejected') / this.total(station, 'received');
  }

  /** Good answers in one unit of time. */
  throughput(station: string): number {
    return this.total(station, 'completed') / this.units;
  }

  /** Latencies of good answers in nanoseconds. @param requestClass '' for all */
  latencies(client: string, requestClass = ''): HistogramData {
    return this.record.latency.find((one) => one.address === client && one.requestClass === requestClass && one.of === 'good')!.histogram;
  }

  meanSojourn(client: string, requestClass = ''): number {
    return meanOf(this.latencies(client, requestClass)) / UNIT_NS;
  }

  /** Mean square of the sojourn, each latency taken at the middle of its bin; a bin is 1.6 % wide at most. */
  meanSquareSojourn(client: string): number {
    const latencies = new Histogram();
    latencies.mergeData(this.latencies(client));
    let sum = 0;
    latencies.forEachBin((lowerEdge, count) => {
      const middle = lowerEdge + 2 ** Math.floor(Math.log2(lowerEdge)) / 128;
      sum += count * (middle / UNIT_NS) ** 2;
    });
    return sum / latencies.total;
  }

  /** Share of all good answers that took longer than some units of time; these must lie in a gap of the distribution. */
  shareAbove(client: string, units: number): number {
    const latencies = new Histogram();
    latencies.mergeData(this.latencies(client));
    let above = 0;
    latencies.forEachBin((lowerEdge, count) => {
      if (lowerEdge >= units * UNIT_NS) above += count;
    });
    return above / latencies.total;
  }
}

/** Expected rate in requests per second, as scenario files want it, from requests in one unit of time. */
export function perSecond(rate: number): string {
  return `${rate * UNITS_PER_SECOND}/s`;
}

/**
 * A quantile of latency over all replications. The quantile of one replication is biased, since the tail is thin; so
 * these are the pseudo-values of a jackknife that leaves out one replication at a time: their mean is an estimate
 * almost without bias, their spread its standard error. (Quenouille 1956, Tukey 1958.)
 */
export function quantiles(runs: readonly Run[], client: string, q: number): readonly number[] {
  const all = quantileWithout(runs, client, q, -1);
  return runs.map((_, left) => runs.length * all - (runs.length - 1) * quantileWithout(runs, client, q, left));
}

function quantileWithout(runs: readonly Run[], client: string, q: number, left: number): number {
  const merged = new Histogram();
  runs.forEach((run, at) => {
    if (at !== left) merged.mergeData(run.latencies(client));
  });
  return quantileOf(merged.data(), q) / UNIT_NS;
}
