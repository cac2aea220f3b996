/**
 * The distributions. Every draw is a function of a key and a purpose, and wherever possible a growing function of one
 * uniform number: two variants of a system whose parameters differ then still share their luck, a slow request being
 * slow in both. Only operations with the same bits in every engine are used.
 */
import { assert, InvariantError } from './assert.ts';
import { drawBits, uniform } from './keys.ts';
import { exp, exp2, LN2, ln, pow } from './math.ts';
import { gamma, normalDensity, normalQuantile, normalTail } from './special-functions.ts';
import { unitExponential, unitNormal } from './unit-quantiles.ts';

/** A distribution from which one quantity is drawn. Its parameters, and so its draws, are plain numbers without a unit. */
export interface Sampler {
  /** The mean of the distribution, from its formula. */
  readonly mean: number;
  /**
   * One draw: always the same for the same key and purpose.
   * @param at slot of the key   @param purpose a `purposeOf` constant; a sampler that needs several draws adds 0, 1, 2, ...
   */
  sample(keys: Int32Array, at: number, purpose: number): number;
}

/** Always the same value. */
export class ConstantSampler implements Sampler {
  readonly mean: number;

  constructor(value: number) {
    this.mean = value;
  }

  sample(): number {
    return this.mean;
  }
}

/** Any value between `min` and `max` with equal density. */
export class UniformSampler implements Sampler {
  readonly mean: number;
  readonly #min: number;
  readonly #range: number;

  constructor(min: number, max: number) {
    assert(min <= max, 'a uniform distribution has min <= max');
    this.mean = (min + max) / 2;
    this.#min = min;
    this.#range = max - min;
  }

  sample(keys: Int32Array, at: number, purpose: number): number {
    return this.#min + this.#range * uniform(keys, at, purpose);
  }
}

/** The time to the next of events that happen at a constant rate of one per `mean`. */
export class ExponentialSampler implements Sampler {
  readonly mean: number;

  constructor(mean: number) {
    assert(mean >= 0, 'an exponential distribution has a mean of at least 0');
    this.mean = mean;
  }

  sample(keys: Int32Array, at: number, purpose: number): number {
    return this.mean * unitExponential(drawBits(keys, at, purpose));
  }
}

/** A variable whose logarithm is normal: the usual shape of service times and latencies. */
export class LognormalSampler implements Sampler {
  readonly mean: number;
  /** Mean and standard deviation of the logarithm to base 2. */
  readonly #mu: number;
  readonly #sigma: number;

  /** @param mu mean, and @param sigma standard deviation, of the logarithm */
  constructor(mu: number, sigma: number) {
    assert(sigma >= 0, 'a lognormal distribution has a sigma of at least 0');
    this.mean = exp(mu + (sigma * sigma) / 2);
    this.#mu = mu / LN2;
    this.#sigma = sigma / LN2;
  }

  /** @param mean > 0   @param cv coefficient of variation: standard deviation / mean, >= 0 */
  static fromMeanAndCv(mean: number, cv: number): LognormalSampler {
    assert(mean > 0, 'a lognormal distribution has a mean above 0');
    const variance = ln(1 + cv * cv);
    return new LognormalSampler(ln(mean) - variance / 2, Math.sqrt(variance));
  }

  /** @param p50 median, > 0   @param p99 the value that 1 % of the draws exceed, >= p50 */
  static fromP50AndP99(p50: number, p99: number): LognormalSampler {
    assert(p50 > 0 && p99 >= p50, 'a lognormal distribution has 0 < p50 <= p99');
    return new LognormalSampler(ln(p50), ln(p99 / p50) / normalQuantile(0.99));
  }

  sample(keys: Int32Array, at: number, purpose: number): number {
    const x = this.#mu + this.#sigma * unitNormal(drawBits(keys, at, purpose));
    return x > -1000 && x < 1000 ? exp2(x) : exp(x * LN2);
  }
}

/** A normal variable, given that it is not negative. Its mean is a little above the centre of the untruncated one. */
export class TruncatedNormalSampler implements Sampler {
  readonly mean: number;
  readonly #centre: number;
  readonly #deviation: number;
  /** Probability that the untruncated variable is negative. */
  readonly #below: number;

