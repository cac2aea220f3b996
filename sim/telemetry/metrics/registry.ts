import { amplification } from './amplification.ts';
import { availability } from './availability.ts';
import { cacheHitRatio } from './cache-hit-ratio.ts';
import { deferred } from './deferred.ts';
import { deficit } from './deficit.ts';
import { duplicateEffects } from './duplicate-effects.ts';
import { effects } from './effects.ts';
import { falselyMerged } from './falsely-merged.ts';
import { fullQualityAvailability } from './full-quality-availability.ts';
import { goodput } from './goodput.ts';
import { hedges } from './hedges.ts';
import { lostLater } from './lost-later.ts';
import { lostWrites } from './lost-writes.ts';
import { lost } from './lost.ts';
import { meanLatency } from './mean-latency.ts';
import { offered } from './offered.ts';
import { opened } from './opened.ts';
import { p50 } from './p50.ts';
import { p90 } from './p90.ts';
import { p95 } from './p95.ts';
import { p99 } from './p99.ts';
import { p999 } from './p999.ts';
import { peakRetryRate } from './peak-retry-rate.ts';
import { peakSendRate } from './peak-send-rate.ts';
import { processedLater } from './processed-later.ts';
import { recovery } from './recovery.ts';
import { rejected } from './rejected.ts';
import { retries } from './retries.ts';
import { sends } from './sends.ts';
import { shed } from './shed.ts';
import { staleReads } from './stale-reads.ts';
import { timeToMitigate } from './time-to-mitigate.ts';
import { wastedShare } from './wasted-share.ts';
import { wasted } from './wasted.ts';
import { workLost } from './work-lost.ts';
import { writeDowntime } from './write-downtime.ts';
import type { MetricValue } from '../metric-value.ts';
import type { RunRecord } from '../record.ts';
import type { Metric } from './metric.ts';
import { RunReader } from './run-reader.ts';

/** Every metric, in the order in which reports show them. */
export const METRICS: readonly Metric[] = [
  offered,
  goodput,
  availability,
  fullQualityAvailability,
  lost,
  deficit,
  p50,
  p90,
  p95,
  p99,
  p999,
  meanLatency,
  sends,
  retries,
  hedges,
  amplification,
  peakSendRate,
  peakRetryRate,
  rejected,
  shed,
  cacheHitRatio,
  opened,
  wasted,
  wastedShare,
  workLost,
  recovery,
  timeToMitigate,
  lostWrites,
  staleReads,
  effects,
  duplicateEffects,
  falselyMerged,
  deferred,
  processedLater,
  lostLater,
  writeDowntime,
];

/** @param name as a scenario writes it: `p99`   @returns undefined when there is no such metric */
export function metricByName(name: string): Metric | undefined {
  return METRICS.find((metric) => metric.name === name);
}

/** All metrics of the whole system, those that the run does not define included. */
export function metricValues(record: RunRecord): MetricValue[] {
  const run = new RunReader(record);
  return METRICS.map((metric) => {
    const { name, title, about, quantity, better } = metric;
    return { name, title, about, quantity, better, value: metric.evaluate(run, '') };
  });
}
