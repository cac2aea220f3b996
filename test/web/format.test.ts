/** Goal: numbers read as people write them. Method: a table of values and texts, with the edges between two forms. */
import { expect, test } from 'vitest';
import {
  formatCount,
  formatDifference,
  formatDuration,
  formatInstant,
  formatQuantity,
  formatRate,
  formatShare,
} from '../../web/format.ts';

test.each([
  [0, '0'],
  [0.004, '0'],
  [0.126, '0.13'],
  [12.34, '12.3'],
  [950, '950'],
  [1234.4, '1,234'],
  [9994, '9,994'],
  [12_345, '12.3k'],
  [999_499, '999k'],
  [3_700_000, '3.7M'],
  [-1234, '−1,234'],
  [Number.NaN, '–'],
])('count %d is %s', (value, text) => expect(formatCount(value)).toBe(text));

test.each([
  [0, '0 s'],
  [500, '500 ns'],
  [250_000, '250 µs'],
  [12_440_000, '12.4 ms'],
  [999_600_000, '1 s'],
  [1_900_000_000, '1.9 s'],
  [90e9, '90 s'],
  [240e9, '4 min'],
  [Infinity, 'never'],
  [Number.NaN, '–'],
])('duration %d is %s', (value, text) => expect(formatDuration(value)).toBe(text));

test('rates, shares, instants and differences', () => {
  expect(formatRate(47_000)).toBe('47k/s');
  expect(formatShare(0.9987)).toBe('99.9 %');
  expect(formatShare(0.5)).toBe('50 %');
  expect(formatInstant(48e9)).toBe('48.0 s');
  expect(formatInstant(0.3 * 1e9)).toBe('0.3 s');
  expect(formatInstant(0.35e9, 50e6)).toBe('0.35 s');
  expect(formatInstant(0.004e9, 1e6)).toBe('0.004 s');
  expect(formatQuantity(2.84, 'factor')).toBe('2.84×');
  expect(formatQuantity(1_234_567, 'count')).toBe('1,234,567');
  expect(formatDifference(12, 'count')).toBe('+12');
  expect(formatDifference(-12, 'count')).toBe('−12');
  expect(formatDifference(0.224, 'ratio')).toBe('+22.4 points');
  expect(formatDifference(-0.05, 'ratio')).toBe('−5 points');
  expect(formatDifference(Infinity, 'durationNs')).toBe('never');
});
