/**
 * The moving dots, without any state: which dots are on an edge at an instant, and where, follows from the instant and
 * from the flow alone. So scrubbing, stepping back and playing at any speed show the same picture.
 *
 * Dot n stands for the n-th `worth` of sends. It leaves when the cumulative flow crosses `n · worth` and arrives
 * `travelNs` later. Its outcome is that of the n-th `worth` of endings: first sent, first ended is an approximation, but
 * one that adds up.
 */
import { cumulativeAt, type Flow } from './flow.ts';

/** What became of the sends of a dot. */
export const DotKind = { answered: 0, failed: 1, released: 2, pending: 3 } as const;
export type DotKind = (typeof DotKind)[keyof typeof DotKind];

export type VisitDot = (dot: number, kind: DotKind, isRetry: boolean, share: number) => void;

/**
 * Calls `visit` for each dot that is under way, with its number and the share of the way that it has made.
 * @param seed tells edges apart, so that equal shares of failures do not pick the same dots everywhere
 */
export function visitDots(flow: Flow, timeNs: number, travelNs: number, worth: number, seed: number, visit: VisitDot): void {
  const { sent, ended, buckets, bucketNs } = flow;
  const first = Math.floor(cumulativeAt(sent, buckets, bucketNs, timeNs - travelNs) / worth) + 1;
  const last = Math.floor(cumulativeAt(sent, buckets, bucketNs, timeNs) / worth);
  if (first > last) return;
  let launched = bucketReaching(sent, buckets, first * worth);
  let settled = bucketReaching(ended, buckets, first * worth);
  for (let dot = first; dot <= last; dot++) {
    const count = dot * worth;
    while (sent[launched + 1]! < count) launched++;
    while (settled < buckets && ended[settled + 1]! < count) settled++;
    const before = sent[launched]!;
    const launchNs = (launched + (count - before) / (sent[launched + 1]! - before)) * bucketNs;
    const kind = settled < buckets ? kindOf(flow, settled, unitHash(dot, seed)) : DotKind.pending;
    const isRetry = unitHash(dot, ~seed) < flow.retryShare(launched);
    visit(dot, kind, isRetry, Math.min(Math.max((timeNs - launchNs) / travelNs, 0), 1));
  }
}

function kindOf(flow: Flow, bucket: number, luck: number): DotKind {
  const failed = flow.failedShare(bucket);
  if (luck < failed) return DotKind.failed;
  return luck < failed + flow.releasedShare(bucket) ? DotKind.released : DotKind.answered;
}

/** The first bucket at whose end the cumulative count has reached `count`; `buckets` when none has. */
function bucketReaching(cumulative: Float64Array, buckets: number, count: number): number {
  let low = 0;
  let high = buckets;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle + 1]! < count) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A number in [0, 1) that depends on the dot and the edge only. */
function unitHash(dot: number, seed: number): number {
  let mixed = Math.imul(dot ^ (seed * 0x9e3779b1), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 0x1_0000_0000;
}

/** At most so many dots on the busiest edge, and in one arm. */
export const MAX_DOTS_PER_EDGE = 60;
export const MAX_DOTS_PER_ARM = 900;

/**
 * How many sends one dot stands for, so that the page never shows too many: 1, 2, 5, 10, 20, 50 …
 * @param peaks per arm, the most that is ever under way on each of its edges
 */
export function worthOf(peaks: readonly (readonly number[])[]): number {
  const busiestEdge = Math.max(0, ...peaks.flat());
  const busiestArm = Math.max(0, ...peaks.map((ofArm) => ofArm.reduce((sum, peak) => sum + peak, 0)));
  const wanted = Math.max(busiestEdge / MAX_DOTS_PER_EDGE, busiestArm / MAX_DOTS_PER_ARM, 1);
  for (let decade = 1; ; decade *= 10) {
    for (const step of [1, 2, 5]) if (step * decade >= wanted) return step * decade;
  }
}

/** A dot crosses an edge in this time on the wall, at every speed. */
const TRAVEL_SECONDS = 0.9;

export function travelNsAt(speed: number): number {
  return TRAVEL_SECONDS * 1e9 * speed;
}
