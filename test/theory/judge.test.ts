/**
 * Goal: the rule by which simulations are judged passes right ones, and fails wrong and noisy ones.
 * Method: replications with a known mean and spread, by hand and at random; a wrong reference as canary.
 */
import seedrandom from 'seedrandom';
import { describe, expect, test } from 'vitest';
import { judge } from './judge.ts';

/** Half of the values lie this much below, half above. */
const around = (mean: number, deviation: number, count = 20): number[] => Array.from({ length: count }, (_, at) => mean + (at % 2 === 0 ? deviation : -deviation));

describe('judge', () => {
  test('states mean and standard error', () => {
    const { mean, standardError } = judge(around(5, 0.1), { value: 5, tolerance: 0.1 });
    expect(mean).toBeCloseTo(5, 12);
    expect(standardError).toBeCloseTo(0.1 * Math.sqrt(20 / 19 / 20), 12);
  });

  test('canary: a wrong reference is found', () => {
    expect(judge(around(5, 0.1), { value: 5.05, tolerance: 0.1 }).verdict).toBe('agrees');
    expect(judge(around(5, 0.1), { value: 5.1, tolerance: 0.1 }).verdict).toBe('differs');
    expect(judge(around(5, 0.1), { value: 4.9, tolerance: 0.1 }).verdict).toBe('differs');
  });

  test('a noisy simulation agrees with nothing', () => {
    expect(judge(around(5, 1), { value: 5, tolerance: 0.1 }).verdict).toBe('too noisy');
    expect(judge(around(5, 1), { value: 5, tolerance: 0.2 }).verdict).toBe('agrees');
  });

  test('no spread at all: only the reference itself agrees', () => {
    expect(judge(around(5, 0), { value: 5, tolerance: 0.1 }).verdict).toBe('agrees');
    expect(judge(around(5, 0), { value: 5.001, tolerance: 0.1 }).verdict).toBe('differs');
  });

  test('refuses few replications', () => {
    expect(() => judge(around(5, 1, 19), { value: 5, tolerance: 1 })).toThrow('19 replications');
  });

  test('fails a right simulation in about 8 of 10,000 cases', () => {
    const random = seedrandom('judge');
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    let differing = 0;
    for (let i = 0; i < 20_000; i++) {
      const values = Array.from({ length: 20 }, () => 100 + normal());
      if (judge(values, { value: 100, tolerance: 0.1 }).verdict === 'differs') differing++;
    }
    expect(differing).toBeGreaterThan(4);
    expect(differing).toBeLessThan(35);
  });
});
