/*
 * Goal: each sampler draws from the distribution whose name it bears, reports its exact mean, and draws the same bits in
 * every engine.
 * Method: 400,000 draws under consecutive keys are compared with the distribution function (Kolmogorov-Smirnov), with the
 * mean that the sampler reports and with the variance of the textbook; and the first 20 with committed bits. The inputs
 * are fixed, so that nothing here is a matter of luck.
 */
import { describe, expect, test } from 'vitest';
import { childKey, purposeOf, uniform, writeRunKey } from '../../sim/kernel/keys.ts';
import {
  BoundedParetoSampler, GammaSampler, HyperexponentialSampler, LognormalSampler, MixtureSampler, QuantilesSampler,
  TruncatedNormalSampler, UniformSampler, WeibullSampler, WeightedValuesSampler,
} from '../../sim/kernel/samplers.ts';
import { normalDensity, normalTail } from '../../sim/kernel/special-functions.ts';
import { correlationZ, ksDistance } from './statistics.ts';
import { kernelVectors, samplers } from './vectors.ts';

const COUNT = 400_000;
const PURPOSE = purposeOf('samplers');

interface Truth {
  readonly mean: number;
  readonly variance: number;
  /** Left out for distributions with steps. */
  readonly cdf?: (x: number) => number;
}

const truths: Readonly<Record<string, Truth>> = {
  'constant 3.5': { mean: 3.5, variance: 0 },
  'uniform 2..5': { mean: 3.5, variance: 9 / 12, cdf: (x) => (x - 2) / 3 },
  'exponential mean 3': { mean: 3, variance: 9, cdf: (x) => 1 - Math.exp(-x / 3) },
  'lognormal mean 4, cv 0.6': {
    mean: 4, variance: (4 * 0.6) ** 2, cdf: lognormalCdf(Math.log(4) - Math.log(1.36) / 2, Math.sqrt(Math.log(1.36))),
  },
  'lognormal p50 10, p99 80': lognormal(Math.log(10), Math.log(8) / 2.3263478740408408),
  'normal 5, 2': truncatedNormal(5, 2),
  'normal 1, 4': truncatedNormal(1, 4),
  'gamma mean 6, shape 0.5': { mean: 6, variance: 36 / 0.5, cdf: (x) => regularizedGamma(0.5, x / 12) },
  'gamma mean 6, shape 2.5': { mean: 6, variance: 36 / 2.5, cdf: (x) => regularizedGamma(2.5, x / 2.4) },
  'erlang mean 6, 4 stages': { mean: 6, variance: 36 / 4, cdf: (x) => regularizedGamma(4, x / 1.5) },
  'hyperexponential 9:1 of 1 and 20': {
    mean: 2.9, variance: 2 * (0.9 + 0.1 * 400) - 2.9 ** 2, cdf: (x) => 1 - 0.9 * Math.exp(-x) - 0.1 * Math.exp(-x / 20),
  },
  'bounded Pareto 1.5 in 1..1000': {
    mean: (3 * (1 - 1000 ** -0.5)) / (1 - 1000 ** -1.5),
    variance: (3 * (1000 ** 0.5 - 1)) / (1 - 1000 ** -1.5) - ((3 * (1 - 1000 ** -0.5)) / (1 - 1000 ** -1.5)) ** 2,
    cdf: (x) => (1 - x ** -1.5) / (1 - 1000 ** -1.5),
  },
  'bounded Pareto 1 in 2..50': {
    mean: (2 / 0.96) * Math.log(25), variance: (2 / 0.96) * 48 - ((2 / 0.96) * Math.log(25)) ** 2, cdf: (x) => (1 - 2 / x) / 0.96,
  },
  // Gamma(1 + 1/0.7) and Gamma(1 + 2/0.7) from the C library.
  'weibull scale 3, shape 0.7': {
    mean: 3 * 1.2658235060572833, variance: 9 * (5.0291447021403055 - 1.2658235060572833 ** 2), cdf: (x) => 1 - Math.exp(-((x / 3) ** 0.7)),
  },
  'weibull scale 3, shape 2': {
    mean: (3 * Math.sqrt(Math.PI)) / 2, variance: 9 * (1 - Math.PI / 4), cdf: (x) => 1 - Math.exp(-((x / 3) ** 2)),
  },
  'values 5:3:2 of 1, 4, 9': { mean: 3.5, variance: 0.5 + 0.3 * 16 + 0.2 * 81 - 3.5 ** 2 },
  'quantiles': {
    mean: 0.5 * 2 + 0.4 * 6.5 + 0.1 * 30,
    variance: 0.5 * (4 / 12 + 4) + 0.4 * (49 / 12 + 6.5 ** 2) + 0.1 * (1600 / 12 + 900) - 6.6 ** 2,
    cdf: (x) => (x < 3 ? (x - 1) / 4 : x < 10 ? 0.5 + (0.4 * (x - 3)) / 7 : 0.9 + (0.1 * (x - 10)) / 40),
  },
  'mixture 3:1 of uniform and exponential': {
    mean: 0.75 * 0.5 + 0.25 * 5,
    variance: 0.75 / 3 + 0.25 * 50 - 1.625 ** 2,
    cdf: (x) => 0.75 * Math.min(x, 1) + 0.25 * (1 - Math.exp(-x / 5)),
  },
};

