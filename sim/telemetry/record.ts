/**
 * The record of a run: plain columns that survive structured cloning, transfer between threads and JSON.
 *
 * A *series* is one number for each bucket of virtual time: a counter (how much happened in the bucket) or a gauge (its
 * value at the end of the bucket). Rows are stored bucket by bucket: `rows[bucket * series.length + seriesIndex]`.
 */

/** What a series measures; decides its unit on the page and in reports. `code` is a small number with a meaning of its own. */
export type SeriesQuantity = 'count' | 'durationNs' | 'ratio' | 'code';

export interface SeriesInfo {
  /** Component (`orders`), instance (`orders#1`), call site (`api/orders`) or layer (`api/orders/retry`). */
  readonly address: string;
  /** Name within the address, from the vocabulary in series.ts. */
  readonly name: string;
  readonly kind: 'counter' | 'gauge';
  readonly quantity: SeriesQuantity;
}

/** Two 32-bit lanes, printed as 16 hexadecimal digits. */
export interface Fingerprints {
  /** Over every event: same engine, same input. */
  readonly dispatch: string;
  /** Over every settled request: what happened to users. */
  readonly request: string;
}

/** Integer counts in fixed logarithmic bins (see histogram.ts); merges exactly. Only the touched range is kept. */
export interface HistogramData {
  readonly firstBin: number;
  readonly counts: Float64Array;
  readonly total: number;
  /** Sum of all values as a double; exact below 2^53. */
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

/** Latency of settled requests after the warm-up, from the instant the user meant to send. */
export interface LatencyRecord {
  /** Client. */
  readonly address: string;
  /** Request class, or '' for all. */
  readonly requestClass: string;
  /** Good answers only, or all outcomes. */
  readonly of: 'good' | 'all';
  readonly histogram: HistogramData;
}

/** What a client's series cannot say. */
export interface ClientRecord {
  readonly address: string;
  /**
   * Requests offered after the warm-up that were still open at the end of the record and had by then waited longer than
   * any usable answer of the run took: they count as failed.
   */
  readonly overdue: number;
}

/** Something that began or ended at an instant: a fault, a breaker's change, a promotion, a component running full. */
export interface RunEvent {
  readonly atNs: number;
  readonly address: string;
  readonly kind: 'faultStart' | 'faultEnd' | 'state' | 'onset' | 'intervention' | 'role';
  /** For example `opened`, `queueFull`, `promoted`, or the title of the fault. */
  readonly what: string;
}

/** How a run ended: by its duration, by the limit on events or effects, or because the simulator contradicted itself. */
export type RunEnd =
  | { readonly kind: 'completed' }
  | { readonly kind: 'budgetExceeded'; readonly atNs: number; readonly message: string }
  | { readonly kind: 'invariantBroken'; readonly atNs: number; readonly message: string };

export interface RunRecord {
  readonly scenario: string;
  readonly variant: string;
  readonly seed: string;
  readonly engine: string;
  readonly durationNs: number;
  readonly warmupNs: number;
  readonly bucketNs: number;
  /** Complete buckets recorded. */
  readonly buckets: number;
  readonly series: readonly SeriesInfo[];
  readonly rows: Float64Array;
  /** Request digest of each bucket, two words each; the first bucket that differs between arms is the first divergence. */
  readonly bucketDigests: Int32Array;
  readonly latency: readonly LatencyRecord[];
  readonly clients: readonly ClientRecord[];
  /** In the order of time. */
  readonly events: readonly RunEvent[];
  /** Events beyond the number that is kept of each kind. */
  readonly eventsDropped: number;
  readonly fingerprints: Fingerprints;
  readonly eventsDispatched: number;
  readonly end: RunEnd;
}

/** The first bucket that lies wholly after the warm-up. Metrics and latencies of a run start there. */
export function firstMeasuredBucket(plan: { readonly warmupNs: number; readonly bucketNs: number }): number {
  return Math.ceil(plan.warmupNs / plan.bucketNs);
}

/** Finds columns of a record by address and name. */
export interface SeriesIndex {
  /** -1 when the run has no such series. */
  find(address: string, name: string): number;
}

export function indexSeries(series: readonly SeriesInfo[]): SeriesIndex {
  const byName = new Map(series.map((info, at) => [`${info.address}\n${info.name}`, at]));
  return { find: (address, name) => byName.get(`${address}\n${name}`) ?? -1 };
}
