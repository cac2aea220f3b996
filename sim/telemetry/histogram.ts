import { assert } from '../kernel/assert.ts';
import { highWordOf } from '../kernel/math.ts';
import type { HistogramData } from './record.ts';

const SUB_BITS = 6;
const SUB_BINS = 1 << SUB_BITS;
/** Of the high word of a double, what lies above the mantissa bits that choose the bin: sign, exponent, six bits. */
const SHIFT = 20 - SUB_BITS;
/** That part of the double 1. Bin 0 holds the values below 1, so that 1 itself is in bin 1. */
const BEFORE_ONE = (1023 << SUB_BITS) - 1;
const BINS = 54 * SUB_BINS + 1;

type Totals = Pick<HistogramData, 'total' | 'sum' | 'min' | 'max'>;

/**
 * How often each value occurred, in bins of fixed place: 64 to each doubling. Meant for durations in whole nanoseconds.
 *
 * A quantile is off by less than one bin, 1/64 of its value (1.6 %), and exact for whole values below 128. Minimum,
 * maximum and the number of values are exact, and so is the mean while the sum is below 2^53. Merging loses nothing.
 */
export class Histogram implements Totals {
  /** Number of values. */
  total = 0.5;
  sum = 0.5;
  /** Infinity while there is no value. */
  min = Infinity;
  /** -Infinity while there is no value. */
  max = -Infinity;

  readonly #counts = new Float64Array(BINS);

  constructor() {
    this.total = 0;
    this.sum = 0;
  }

  /** @param value 0 .. 2^53-1 */
  record(value: number): void {
    assert(value >= 0 && value <= Number.MAX_SAFE_INTEGER, 'a histogram takes values from 0 to 2^53-1');
    this.#counts[binOf(value)]!++;
    this.total++;
    this.sum += value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
  }

  /** Adds all values of another histogram. */
  merge(other: Histogram): void {
    this.#add(other.#counts, 0, other);
  }

  /** Adds all values of a histogram in its stored form. */
  mergeData(data: HistogramData): void {
    this.#add(data.counts, data.firstBin, data);
  }

  /** Forgets every value; costs only the bins between the smallest and the largest. */
  reset(): void {
    if (this.total === 0) return;
    this.#counts.fill(0, binOf(this.min), binOf(this.max) + 1);
    this.total = 0;
    this.sum = 0;
    this.min = Infinity;
    this.max = -Infinity;
  }

  /** @param q 0..1   @returns as `quantileOf` */
  quantile(q: number): number {
    return this.total === 0 ? NaN : quantileFrom(this.#counts, 0, binOf(this.min), this, q);
  }

  /** Calls `visit` for every bin that is not empty, in rising order. */
  forEachBin(visit: (lowerEdge: number, count: number) => void): void {
    if (this.total === 0) return;
    const last = binOf(this.max);
    for (let bin = binOf(this.min); bin <= last; bin++) {
      const count = this.#counts[bin]!;
      if (count > 0) visit(lowerEdgeOf(bin), count);
    }
  }

  /** A copy in the form that records and messages carry: only the bins between the smallest and the largest value. */
  data(): HistogramData {
    const { total, sum, min, max } = this;
    const firstBin = total === 0 ? 0 : binOf(min);
    const end = total === 0 ? 0 : binOf(max) + 1;
    return { firstBin, counts: this.#counts.slice(firstBin, end), total, sum, min, max };
  }

  #add(counts: Float64Array, offset: number, totals: Totals): void {
    if (totals.total === 0) return;
    const last = binOf(totals.max);
    for (let bin = binOf(totals.min); bin <= last; bin++) this.#counts[bin]! += counts[bin - offset]!;
    this.total += totals.total;
    this.sum += totals.sum;
    this.min = Math.min(this.min, totals.min);
    this.max = Math.max(this.max, totals.max);
  }
}

/** Exponent and upper six bits of the mantissa, read from the bits of the double. */
function binOf(value: number): number {
  return Math.max(0, (highWordOf(value) >>> SHIFT) - BEFORE_ONE);
}

/**
 * The smallest value that at least the share q of all values does not exceed (nearest rank), within the error that
 * `Histogram` states. Values are taken to be spread evenly within their bin.
 * @param q 0..1   @returns NaN when there is no value
 */
export function quantileOf(data: HistogramData, q: number): number {
  return data.total === 0 ? NaN : quantileFrom(data.counts, data.firstBin, data.firstBin, data, q);
}

/** The mean of all values; NaN when there is none. */
export function meanOf(data: HistogramData): number {
  return data.sum / data.total;
}

function quantileFrom(counts: Float64Array, offset: number, first: number, totals: Totals, q: number): number {
  // The tiny factor keeps 0.95 * 20, which is slightly more than 19 in binary for some such products, at rank 19.
  const rank = Math.max(1, Math.ceil(q * totals.total * (1 - 1e-12)));
  if (rank >= totals.total) return totals.max;
  let bin = first;
  let before = 0;
  while (before + counts[bin - offset]! < rank) before += counts[bin++ - offset]!;
  // Whole values only: a bin narrower than 1 holds one value at most, its lower edge rounded up.
  const lowest = Math.ceil(lowerEdgeOf(bin));
  const highest = Math.max(lowest, Math.ceil(lowerEdgeOf(bin + 1)) - 1);
  const place = (rank - before - 0.5) / counts[bin - offset]!;
  return Math.min(totals.max, Math.max(totals.min, lowest + (highest - lowest) * place));
}

/** The smallest value of a bin; a bin reaches up to the lower edge of the next. */
function lowerEdgeOf(bin: number): number {
  if (bin === 0) return 0;
  let edge = 1 + ((bin - 1) % SUB_BINS) / SUB_BINS;
  for (let doublings = Math.floor((bin - 1) / SUB_BINS); doublings > 0; doublings--) edge *= 2;
  return edge;
}
