import type { Recording } from '../arm/recording.ts';

/** What has gone over an edge, summed up from the start of the run: what the dots are drawn from. */
export interface Flow {
  readonly bucketNs: number;
  /** Complete buckets; each cumulative array has one number more, beginning with 0. */
  readonly buckets: number;
  /** Sends up to the start of each bucket. */
  readonly sent: Float64Array;
  /** Sends whose outcome their caller knows, or that it let go of. */
  readonly ended: Float64Array;
  /** Shares of what ended in a bucket: with an error, or let go by the caller. */
  failedShare(bucket: number): number;
  releasedShare(bucket: number): number;
  /** Share of a bucket's sends that were retries. */
  retryShare(bucket: number): number;
}

/** The flow over an edge, read from a recording that may still be growing. */
export class RecordedFlow implements Flow {
  readonly #recording: Recording;
  readonly #sends: readonly number[];
  readonly #retries: readonly number[];
  readonly #answered: readonly number[];
  readonly #failed: readonly number[];
  readonly #released: readonly number[];
  #buckets = 0;
  readonly sent: Float64Array;
  readonly ended: Float64Array;
  readonly #failedShares: Float64Array;
  readonly #releasedShares: Float64Array;
  readonly #retryShares: Float64Array;

  /** @param sites addresses of the call sites that the edge stands for */
  constructor(recording: Recording, sites: readonly string[]) {
    this.#recording = recording;
    this.#sends = recording.columns(sites, 'sends');
    this.#retries = recording.columns(sites, 'retries');
    this.#answered = recording.columns(sites, 'answered');
    this.#failed = recording.columns(sites, 'failedSends');
    this.#released = recording.columns(sites, 'cancelledSends');
    this.sent = new Float64Array(recording.totalBuckets + 1);
    this.ended = new Float64Array(recording.totalBuckets + 1);
    this.#failedShares = new Float64Array(recording.totalBuckets);
    this.#releasedShares = new Float64Array(recording.totalBuckets);
    this.#retryShares = new Float64Array(recording.totalBuckets);
  }

  get bucketNs(): number {
    return this.#recording.bucketNs;
  }
  get buckets(): number {
    return this.#buckets;
  }

  /** Takes in what has been recorded since the last time. */
  update(): void {
    const recording = this.#recording;
    for (; this.#buckets < recording.buckets; this.#buckets++) {
      const bucket = this.#buckets;
      const sent = recording.sum(this.#sends, bucket);
      const [answered, failed, released] = [this.#answered, this.#failed, this.#released].map((columns) => recording.sum(columns, bucket)) as [number, number, number];
      const ended = answered + failed + released;
      this.sent[bucket + 1] = this.sent[bucket]! + sent;
      this.ended[bucket + 1] = this.ended[bucket]! + ended;
      this.#failedShares[bucket] = failed / ended || 0;
      this.#releasedShares[bucket] = released / ended || 0;
      this.#retryShares[bucket] = recording.sum(this.#retries, bucket) / sent || 0;
    }
  }
  failedShare(bucket: number): number {
    return this.#failedShares[bucket]!;
  }
  releasedShare(bucket: number): number {
    return this.#releasedShares[bucket]!;
  }
  retryShare(bucket: number): number {
    return this.#retryShares[bucket]!;
  }
}

/** A cumulative count at any instant, linear within buckets and still at both ends. */
export function cumulativeAt(cumulative: Float64Array, buckets: number, bucketNs: number, timeNs: number): number {
  const place = Math.min(Math.max(timeNs / bucketNs, 0), buckets);
  const bucket = Math.min(Math.floor(place), Math.max(buckets - 1, 0));
  const before = cumulative[bucket]!;
  return buckets === 0 ? 0 : before + (cumulative[bucket + 1]! - before) * (place - bucket);
}

/** The most that was ever under way at once on an edge whose crossing takes `travelNs`. */
export function peakOnTheWay(flow: Flow, travelNs: number): number {
  const { sent, buckets, bucketNs } = flow;
  let peak = 0;
  for (let bucket = 1; bucket <= buckets; bucket++) {
    const left = cumulativeAt(sent, buckets, bucketNs, bucket * bucketNs - travelNs);
    peak = Math.max(peak, sent[bucket]! - left);
  }
  return peak;
}
