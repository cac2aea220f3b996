/**
 * Goal: numbers read well and never say more or less than they are.
 * Method: values at the edges of each unit and rounding.
 */
import { describe, expect, it } from 'vitest';
import { formatDifference, formatMean, formatValue } from '../../sim/cli/format-value.ts';

describe('formatValue', () => {
  it.each([
    [0, 'count', '0'],
    [999, 'count', '999'],
    [1_234_567, 'count', '1,234,567'],
    [12.34, 'count', '12.3'],
    [1234.5, 'count', '1,235'],
    [0, 'durationNs', '0 s'],
    [999, 'durationNs', '999 ns'],
    [1500, 'durationNs', '1.50 us'],
    [12_345_678, 'durationNs', '12.3 ms'],
    [250e6, 'durationNs', '250 ms'],
    [95.3e9, 'durationNs', '95.3 s'],
    [Infinity, 'durationNs', 'never'],
    [0, 'ratio', '0 %'],
    [1, 'ratio', '100 %'],
    [0.9995, 'ratio', '99.95 %'],
    [0.999999, 'ratio', '99.9999 %'],
    [0.1, 'ratio', '10.00 %'],
    [899.96, 'ratePerSec', '900.0/s'],
    [12_000, 'ratePerSec', '12,000/s'],
    [1.2345, 'factor', '1.23x'],
    [NaN, 'ratio', '-'],
  ] as const)('%s as %s: %s', (value, quantity, text) => {
    expect(formatValue(value, quantity)).toBe(text);
  });
});

describe('formatDifference', () => {
  it.each([
    [0.1234, 'ratio', '+12.34 pp'],
    [-0.1234, 'ratio', '-12.34 pp'],
    [-1e-9, 'ratio', '0.00 pp'],
    [0, 'count', '0'],
    [-5, 'count', '-5'],
    [-0.01, 'count', '0.0'],
    [1.5e9, 'durationNs', '+1.50 s'],
    [-1.5e9, 'durationNs', '-1.50 s'],
    [-Infinity, 'durationNs', '-never'],
    [NaN, 'durationNs', '-'],
  ] as const)('%s as %s: %s', (value, quantity, text) => {
    expect(formatDifference(value, quantity)).toBe(text);
  });
});

describe('formatMean', () => {
  it.each([
    [10.46e6, 0.234e6, 'durationNs', '10.5 ±0.2 ms'],
    [1.234e9, 12e6, 'durationNs', '1.23 ±0.01 s'],
    [0.9512, 0.0021, 'ratio', '95.12 ±0.21 %'],
    [599.2, 0.81, 'ratePerSec', '599.2 ±0.8/s'],
    [107_582.4, 195.1, 'count', '107,582 ±195'],
    [6.84, 0.012, 'factor', '6.84 ±0.01x'],
    [16, 0, 'count', '16'],
  ] as const)('%s and %s as %s: %s', (mean, reach, quantity, text) => {
    expect(formatMean(mean, reach, quantity, '±')).toBe(text);
  });
});
