/**
 * Goal: intervals cover the truth as often as they promise.
 * Method: quantiles against printed tables; coverage counted over many samples of known distributions.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateMean, studentQuantile, wilsonInterval } from '../../sim/experiment/statistics.ts';
import { property } from '../support/random-cases.ts';

describe('studentQuantile', () => {
  // Table of the t distribution, NIST/SEMATECH e-Handbook 1.3.6.7.2; more digits where a closed form exists.
  it.each([
    [0.975, 1, Math.tan(0.475 * Math.PI)],
    [0.975, 2, 0.95 / Math.sqrt(2 * 0.975 * 0.025)],
    [0.975, 4, 2.776],
    [0.975, 19, 2.093],
    [0.95, 19, 1.729],
    [0.995, 9, 3.25],
    [0.999, 100, 3.174],
    [0.9, 30, 1.31],
    [0.975, 100_000, 1.96],
    [0.5, 7, 0],
  ])('p = %s, %s degrees of freedom: %s', (p, freedom, expected) => {
    expect(Math.abs(studentQuantile(p, freedom) - expected)).toBeLessThan(Number.isInteger(expected * 1000) ? 5.1e-4 : 1e-9 * expected);
    expect(studentQuantile(1 - p, freedom)).toBeCloseTo(-studentQuantile(p, freedom), 9);
  });

  property('rises with p', [fc.double({ min: 0.01, max: 0.989, noNaN: true }), fc.integer({ min: 1, max: 60 })], (p, freedom) => {
    expect(studentQuantile(p + 0.01, freedom)).toBeGreaterThan(studentQuantile(p, freedom));
  });
});

describe('estimates', () => {
  it('give mean and interval of a textbook sample', () => {
    const { mean, low, high, count } = estimateMean([2, 4, 4, 4, 5, 5, 7, 9]);
    // sd = sqrt(32/7), t(0.975, 7) = 2.365
    expect([mean, count]).toEqual([5, 8]);
    expect(high - mean).toBeCloseTo((2.36462 * Math.sqrt(32 / 7)) / Math.sqrt(8), 5);
    expect(mean - low).toBeCloseTo(high - mean, 12);
  });

  it('say nothing about the spread of one value', () => {
    expect(estimateMean([3])).toEqual({ mean: 3, low: -Infinity, high: Infinity, count: 1 });
    expect(estimateMean([]).mean).toBeNaN();
  });

  it('cover the true mean in 95 % of samples, even small ones', () => {
    const random = uniform(7);
    const samples = 4000;
    let covered = 0;
    for (let sample = 0; sample < samples; sample++) {
      const { low, high } = estimateMean(Array.from({ length: 5 }, () => normal(random)));
      if (low <= 0 && 0 <= high) covered++;
    }
    // Four standard errors of a share of 0.95 over 4,000 samples.
    expect(Math.abs(covered / samples - 0.95)).toBeLessThan(0.014);
  });
});

describe('wilsonInterval', () => {
  it('gives the published values', () => {
    // Newcombe, Statistics in Medicine 17 (1998) 857, method 3.
    const cases = [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const;
    for (const [successes, trials, low, high] of cases) {
      const found = wilsonInterval(successes, trials);
      expect(found.low).toBeCloseTo(low, 4);
      expect(found.high).toBeCloseTo(high, 4);
    }
  });

  property('mirrors', [fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true })], (trials, share) => {
    const successes = Math.round(share * trials);
    const { low, high } = wilsonInterval(successes, trials);
    const mirrored = wilsonInterval(trials - successes, trials);
    expect(low).toBeCloseTo(1 - mirrored.high, 12);
    expect(low).toBeLessThanOrEqual(successes / trials);
    expect(high).toBeGreaterThanOrEqual(successes / trials);
  });
});

function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
}