test('every sampler has its truth', () => {
  expect(Object.keys(truths)).toEqual(Object.keys(samplers));
});

describe.each(Object.entries(truths))('%s', (name, { mean, variance, cdf }) => {
  const sampler = samplers[name]!;

  test('reports its exact mean', () => {
    expect(Math.abs(sampler.mean / mean - 1)).toBeLessThan(1e-12);
  });

  test('draws have the mean, the variance and the distribution', () => {
    const draws = sampleOf(sampler);
    const average = draws.reduce((sum, x) => sum + x, 0) / COUNT;
    expect(Math.abs(average - mean)).toBeLessThanOrEqual(3.5 * Math.sqrt(variance / COUNT));
    let [second, fourth] = [0, 0];
    for (const x of draws) {
      second += (x - mean) ** 2 / COUNT;
      fourth += (x - mean) ** 4 / COUNT;
    }
    expect(Math.abs(second - variance)).toBeLessThanOrEqual(4 * Math.sqrt((fourth - second ** 2) / COUNT));
    // Exceeded by 1 % of all samples of this size: 0.0026.
    expect(cdf === undefined ? 0 : ksDistance(draws, cdf)).toBeLessThan(1.63 / Math.sqrt(COUNT));
  });
});

test('all that need one draw grow with it, so that variants with other parameters share their luck', () => {
  const keys = new Int32Array(4);
  writeRunKey(keys, 0, 'coupling');
  const rejecting = /gamma|erlang|hyperexponential|mixture/;
  const coupled = Object.entries(samplers).filter(([name]) => !rejecting.test(name));
  expect(coupled.length).toBe(13);
  const order = Array.from({ length: 5000 }, (_, i) => {
    childKey(keys, 1, 0, i);
    return { i, u: uniform(keys, 1, PURPOSE) };
  }).sort((a, b) => a.u - b.u);
  for (const [name, sampler] of coupled) {
    let before = -Infinity;
    for (const { i } of order) {
      childKey(keys, 1, 0, i);
      const value = sampler.sample(keys, 1, PURPOSE);
      if (!(value >= before)) throw new Error(`${name} falls from ${before} to ${value}`);
      before = value;
    }
  }
});

test('gamma variables of unequal shapes share most of their luck', () => {
  const ranks = [new GammaSampler(1, 2), new GammaSampler(1, 8)].map((sampler) => ranksOf(sampleOf(sampler).subarray(0, 20_000)));
  expect(correlationZ(ranks[0]!, ranks[1]!) / Math.sqrt(20_000)).toBeGreaterThan(0.9);
});

test('what a mixture draws is independent of the choice of its part, also in nested mixtures', () => {
  const unit = new UniformSampler(0, 1);
  const parts = [{ weight: 1, value: unit }, { weight: 1, value: new UniformSampler(10, 11) }];
  const nested = new MixtureSampler([
    { weight: 1, value: new MixtureSampler(parts) },
    { weight: 1, value: new MixtureSampler(parts.map(({ weight }, i) => ({ weight, value: new UniformSampler(100 + 10 * i, 101 + 10 * i) }))) },
  ]);
  const groups = new Map<number, number[]>([0, 10, 100, 110].map((start) => [start, []]));
  for (const x of sampleOf(nested)) groups.get(Math.floor(x))!.push(x % 1);
  for (const fractions of groups.values()) {
    expect(fractions.length).toBeGreaterThan(COUNT / 5);
    expect(ksDistance(fractions, (x) => x)).toBeLessThan(1.95 / Math.sqrt(fractions.length));
  }
});

