import { assert } from '../kernel/assert.ts';
import type { Fingerprints, RunEnd, RunRecord } from '../telemetry/record.ts';
import { metricByName } from '../telemetry/metrics/registry.ts';
import { RunReader } from '../telemetry/metrics/run-reader.ts';
import type { Question } from './question.ts';

/** What is kept of one run: small, and enough for every table and verdict. */
export interface RunResult {
  readonly variant: string;
  readonly seed: string;
  readonly engine: string;
  /** One answer to each question, in their order; see `Metric.evaluate` for NaN and Infinity. */
  readonly values: readonly number[];
  readonly timeline: Timeline;
  readonly fingerprints: Fingerprints;
  readonly eventsDispatched: number;
  readonly end: RunEnd;
}

/** How goodput went, for a small picture. */
export interface Timeline {
  readonly bucketNs: number;
  /** Usable answers per bucket, from the start of the run. */
  readonly good: Float64Array;
  /** Requests that users meant to send, per bucket. */
  readonly offered: Float64Array;
  /** When each fault was on; Infinity at the end of one that did not heal. */
  readonly faults: readonly { readonly address: string; readonly fromNs: number; readonly toNs: number }[];
}

/** Answers the questions about a finished run and lets go of the rest. */
export function resultOf(record: RunRecord, questions: readonly Question[]): RunResult {
  const run = new RunReader(record);
  const { variant, seed, engine, fingerprints, eventsDispatched, end } = record;
  const values = questions.map((question) => {
    const metric = metricByName(question.metric);
    assert(metric !== undefined, 'questions name metrics that exist');
    return metric.evaluate(run, question.of);
  });
  return { variant, seed, engine, values, timeline: timelineOf(run), fingerprints, eventsDispatched, end };
}

function timelineOf(run: RunReader): Timeline {
  const { bucketNs, events } = run.record;
  const none = new Float64Array(run.record.buckets);
  const faults = events
    .filter((event) => event.kind === 'faultStart')
    .map(({ address, atNs: fromNs }) => {
      const end = events.find((event) => event.kind === 'faultEnd' && event.address === address && event.atNs >= fromNs);
      return { address, fromNs, toNs: end?.atNs ?? Infinity };
    });
  return { bucketNs, good: run.goodPerBucket('') ?? none, offered: run.perBucket('client', 'offered', '') ?? none, faults };
}
