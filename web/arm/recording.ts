import type { ArmReady, Frame, RunEvent, SeriesInfo, SystemDescription } from '../../sim/worker/protocol.ts';
import { indexSeries, type SeriesIndex } from '../../sim/telemetry/record.ts';

const FIRST_BUCKETS = 256;

/**
 * What one arm has done so far: the rows of its frames, one after another. Grows by doubling, so that appending a frame
 * costs its own length on average. Scrubbing only reads here; nothing is simulated again.
 */
export class Recording {
  readonly system: SystemDescription;
  readonly series: readonly SeriesInfo[];
  /** Buckets of the whole run. */
  readonly totalBuckets: number;
  readonly events: RunEvent[] = [];
  readonly #index: SeriesIndex;
  #buckets = 0;
  #rows: Float64Array;
  #digests: Int32Array;

  constructor(ready: ArmReady) {
    this.system = ready.system;
    this.series = ready.series;
    this.totalBuckets = ready.buckets;
    this.#index = indexSeries(ready.series);
    this.#rows = new Float64Array(FIRST_BUCKETS * ready.series.length);
    this.#digests = new Int32Array(FIRST_BUCKETS * 2);
  }

  /** Complete buckets recorded so far. */
  get buckets(): number {
    return this.#buckets;
  }
  get bucketNs(): number {
    return this.system.bucketNs;
  }
  /** Up to here the record reaches. */
  get endNs(): number {
    return this.#buckets * this.system.bucketNs;
  }

  /** Adds the buckets of a frame; frames come in order and without gaps. */
  append(frame: Frame): void {
    if (frame.firstBucket !== this.#buckets) {
      throw new Error(`a frame begins at bucket ${frame.firstBucket}, expected ${this.#buckets}`);
    }
    const buckets = this.#buckets + frame.buckets;
    this.#rows = grown(this.#rows, buckets * this.series.length, (length) => new Float64Array(length));
    this.#digests = grown(this.#digests, buckets * 2, (length) => new Int32Array(length));
    this.#rows.set(frame.rows, this.#buckets * this.series.length);
    this.#digests.set(frame.bucketDigests, this.#buckets * 2);
    for (const event of frame.events) this.events.push(event);
    this.#buckets = buckets;
  }

  /** Column of a series, or -1. */
  column(address: string, name: string): number {
    return this.#index.find(address, name);
  }
  /** Columns of one name at several addresses; addresses without it are left out. */
  columns(addresses: readonly string[], name: string): number[] {
    return addresses.map((address) => this.column(address, name)).filter((column) => column >= 0);
  }
  /** Value of a column in a bucket; NaN beyond what is recorded or without a column. */
  value(column: number, bucket: number): number {
    if (column < 0 || bucket < 0 || bucket >= this.#buckets) return Number.NaN;
    return this.#rows[bucket * this.series.length + column]!;
  }
  /** Sum of columns in a bucket; values that are not numbers count as nothing. NaN beyond what is recorded. */
  sum(columns: readonly number[], bucket: number): number {
    if (bucket < 0 || bucket >= this.#buckets) return Number.NaN;
    let sum = 0;
    for (const column of columns) sum += this.value(column, bucket) || 0;
    return sum;
  }
  /** The bucket to show for an instant: the one in which it lies, or the last before it; -1 when nothing is recorded. */
  bucketAt(timeNs: number): number {
    return Math.min(Math.floor(timeNs / this.bucketNs), this.#buckets - 1);
  }
  /** Do two runs agree on what happened to every request of a bucket? */
  agreesWith(other: Recording, bucket: number): boolean {
    const at = bucket * 2;
    return this.#digests[at] === other.#digests[at] && this.#digests[at + 1] === other.#digests[at + 1];
  }
}

function grown<A extends Float64Array | Int32Array>(array: A, length: number, make: (length: number) => A): A {
  if (length <= array.length) return array;
  const larger = make(Math.max(length, array.length * 2));
  larger.set(array);
  return larger;
}

/** The first bucket in which two runs of one seed differ for any request, or -1 as far as both are recorded. */
export function firstDivergence(a: Recording, b: Recording, fromBucket = 0): number {
  const end = Math.min(a.buckets, b.buckets);
  for (let bucket = fromBucket; bucket < end; bucket++) if (!a.agreesWith(b, bucket)) return bucket;
  return -1;
}