  /** @param centre mean >= 0, and @param deviation standard deviation > 0, before truncation */
  constructor(centre: number, deviation: number) {
    assert(centre >= 0 && deviation > 0, 'a truncated normal distribution has centre >= 0 and deviation > 0');
    const z = centre / deviation;
    this.#centre = centre;
    this.#deviation = deviation;
    this.#below = normalTail(z);
    this.mean = centre + (deviation * normalDensity(z)) / (1 - this.#below);
  }

  sample(keys: Int32Array, at: number, purpose: number): number {
    const u = this.#below + (1 - this.#below) * uniform(keys, at, purpose);
    // Rounding may carry a value at the bound just past it, and a time must not become negative.
    return Math.max(0, this.#centre + this.#deviation * normalQuantile(u));
  }
}

/** Gamma with a mean and a shape k; a whole k gives Erlang, the sum of k exponential stages. */
export class GammaSampler implements Sampler {
  readonly mean: number;
  readonly #scale: number;
  readonly #d: number;
  readonly #c: number;
  readonly #oneOverSmallShape: number;

  /** @param mean >= 0   @param shape > 0: 1 is exponential, larger is more regular; cv = 1 / sqrt(shape) */
  constructor(mean: number, shape: number) {
    assert(mean >= 0 && shape > 0, 'a gamma distribution has mean >= 0 and shape > 0');
    this.mean = mean;
    this.#scale = mean / shape;
    this.#oneOverSmallShape = shape < 1 ? 1 / shape : 0;
    this.#d = (shape < 1 ? shape + 1 : shape) - 1 / 3;
    this.#c = 1 / Math.sqrt(9 * this.#d);
  }

  /**
   * Source: Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000). Rejects at most
   * 5 % of the proposals; given the first one is accepted, the result grows with its normal variable.
   */
  sample(keys: Int32Array, at: number, purpose: number): number {
    for (let draw = 1; draw < 255; draw += 2) {
      const z = unitNormal(drawBits(keys, at, purpose + draw));
      const root = 1 + this.#c * z;
      if (root <= 0) continue;
      const cube = root * root * root;
      const u = uniform(keys, at, purpose + draw + 1);
      if (ln(u) >= 0.5 * z * z + this.#d * (1 - cube + ln(cube))) continue;
      const value = this.#scale * this.#d * cube;
      // A gamma variable of a shape below 1 is one of shape + 1 times u^(1 / shape).
      return this.#oneOverSmallShape === 0 ? value : value * pow(uniform(keys, at, purpose), this.#oneOverSmallShape);
    }
    throw new InvariantError('127 proposals in a row were rejected, each with a probability below 0.05');
  }
}

/** A choice between values or distributions, each with a weight relative to the others. */
export interface Weighted<T> {
  readonly weight: number;
  readonly value: T;
}

/** One of several exponential distributions, chosen anew for each draw: more variable than any exponential. */
export class HyperexponentialSampler implements Sampler {
  readonly mean: number;
  readonly #shares: Float64Array;
  readonly #means: Float64Array;

  /** @param branches the mean of each branch with its weight */
  constructor(branches: readonly Weighted<number>[]) {
    assert(branches.every(({ value }) => value >= 0), 'the branches of a hyperexponential have means of at least 0');
    this.mean = weightedMean(branches, (mean) => mean);
    const ordered = branches.toSorted((a, b) => a.value - b.value);
    this.#shares = cumulativeShares(ordered);
    this.#means = Float64Array.from(ordered, ({ value }) => value);
  }

  sample(keys: Int32Array, at: number, purpose: number): number {
    const branch = firstAbove(this.#shares, uniform(keys, at, purpose));
    return this.#means[branch]! * unitExponential(drawBits(keys, at, purpose + 1));
  }
}

/** A power law between two bounds: few values carry much of the sum. */
export class BoundedParetoSampler implements Sampler {
  readonly mean: number;
  readonly #min: number;
  readonly #massBelowMax: number;
  readonly #exponent: number;

  /** @param alpha > 0; the smaller, the heavier the tail   @param min > 0   @param max > min */
  constructor(alpha: number, min: number, max: number) {
    assert(alpha > 0 && min > 0 && max > min, 'a bounded Pareto distribution has alpha > 0 and 0 < min < max');
    const ratio = max / min;
    this.#min = min;
    this.#massBelowMax = 1 - pow(ratio, -alpha);
    this.#exponent = -1 / alpha;
    const integral = alpha === 1 ? ln(ratio) : (1 - pow(ratio, 1 - alpha)) / (alpha - 1);
    this.mean = (min * alpha * integral) / this.#massBelowMax;
  }

  sample(keys: Int32Array, at: number, purpose: number): number {
    return this.#min * pow(1 - this.#massBelowMax * uniform(keys, at, purpose), this.#exponent);
  }
}

/** Weibull: times to failure. A shape below 1 is a heavy tail, 1 is exponential, above 1 is wear. */
export class WeibullSampler implements Sampler {
  readonly mean: number;
  readonly #scale: number;
  readonly #oneOverShape: number;

  /** @param scale >= 0, the value that 36.8 % of the draws exceed   @param shape >= 0.01 */
  constructor(scale: number, shape: number) {
    assert(scale >= 0 && shape >= 0.01, 'a Weibull distribution has scale >= 0 and shape >= 0.01');
    this.#scale = scale;
    this.#oneOverShape = 1 / shape;
    this.mean = scale * gamma(1 + this.#oneOverShape);
  }

  sample(keys: Int32Array, at: number, purpose: number): number {
    return this.#scale * pow(unitExponential(drawBits(keys, at, purpose)), this.#oneOverShape);
  }
}

/** Given values, each with a weight. */
export class WeightedValuesSampler implements Sampler {
  readonly mean: number;
  readonly #shares: Float64Array;
  readonly #values: Float64Array;

  constructor(values: readonly Weighted<number>[]) {
    this.mean = weightedMean(values, (value) => value);
    const ordered = values.toSorted((a, b) => a.value - b.value);
    this.#shares = cumulativeShares(ordered);
    this.#values = Float64Array.from(ordered, ({ value }) => value);
  }

  sample(keys: Int32Array, at: number, purpose: number): number {
    return this.#values[firstAbove(this.#shares, uniform(keys, at, purpose))]!;
  }
}

/** One point of a measured distribution: a share `p` of all values is at most `value`. */
export interface Quantile {
  readonly p: number;
  readonly value: number;
}

/** A measured distribution, given by quantiles, with straight lines between them. */
export class QuantilesSampler implements Sampler {
  readonly mean: number;
  readonly #shares: Float64Array;
  readonly #values: Float64Array;

  /** @param points rising in both coordinates, from p = 0 (the least value) to p = 1 (the greatest) */
  constructor(points: readonly Quantile[]) {
    assert(points.length >= 2 && points[0]!.p === 0 && points.at(-1)!.p === 1, 'quantiles go from p = 0 to p = 1');
    let mean = 0;
    for (let i = 1; i < points.length; i++) {
      const from = points[i - 1]!;
      const to = points[i]!;
      assert(from.p < to.p && from.value <= to.value, 'quantiles rise in both coordinates');
      mean += ((to.p - from.p) * (from.value + to.value)) / 2;
    }
    this.mean = mean;
    this.#shares = Float64Array.from(points, ({ p }) => p);
    this.#values = Float64Array.from(points, ({ value }) => value);
  }

  sample(keys: Int32Array, at: number, purpose: number): number {
    const u = uniform(keys, at, purpose);
    const end = firstAbove(this.#shares, u);
    const share = (u - this.#shares[end - 1]!) / (this.#shares[end]! - this.#shares[end - 1]!);
    return this.#values[end - 1]! + share * (this.#values[end]! - this.#values[end - 1]!);
  }
}

/** One of several distributions, chosen anew for each draw. */
export class MixtureSampler implements Sampler {
  readonly mean: number;
  readonly #shares: Float64Array;
  readonly #parts: readonly Sampler[];

  constructor(parts: readonly Weighted<Sampler>[]) {
    this.mean = weightedMean(parts, (part) => part.mean);
    this.#shares = cumulativeShares(parts);
    this.#parts = parts.map(({ value }) => value);
  }

  sample(keys: Int32Array, at: number, purpose: number): number {
    const part = this.#parts[firstAbove(this.#shares, uniform(keys, at, purpose))]!;
    return part.sample(keys, at, purposeWithin(purpose));
  }
}

/** Another purpose, for what a mixture draws from its part; repeated for nested mixtures it goes on to new ones. */
function purposeWithin(purpose: number): number {
  return (purpose + 0x2545f400) & 0x3fffff00;
}

function weightedMean<T>(choices: readonly Weighted<T>[], meanOf: (value: T) => number): number {
  let sum = 0;
  for (const { weight, value } of choices) sum += weight * meanOf(value);
  return sum / totalWeight(choices);
}

/** For each choice, the share of it and of those before it; the last is exactly 1. */
function cumulativeShares(choices: readonly Weighted<unknown>[]): Float64Array {
  const total = totalWeight(choices);
  let sum = 0;
  const shares = Float64Array.from(choices, ({ weight }) => (sum += weight) / total);
  shares[shares.length - 1] = 1;
  return shares;
}

function totalWeight(choices: readonly Weighted<unknown>[]): number {
  let total = 0;
  for (const { weight } of choices) {
    assert(weight >= 0 && weight < Infinity, 'a weight is a number of at least 0');
    total += weight;
  }
  assert(total > 0, 'one weight at least is above 0');
  return total;
}

/** The first index at which a rising array exceeds u; its last element must. (Binary search.) */
function firstAbove(rising: Float64Array, u: number): number {
  let low = 0;
  let high = rising.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle]! > u) high = middle;
    else low = middle + 1;
  }
  return low;
}
