/*
 * Goal: the functions of probability are precise far into the tails, since a simulator of failure lives there.
 * Method: beside references from the C library (erfc, tgamma) and beside one another: a quantile put back into the
 * distribution must give the probability.
 */
import { expect, test } from 'vitest';
import { gamma, normalDensity, normalQuantile, normalTail } from '../../sim/kernel/special-functions.ts';

test('the tail of the normal distribution', () => {
  const references = [
    [-6, 0.9999999990134123], [-1, 0.8413447460685429], [0, 0.5], [0.5, 0.3085375387259869], [1, 0.15865525393145707],
    [2, 0.02275013194817922], [2.999, 0.0013543365337271066], [3.001, 0.0013454728250849683], [5, 2.866515718791946e-7],
    [8, 6.220960574271819e-16], [10, 7.619853024160593e-24],
  ] as const;
  for (const [z, tail] of references) expect(Math.abs(normalTail(z) / tail - 1)).toBeLessThan(2e-13);
  expect([normalTail(Infinity), normalTail(-Infinity)]).toEqual([0, 1]);
});

test('its density is the slope of its tail', () => {
  for (const z of [-3, -0.3, 0, 1, 2.5, 4]) {
    expect((normalTail(z - 1e-5) - normalTail(z + 1e-5)) / 2e-5 / normalDensity(z)).toBeCloseTo(1, 8);
  }
});

test('quantiles of the normal distribution', () => {
  const references = [
    [0.5, 0], [0.6, 0.2533471031357998], [0.925, 1.439531470938456], [0.99, 2.3263478740408408], [0.975, 1.959963984540054],
    [1e-6, -4.753424308822899], [1e-20, -9.262340089798408],
  ] as const;
  for (const [u, z] of references) expect(normalQuantile(u)).toBeCloseTo(z, 14);
  // From the middle to 1e-300, across the joints between the three approximations.
  for (let u = 0.5; u > 1e-300; u *= 0.93) expect(Math.abs(normalTail(-normalQuantile(u)) / u - 1)).toBeLessThan(1e-12);
  for (let u = 0.5; u < 1 - 1e-9; u = 1 - (1 - u) * 0.93) expect(normalQuantile(u)).toBeCloseTo(-normalQuantile(1 - u), 14);
});

test('the gamma function', () => {
  const references = [
    [1, 1], [1.5, 0.886226925452758], [2, 1], [3.7, 4.170651783796603], [11, 3628800], [50.5, 4.29046291235196e63],
    [101, 9.332621544394415e157], [171, 7.257415615307998e306],
  ] as const;
  for (const [x, value] of references) expect(Math.abs(gamma(x) / value - 1)).toBeLessThan(2e-13);
  expect(() => gamma(0.5)).toThrow('between 1 and 171');
});
