/**
 * The statistics of replicated runs. Every result is the same in every engine: sums run in the order of the values given,
 * and functions of probability come from the kernel.
 */
import { assert } from '../kernel/assert.ts';
import { pow } from '../kernel/math.ts';
import { normalQuantile } from '../kernel/special-functions.ts';

/** A range that covers the true value with a confidence of 95 %. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A mean with its interval; the interval is all numbers when there are too few values to say. */
export interface Estimate extends Interval {
  readonly mean: number;
  readonly count: number;
}

/** An interval of 95 % leaves out as much below as above. */
const UPPER_P = 0.975;

/** The mean of independent values with its Student interval of 95 %; NaN when there are no values. */
export function estimateMean(values: readonly number[]): Estimate {
  const count = values.length;
  const mean = sumOf(values) / count;
  if (count < 2) return { mean, low: -Infinity, high: Infinity, count };
  const variance = sumOf(values.map((value) => (value - mean) * (value - mean))) / (count - 1);
  const reach = studentQuantile(UPPER_P, count - 1) * (Math.sqrt(variance) / Math.sqrt(count));
  return { mean, low: mean - reach, high: mean + reach, count };
}

function sumOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/**
 * Where the true share lies when `successes` of `trials` succeeded, with a confidence of 95 %.
 * Source: Wilson, J. Am. Stat. Assoc. 22 (1927) 209, the score interval.
 */
export function wilsonInterval(successes: number, trials: number): Interval {
  assert(trials > 0 && successes >= 0 && successes <= trials, 'successes lie between none and all of the trials');
  const z = normalQuantile(UPPER_P);
  const share = successes / trials;
  const centre = share + (z * z) / (2 * trials);
  const reach = z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  const scale = 1 + (z * z) / trials;
  // Rounding could put the share itself outside when it is 0 or 1.
  return { low: Math.max(0, Math.min(share, (centre - reach) / scale)), high: Math.min(1, Math.max(share, (centre + reach) / scale)) };
}

/**
 * The t below which a Student variable stays with probability p, to 12 digits.
 * @param p 0..1, exclusive   @param freedom degrees of freedom, a whole number of at least 1
 */
export function studentQuantile(p: number, freedom: number): number {
  if (p < 0.5) return -studentQuantile(1 - p, freedom);
  let low = 0;
  let high = 1;
  while (studentTail(high, freedom) > 1 - p) high *= 2;
  for (let halvings = 0; halvings < 60; halvings++) {
    const middle = (low + high) / 2;
    if (studentTail(middle, freedom) > 1 - p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Probability that a Student variable exceeds t >= 0: half the regularised incomplete beta function. */
function studentTail(t: number, freedom: number): number {
  const a = freedom / 2;
  const x = freedom / (freedom + t * t);
  const y = (t * t) / (freedom + t * t);
  // The continued fraction converges fast on one side of the mean of the beta distribution; the other is its mirror.
  const front = (pow(x, a) * Math.sqrt(y)) / betaOfHalf(freedom);
  return x < (a + 1) / (a + 2.5)
    ? ((front / a) * betaFraction(x, a, 0.5)) / 2
    : (1 - 2 * front * betaFraction(y, 0.5, a)) / 2;
}

/** B(n/2, 1/2), from B(1/2, 1/2) = π or B(1, 1/2) = 2 by B(a + 1, b) = B(a, b) · a / (a + b). */
function betaOfHalf(n: number): number {
  let beta = n % 2 === 1 ? Math.PI : 2;
  for (let a = n % 2 === 1 ? 0.5 : 1; a < n / 2; a++) beta *= a / (a + 0.5);
  return beta;
}

/** The continued fraction of the incomplete beta function (NIST DLMF 8.17.22), by the modified method of Lentz. */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / keepFromZero(1 - ((a + b) * x) / (a + 1), tiny);
  let fraction = d;
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    for (const numerator of [even, odd]) {
      d = 1 / keepFromZero(1 + numerator * d, tiny);
      c = keepFromZero(1 + numerator / c, tiny);
      fraction *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return fraction;
}

function keepFromZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}
