/**
 * Goal: a histogram answers as the sorted list of all values would, within the error that it states.
 * Method: random lists over the whole range of durations, compared with a full sort; merging and the stored form compared
 * with one histogram that saw everything.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram, meanOf, quantileOf } from '../../sim/telemetry/histogram.ts';
import { property } from '../support/random-cases.ts';

const ERROR = 1 / 64;
const QUANTILES = [0, 0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1];

/** Durations of every magnitude, and many of like magnitude. */
const values = fc.array(
  fc.oneof(
    fc.nat({ max: 200 }),
    fc.integer({ min: 1_000_000, max: 80_000_000 }),
    fc.maxSafeNat(),
    fc.nat({ max: 52 }).map((exponent) => 2 ** exponent),
  ),
  { minLength: 1, maxLength: 400 },
);

function histogramOf(list: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of list) histogram.record(value);
  return histogram;
}

/** Thousands of them: the test runner would take its time to compare each as an object. */
function sameNumbers(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at]);
}

function nearestRank(sorted: readonly number[], q: number): number {
  let rank = 1;
  while (rank < q * sorted.length - 1e-9) rank++;
  return sorted[rank - 1]!;
}

describe('Histogram', () => {
  property('gives the quantiles of the sorted list within its error', [values], (list) => {
    const histogram = histogramOf(list);
    const sorted = [...list].sort((a, b) => a - b);
    for (const q of QUANTILES) {
      const exact = nearestRank(sorted, q);
      const found = histogram.quantile(q);
      expect(Math.abs(found - exact), `${q} of ${list.length} values: ${found}, sorted: ${exact}`).toBeLessThanOrEqual(exact * ERROR);
      if (exact < 128) expect(found).toBe(exact);
    }
    expect([histogram.total, histogram.min, histogram.max]).toEqual([list.length, sorted[0], sorted.at(-1)]);
  });

  property('merges without loss, directly and from the stored form', [values, values], (left, right) => {
    const whole = histogramOf([...left, ...right]);
    const merged = histogramOf(left);
    merged.merge(histogramOf(right));
    const fromData = histogramOf(left);
    fromData.mergeData(histogramOf(right).data());
    for (const other of [merged, fromData]) {
      expect(sameNumbers(other.data().counts, whole.data().counts)).toBe(true);
      expect([other.total, other.min, other.max]).toEqual([whole.total, whole.min, whole.max]);
      expect(Math.abs(other.sum / whole.sum - 1)).toBeLessThan(1e-12);
    }
  });

  property('is answered equally by its stored form, which survives cloning', [values], (list) => {
    const histogram = histogramOf(list);
    const data = structuredClone(histogram.data());
    for (const q of QUANTILES) expect(quantileOf(data, q)).toBe(histogram.quantile(q));
    expect(meanOf(data)).toBe(histogram.sum / histogram.total);
    expect(data.counts.at(0)).toBeGreaterThan(0);
    expect(data.counts.at(-1)).toBeGreaterThan(0);
  });

  property('is like new after a reset', [values, values], (first, second) => {
    const used = histogramOf(first);
    used.reset();
    expect(used.data()).toEqual(new Histogram().data());
    for (const value of second) used.record(value);
    const [again, fresh] = [used.data(), histogramOf(second).data()];
    expect(sameNumbers(again.counts, fresh.counts)).toBe(true);
    expect({ ...again, counts: null }).toEqual({ ...fresh, counts: null });
  });

  property('visits its bins in rising order, each value at or above its edge', [values], (list) => {
    const edges: number[] = [];
    let total = 0;
    histogramOf(list).forEachBin((edge, count) => {
      edges.push(edge);
      total += count;
    });
    expect(total).toBe(list.length);
    expect(edges).toEqual([...new Set(edges)].sort((a, b) => a - b));
    for (const value of list) {
      const edge = edges.findLast((candidate) => candidate <= value);
      expect(value - edge!).toBeLessThanOrEqual(Math.max(1, edge! * ERROR));
    }
  });

  it('has no quantile and no mean without values', () => {
    expect(new Histogram().quantile(0.5)).toBeNaN();
    expect(quantileOf(new Histogram().data(), 0.5)).toBeNaN();
    expect(meanOf(new Histogram().data())).toBeNaN();
  });

  it('gives a constant exactly', () => {
    expect(histogramOf([250_000_001, 250_000_001, 250_000_001]).quantile(0.5)).toBe(250_000_001);
  });

  it('refuses what is not a duration', () => {
    expect(() => new Histogram().record(-1)).toThrow('from 0 to 2^53-1');
    expect(() => new Histogram().record(NaN)).toThrow('from 0 to 2^53-1');
    expect(() => new Histogram().record(2 ** 53)).toThrow('from 0 to 2^53-1');
  });
});
