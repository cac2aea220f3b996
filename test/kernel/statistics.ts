/** z-score of a chi-square statistic: counts against equal expectations; about standard normal for many cells. */
export function chiSquareZ(counts: ArrayLike<number>): number {
  const values = Array.from(counts);
  const expected = values.reduce((sum, count) => sum + count, 0) / values.length;
  const statistic = values.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const freedom = values.length - 1;
  return (statistic - freedom) / Math.sqrt(2 * freedom);
}

/** z-score of the correlation of two samples that are claimed to be independent and uniform on (0, 1). */
export function correlationZ(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i]! - 0.5) * (y[i]! - 0.5);
  return (sum * 12) / Math.sqrt(x.length);
}

/** Largest distance between the empirical distribution of a sample and a distribution function. (Kolmogorov-Smirnov.) */
export function ksDistance(sample: ArrayLike<number>, cdf: (x: number) => number): number {
  const sorted = Float64Array.from(sample).sort();
  let distance = 0;
  for (let i = 0; i < sorted.length; i++) {
    const below = cdf(sorted[i]!);
    distance = Math.max(distance, below - i / sorted.length, (i + 1) / sorted.length - below);
  }
  return distance;
}