test('a truncated normal is never negative, even where its bound is most likely', () => {
  const draws = sampleOf(new TruncatedNormalSampler(0, 1e-300));
  expect(draws.reduce((least, x) => Math.min(least, x))).toBeGreaterThanOrEqual(0);
});

test('parameters that mean nothing are refused', () => {
  expect(() => new UniformSampler(2, 1)).toThrow('min <= max');
  expect(() => LognormalSampler.fromMeanAndCv(0, 1)).toThrow('mean above 0');
  expect(() => LognormalSampler.fromP50AndP99(10, 9)).toThrow('p50 <= p99');
  expect(() => new TruncatedNormalSampler(-1, 1)).toThrow('centre >= 0');
  expect(() => new GammaSampler(1, 0)).toThrow('shape > 0');
  expect(() => new WeibullSampler(1, 0.001)).toThrow('shape >= 0.01');
  expect(() => new BoundedParetoSampler(1, 5, 5)).toThrow('min < max');
  expect(() => new HyperexponentialSampler([])).toThrow('weight');
  expect(() => new WeightedValuesSampler([{ weight: 0, value: 1 }])).toThrow('weight');
  expect(() => new QuantilesSampler([{ p: 0, value: 1 }, { p: 0.9, value: 2 }])).toThrow('p = 0 to p = 1');
  expect(() => new QuantilesSampler([{ p: 0, value: 2 }, { p: 1, value: 1 }])).toThrow('rise');
});

test('draws and elementary functions have the committed bits', async () => {
  await expect(`${JSON.stringify(kernelVectors(), null, 2)}\n`).toMatchFileSnapshot('./vectors.json');
});

function sampleOf(sampler: { sample(keys: Int32Array, at: number, purpose: number): number }): Float64Array {
  const keys = new Int32Array(4);
  writeRunKey(keys, 0, 'samplers');
  return Float64Array.from({ length: COUNT }, (_, i) => {
    childKey(keys, 1, 0, i);
    return sampler.sample(keys, 1, PURPOSE);
  });
}

/** The ranks of a sample, scaled to (0, 1). */
function ranksOf(sample: Float64Array): Float64Array {
  const ranks = new Float64Array(sample.length);
  const order = Array.from(sample.keys()).sort((i, j) => sample[i]! - sample[j]!);
  order.forEach((i, rank) => (ranks[i] = (rank + 0.5) / sample.length));
  return ranks;
}

function lognormalCdf(mu: number, sigma: number): (x: number) => number {
  return (x) => normalTail((mu - Math.log(x)) / sigma);
}

function lognormal(mu: number, sigma: number): Truth {
  const mean = Math.exp(mu + sigma ** 2 / 2);
  return { mean, variance: mean ** 2 * (Math.exp(sigma ** 2) - 1), cdf: lognormalCdf(mu, sigma) };
}

/** By numerical integration of the density (Simpson's rule), independent of the formulas that the sampler uses. */
function truncatedNormal(centre: number, deviation: number): Truth {
  const steps = 20_000;
  const width = (centre + 12 * deviation) / steps;
  const moment = (power: number): number => {
    let sum = 0;
    for (let i = 0; i <= steps; i++) {
      const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
      sum += weight * (i * width) ** power * normalDensity((i * width - centre) / deviation);
    }
    return (sum * width) / 3 / deviation;
  };
  const mass = moment(0);
  const mean = moment(1) / mass;
  return {
    mean,
    variance: moment(2) / mass - mean ** 2,
    cdf: (x) => 1 - normalTail((x - centre) / deviation) / mass,
  };
}

/** The regularized lower incomplete gamma function, by its series. */
function regularizedGamma(shape: number, x: number): number {
  let term = 1 / shape;
  let sum = term;
  for (let n = 1; term > sum * 1e-16; n++) sum += term *= x / (shape + n);
  const gammaOfShape = shape === 0.5 ? Math.sqrt(Math.PI) : shape === 2.5 ? 0.75 * Math.sqrt(Math.PI) : 6;
  return (sum * x ** shape * Math.exp(-x)) / gammaOfShape;
}
