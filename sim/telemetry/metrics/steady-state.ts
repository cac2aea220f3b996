import { SECOND } from '../../catalogue/units.ts';
import type { RunReader } from './run-reader.ts';

/** How far goodput may fall below the baseline and still count as steady. */
const BAND = 0.1;
/** The band is never narrower than this many standard deviations of chance alone. */
const NOISE_DEVIATIONS = 4;
/** Answers that a smoothing window expects at least, so that such a band is at most 28 % of them. */
const ANSWERS_PER_WINDOW = 200;
/** Goodput has recovered when it stays in the band for this long … */
const HOLD_NS = 5 * SECOND;
/** … or for this share of a short run, but for so many buckets at least. */
const HOLD_SHARE = 0.1;
const HOLD_BUCKETS_MIN = 10;
/** Answers by which a stretch falls short of half the baseline once in some 300,000 times by chance alone, e^(-1.6 n). */
const SHORTFALL_MIN = 8;

/**
 * Goodput before anything went wrong, and what may be called "back to normal".
 *
 * The baseline is the median goodput between the warm-up and the first fault. Goodput is looked at through a sliding
 * window of a fifth of the hold time, or as long as it takes to expect 200 answers. The band is 10 % of the baseline or
 * four standard deviations of a Poisson count, whichever is more, so that chance alone does not leave it.
 */
export class SteadyState {
  /** Usable answers per bucket. */
  readonly baseline: number;
  /** Start of the first fault, in nanoseconds. */
  readonly firstFaultNs: number;
  readonly good: Float64Array;
  readonly #bucketNs: number;
  readonly #windowBuckets: number;
  readonly #holdBuckets: number;
  /** Answers before each bucket. */
  readonly #before: Float64Array;
  /** The fewest answers of a window that is in the band. */
  readonly #floor: number;

  /** @returns undefined when the run has no fault, or no goodput before it that could serve as a baseline */
  static of(run: RunReader, client: string): SteadyState | undefined {
    const firstFault = run.record.events.find((event) => event.kind === 'faultStart');
    const good = run.goodPerBucket(client);
    if (firstFault === undefined || good === undefined) return undefined;
    const end = Math.min(Math.floor(firstFault.atNs / run.record.bucketNs), run.record.buckets);
    const mean = sum(good, run.firstBucket, end) / (end - run.firstBucket);
    return mean > 0 ? new SteadyState(run, good, firstFault.atNs, end, mean) : undefined;
  }

  private constructor(run: RunReader, good: Float64Array, firstFaultNs: number, baselineEnd: number, mean: number) {
    const { bucketNs, durationNs } = run.record;
    const holdNs = Math.min(HOLD_NS, HOLD_SHARE * durationNs);
    const hold = Math.max(HOLD_BUCKETS_MIN, Math.ceil(holdNs / bucketNs));
    this.good = good;
    this.firstFaultNs = firstFaultNs;
    this.#bucketNs = bucketNs;
    this.#windowBuckets = Math.max(Math.ceil(hold / 5), Math.ceil(ANSWERS_PER_WINDOW / mean));
    this.#holdBuckets = Math.max(hold, this.#windowBuckets);
    this.#before = prefixSums(good);

    const width = Math.min(this.#windowBuckets, baselineEnd - run.firstBucket);
    const windows: number[] = [];
    for (let start = run.firstBucket; start + width <= baselineEnd; start++) windows.push(this.#answers(start, width) / width);
    this.baseline = median(windows);
    const expected = this.baseline * this.#windowBuckets;
    this.#floor = expected - Math.max(BAND * expected, NOISE_DEVIATIONS * Math.sqrt(expected));
  }

  /** The first instant, not before `fromNs`, from which goodput stays in the band for the hold time; Infinity if none. */
  steadyFrom(fromNs: number): number {
    const checks = this.#holdBuckets - this.#windowBuckets + 1;
    let inBand = 0;
    for (let start = Math.floor(fromNs / this.#bucketNs); start + this.#windowBuckets <= this.good.length; start++) {
      inBand = this.#isInBand(start) ? inBand + 1 : 0;
      if (inBand === checks) return Math.max(fromNs, this.#backFrom(start - checks + 1) * this.#bucketNs);
    }
    return Infinity;
  }

  /** The first instant, not before `fromNs`, at which goodput has left the band; Infinity if it never does. */
  leftFrom(fromNs: number): number {
    for (let start = Math.floor(fromNs / this.#bucketNs); start + this.#windowBuckets <= this.good.length; start++) {
      if (!this.#isInBand(start)) return Math.max(fromNs, start * this.#bucketNs);
    }
    return Infinity;
  }

  /**
   * The bucket with which goodput is back, in a window that is in the band. One that begins before the end of an outage may
   * be in it because of what comes after; there goodput is back when it has been furthest behind half of the baseline.
   */
  #backFrom(start: number): number {
    let [ahead, furthestBehind, back] = [0, 0, start];
    for (let at = start; at < start + this.#windowBuckets; at++) {
      ahead += this.good[at]! - this.baseline / 2;
      if (ahead >= furthestBehind) continue;
      furthestBehind = ahead;
      back = at + 1;
    }
    return furthestBehind < -SHORTFALL_MIN ? back : start;
  }

  #isInBand(start: number): boolean {
    return this.#answers(start, this.#windowBuckets) >= this.#floor;
  }

  #answers(start: number, buckets: number): number {
    return this.#before[start + buckets]! - this.#before[start]!;
  }
}

function sum(values: Float64Array, from: number, end: number): number {
  let total = 0;
  for (let at = from; at < end; at++) total += values[at]!;
  return total;
}

function prefixSums(values: Float64Array): Float64Array {
  const before = new Float64Array(values.length + 1);
  for (let at = 0; at < values.length; at++) before[at + 1] = before[at]! + values[at]!;
  return before;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
