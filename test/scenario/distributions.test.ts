/**
 * Goal: a distribution that is written in a file is the one that is drawn from.
 *
 * Method: each is read from a text, made by its definition and compared with its formula: the mean as it says of itself,
 * mean and coefficient of variation of 40,000 draws, and the share of draws below a given value. (The samplers have tests
 * of their own; here it is about parameters, units and defaults.)
 */
import { describe, expect, test } from 'vitest';
import type { Sampled } from '../../sim/catalogue/param.ts';
import { MILLISECOND } from '../../sim/catalogue/units.ts';
import { childKey, purposeOf, writeRunKey } from '../../sim/kernel/keys.ts';
import { distributions } from '../../sim/model/distributions/registry.ts';
import { compileDistribution } from './make-distribution.ts';

const DRAWS = 40_000;

/** Draws of a distribution of durations, in milliseconds. */
function draws(sampler: Sampled): number[] {
  const keys = new Int32Array(4);
  writeRunKey(keys, 0, 'distributions');
  const purpose = purposeOf('test');
  return Array.from({ length: DRAWS }, (_, n) => {
    childKey(keys, 1, 0, n);
    return sampler.sample(keys, 1, purpose) / MILLISECOND;
  });
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean in milliseconds, coefficient of variation, and a value with the share of draws at most as large. */
const cases: readonly (readonly [written: string, mean: number, cv: number, value: number, share: number])[] = [
  ['5ms', 5, 0, 5, 1],
  ['{constant: 5ms}', 5, 0, 5, 1],
  ['{uniform: {max: 10ms}}', 5, 1 / Math.sqrt(3), 2.5, 0.25],
  ['{uniform: {min: 4ms, max: 6ms}}', 5, 1 / (5 * Math.sqrt(3)), 5.5, 0.75],
  ['{exponential: 5ms}', 5, 1, 5, 1 - Math.exp(-1)],
  ['{lognormal: {mean: 5ms, cv: 0.6}}', 5, 0.6, 5 / Math.sqrt(1.36), 0.5],
  ['{lognormal: {p50: 4ms, p99: 20ms}}', 4 * Math.exp((Math.log(5) / 2.3263478740408408) ** 2 / 2), 0.782, 4, 0.5],
  ['{normal: {mean: 5ms, sd: 1ms}}', 5, 0.2, 6, 0.8413],
  ['{normal: {mean: 0ms, sd: 5ms}}', 5 * Math.sqrt(2 / Math.PI), 0.7555, 5, 0.6827],
  ['{gamma: {mean: 5ms, shape: 0.5}}', 5, Math.SQRT2, 5, 0.6827],
  ['{gamma: {mean: 5ms, shape: 4}}', 5, 0.5, 5, 0.5665],
  ['{erlang: {mean: 5ms, stages: 4}}', 5, 0.5, 5, 0.5665],
  ['{hyperexponential: {mean: 5ms, cv: 2}}', 5, 2, 5, 0.7596],
  ['{hyperexponential: {branches: [{value: 1ms, weight: 3}, {value: 17ms}]}}', 5, 2.2, 1, 0.75 * (1 - Math.exp(-1)) + 0.25 * (1 - Math.exp(-1 / 17))],
  ['{boundedPareto: {alpha: 1.5, min: 1ms, max: 100ms}}', 2.7027, 1.73, 2, (1 - 2 ** -1.5) / (1 - 1e-3)],
  ['{weibull: {scale: 5ms, shape: 2}}', 5 * Math.sqrt(Math.PI) / 2, Math.sqrt(4 / Math.PI - 1), 5, 1 - Math.exp(-1)],
  ['{empirical: {values: [1ms, {value: 7ms, weight: 2}]}}', 5, 0.5657, 1, 1 / 3],
  ['{empirical: {quantiles: {p0: 0ms, p50: 4ms, p100: 12ms}}}', 5, 0.6583, 2, 0.25],
  ['{mixture: [{value: 1ms, weight: 3}, {value: {exponential: 17ms}}]}', 5, 2.193, 1, 0.75 + 0.25 * (1 - Math.exp(-1 / 17))],
  ['{mixture: {parts: [{value: {mixture: [{value: 5ms}]}}]}}', 5, 0, 5, 1],
];

describe('what is written is what is drawn', () => {
  test.each(cases)('%s', (written, expectedMean, cv, value, share) => {
    const sampler = compileDistribution(written, 'duration');
    expect(sampler.mean / MILLISECOND).toBeCloseTo(expectedMean, 3);
    const drawn = draws(sampler);
    const observed = mean(drawn);
    const spread = Math.sqrt(mean(drawn.map((x) => (x - observed) ** 2)));
    // Five standard errors of a mean; the coefficient of variation is rougher, since heavy tails are rarely seen.
    expect(Math.abs(observed - expectedMean)).toBeLessThan((5 * cv * expectedMean) / Math.sqrt(DRAWS) + 1e-9);
    expect(Math.abs(spread / observed - cv)).toBeLessThan(0.08 * cv + 1e-9);
    expect(Math.abs(drawn.filter((x) => x <= value + 1e-9).length / DRAWS - share)).toBeLessThan(5 / (2 * Math.sqrt(DRAWS)));
  });

  test('every distribution is among them', () => {
    expect(distributions.map(({ kind }) => kind).filter((kind) => !cases.some(([written]) => written.includes(kind)))).toEqual([]);
  });
});

test.each([
  ['duration', '{exponential: 20ms}', 20 * MILLISECOND],
  ['rate', '{exponential: 20/s}', 20],
  ['ratio', '{uniform: {min: 10%, max: 30%}}', 0.2],
  ['size', '{constant: 2kB}', 2000],
  ['number', '{exponential: 20}', 20],
  ['number', '3', 3],
] as const)('the parameters carry the unit of what is drawn: a %s %s', (quantity, written, expected) => {
  expect(compileDistribution(written, quantity).mean).toBe(expected);
});
