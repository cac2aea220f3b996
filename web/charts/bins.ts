/** Buckets folded into fewer, for drawing: bin k covers buckets [k·step, (k+1)·step). An unfinished last bin is left out. */
import type { Recording } from '../arm/recording.ts';

export interface Bins {
  readonly values: Float64Array;
  /** Length of one bin. */
  readonly binNs: number;
}

function fold(recording: Recording, step: number, read: (first: number, last: number) => number): Bins {
  const values = new Float64Array(Math.floor(recording.buckets / step));
  for (let bin = 0; bin < values.length; bin++) values[bin] = read(bin * step, (bin + 1) * step);
  return { values, binNs: step * recording.bucketNs };
}

/** Events of several counters together in a bucket, for each second. */
export function rateAt(recording: Recording, columns: readonly number[], bucket: number): number {
  return (recording.sum(columns, bucket) * 1e9) / recording.bucketNs;
}

/** Events of several counters together, up to a bucket. */
export function total(recording: Recording, columns: readonly number[], buckets = recording.buckets): number {
  let sum = 0;
  for (let bucket = 0; bucket < buckets; bucket++) sum += recording.sum(columns, bucket);
  return sum;
}

/** Events of several counters together, in each second. */
export function rates(recording: Recording, columns: readonly number[], step: number): Bins {
  const perSecond = 1e9 / (step * recording.bucketNs);
  return fold(recording, step, (first, end) => {
    let sum = 0;
    for (let bucket = first; bucket < end; bucket++) sum += recording.sum(columns, bucket);
    return sum * perSecond;
  });
}

/** Largest value of a gauge, so that a short peak is not lost; NaN where it has none. */
export function peaks(recording: Recording, column: number, step: number): Bins {
  return fold(recording, step, (first, end) => {
    let max = Number.NaN;
    for (let bucket = first; bucket < end; bucket++) {
      const value = recording.value(column, bucket);
      if (value > max || Number.isNaN(max)) max = value;
    }
    return max;
  });
}

/** Mean of a gauge over the buckets in which it has a value; NaN where it has none. */
export function means(recording: Recording, column: number, step: number): Bins {
  return fold(recording, step, (first, end) => {
    let sum = 0;
    let count = 0;
    for (let bucket = first; bucket < end; bucket++) {
      const value = recording.value(column, bucket);
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
    }
    return sum / count;
  });
}

/** Largest of all values, at least `floor`; NaN and infinities do not count. */
export function largest(all: readonly Bins[], floor = 0): number {
  let max = floor;
  for (const { values } of all) for (const value of values) if (value > max && value < Infinity) max = value;
  return max;
}
