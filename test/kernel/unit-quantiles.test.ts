/*
 * Goal: the two hot samplers are the quantile functions that they stand for, growing in their bits, up to the extremes.
 * Method: a million arguments spread over all octaves, beside the exact functions; the order of neighbours, where cells
 * and octaves meet in particular; the extremes by hand.
 */
import { describe, expect, test } from 'vitest';
import { normalQuantile } from '../../sim/kernel/special-functions.ts';
import { unitExponential, unitNormal } from '../../sim/kernel/unit-quantiles.ts';
import { scaled } from '../support/random-cases.ts';

const COUNT = scaled(1_000_000);

describe.each([
  ['exponential', unitExponential, (u: number) => -Math.log1p(-u), 3e-13],
  ['normal', unitNormal, normalQuantile, 1e-7],
] as const)('%s', (_name, quantileOfBits, quantile, tolerance) => {
  test('is the quantile of its bits', () => {
    let worst = 0;
    for (let i = 0; i < COUNT; i++) {
      // Even ones spread evenly; odd ones over the octaves at both ends of the range.
      const spread = Math.imul(i, 0x9e3779b1);
      const bits = i % 2 === 0 ? spread : (i % 4 === 1 ? spread >>> (i % 31) : ~(spread >>> (i % 31)));
      worst = Math.max(worst, Math.abs(quantileOfBits(bits) - quantile(((bits >>> 0) + 0.5) / 2 ** 32)));
    }
    expect(worst).toBeLessThan(tolerance);
  });

  test('grows from each number to the next, where cells and octaves meet and between', () => {
    let steps = 0;
    let rising = 0;
    for (let octave = 8; octave < 32; octave++) {
      for (let cell = 0; cell < 128; cell++) {
        const joint = Math.round(2 ** octave * (1 + cell / 128));
        for (const start of [joint - 2, 2 ** 32 - joint - 2]) {
          for (let n = start; n < start + 4; n++, steps++) if (quantileOfBits((n + 1) | 0) > quantileOfBits(n | 0)) rising++;
        }
      }
    }
    expect(rising).toBe(steps);
  });
});

test('the extremes', () => {
  expect(unitExponential(0)).toBeCloseTo(2 ** -33, 12);
  expect(unitExponential(0)).toBeGreaterThan(0);
  expect(unitExponential(-1)).toBeCloseTo(33 * Math.LN2, 12);
  expect(unitNormal(0)).toBeCloseTo(-6.337957754553789, 12);
  expect(unitNormal(-1)).toBe(-unitNormal(0));
  expect(unitNormal(0x7fffffff)).toBe(-unitNormal(-0x80000000));
});
