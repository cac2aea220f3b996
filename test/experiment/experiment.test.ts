/**
 * Goal: what is concluded from many runs follows from the runs alone, not from the order in which they finished, and says
 * so when there is too little to conclude from.
 * Method: simulations that are known beforehand, added in every order; verdicts counted by hand.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVariants, spreadOf } from '../../sim/experiment/comparison.ts';
import { nameOf, questionsOf } from '../../sim/experiment/question.ts';
import { ResultSet } from '../../sim/experiment/result-set.ts';
import { resultOf, type RunResult } from '../../sim/experiment/run.ts';
import { judge, judgeObjectives, seedsNeeded } from '../../sim/experiment/verdict.ts';
import { wilsonInterval } from '../../sim/experiment/statistics.ts';
import type { Expectation } from '../../sim/scenario/scenario.ts';
import type { RunEnd } from '../../sim/telemetry/record.ts';
import { property } from '../support/random-cases.ts';
import { fakeRecord } from './fake-record.ts';

function expectation(given: Partial<Expectation>): Expectation {
  return { text: '', variant: 'base', minus: '', mostly: false, metric: 'availability', of: '', comparison: '>=', value: 0.88, ...given };
}

const objective = { of: 'users', metric: 'availability', comparison: '>=', value: 0.895 } as const;
const questions = questionsOf({ expectations: [expectation({ of: 'users' }), expectation({})], objectives: [objective] });
const seeds = Array.from({ length: 20 }, (_, at) => String(at + 1));

function run(variant: string, seed: string, end?: RunEnd): RunResult {
  return resultOf(fakeRecord(variant, seed, end), questions);
}

function resultsOf(list: readonly RunResult[], allSeeds = seeds): ResultSet {
  const results = new ResultSet(['base', 'worse'], allSeeds, questions);
  for (const one of list) results.add(one);
  return results;
}

const all = ['base', 'worse'].flatMap((variant) => seeds.map((seed) => run(variant, seed)));

describe('a run', () => {
  it('asks each question once, those about parts beside those about the whole', () => {
    const names = questions.map(nameOf);
    expect(names.filter((name) => name.startsWith('availability'))).toEqual(['availability', 'availability(users)']);
    expect(new Set(names).size).toBe(names.length);
  });

  it('is reduced to its answers, a timeline and when faults were on', () => {
    const result = run('base', '5');
    const at = (name: string) => result.values[questions.findIndex((question) => nameOf(question) === name)];
    expect(at('availability')).toBeCloseTo(0.895, 12);
    expect(at('availability(users)')).toBeCloseTo(0.895, 12);
    expect([...result.timeline.good]).toEqual(Array(10).fill(895));
    expect(result.timeline.faults).toEqual([
      { address: 'faults/a', fromNs: 2e9, toNs: 4e9 },
      { address: 'faults/b', fromNs: 3e9, toNs: Infinity },
    ]);
  });
});

describe('a comparison', () => {
  property('does not depend on the order of the runs', [fc.shuffledSubarray(all, { minLength: all.length })], (order) => {
    expect(compareVariants(resultsOf(order))).toEqual(compareVariants(resultsOf(all)));
  });

  it('pairs runs by seed, so that what seeds share does not blur the difference', () => {
    const row = compareVariants(resultsOf(all)).find(({ question }) => nameOf(question) === 'availability')!;
    const [base, worse] = row.arms;
    // Failures: 100 + seed of 1000, and 100 more in the other variant.
    expect(base!.estimate.mean).toBeCloseTo(0.8895, 9);
    expect(worse!.estimate.mean).toBeCloseTo(0.7895, 9);
    expect(base!.estimate.high - base!.estimate.low).toBeGreaterThan(0.005);
    const [difference] = row.differences;
    expect(difference!.mean).toBeCloseTo(-0.1, 9);
    expect(difference!.high - difference!.low).toBeLessThan(1e-9);
  });

  it('uses only complete pairs after an interruption', () => {
    const some = all.filter((one) => (one.variant === 'base' ? Number(one.seed) <= 10 : Number(one.seed) > 5));
    const row = compareVariants(resultsOf(some)).find(({ question }) => nameOf(question) === 'goodput')!;
    expect(row.differences[0]!.count).toBe(5);
    expect(row.arms.map((arm) => arm.estimate.count)).toEqual([10, 15]);
  });

  it('counts `never` and what is undefined apart from the mean', () => {
    const spread = spreadOf([3, Infinity, NaN, 1, Infinity]);
    expect(spread).toMatchObject({ never: 2, defined: 4, min: 1, max: Infinity, median: Infinity });
    expect(spread.estimate).toMatchObject({ mean: 2, count: 2 });
    expect(spreadOf([Infinity, Infinity, Infinity]).median).toBe(Infinity);
    expect(spreadOf([4, 1]).median).toBe(2.5);
    expect(spreadOf([NaN])).toMatchObject({ never: 0, defined: 0, median: NaN, max: NaN });
  });

  it('refuses a run twice', () => {
    expect(() => resultsOf([all[0]!, all[0]!])).toThrow('run once');
  });
});

describe('a verdict', () => {
  const results = resultsOf(all);

  it('passes what holds in every seed and fails what one seed breaks', () => {
    expect(judge(expectation({ value: 0.88 }), results).verdict).toBe('pass');
    const broken = judge(expectation({ value: 0.881 }), results);
    expect(broken.verdict).toBe('fail');
    expect(broken.seeds.filter((one) => !one.holds).map((one) => one.seed)).toEqual(['20']);
  });

  it.each([
    ['>=', 0.1, 'pass'],
    ['>', 0.100001, 'fail'],
    ['<', 0.11, 'pass'],
    ['<=', 0.09, 'fail'],
    ['=', 0.1, 'fail'],
  ] as const)('judges a difference of variants: base - worse %s %s', (comparison, value, verdict) => {
    // A difference of two binary fractions is close to 0.1 but not equal to it, so bounds are tested beside it.
    const bound = comparison === '>=' ? value - 1e-9 : value;
    expect(judge(expectation({ minus: 'worse', comparison, value: bound }), results).verdict).toBe(verdict);
  });

  it('compares with never', () => {
    const never = judge(expectation({ metric: 'recovery', comparison: '=', value: Infinity }), results);
    expect([never.verdict, never.reason]).toEqual(['fail', 'not defined for such a run']);
  });

  it('does not conclude from a variant that was not run, nor pass what was interrupted', () => {
    expect(judge(expectation({ variant: 'other' }), results)).toMatchObject({ verdict: 'unknown', reason: 'other was not run' });
    expect(judge(expectation({}), resultsOf([]))).toMatchObject({ verdict: 'unknown', reason: 'no run has finished' });
    const part = resultsOf(all.slice(0, 3));
    expect(judge(expectation({}), part)).toMatchObject({ verdict: 'unknown', reason: 'not every seed has finished' });
    expect(judge(expectation({ value: 1 }), part).verdict).toBe('fail');
  });

  it('fails a run that did not come to its end', () => {
    const stopped = resultsOf([run('base', '1', { kind: 'budgetExceeded', atNs: 5, message: '' })], ['1']);
    expect(judge(expectation({ value: 0 }), stopped).verdict).toBe('fail');
  });

  it('needs enough seeds for `mostly`, and then a lower bound above 90 %', () => {
    const needed = seedsNeeded(0.9);
    expect(wilsonInterval(needed, needed).low).toBeGreaterThan(0.9);
    expect(wilsonInterval(needed - 1, needed - 1).low).toBeLessThanOrEqual(0.9);
    expect(needed).toBe(35);

    const many = Array.from({ length: 100 }, (_, at) => String(at + 1));
    const base = many.map((seed) => run('base', seed));
    const mostly = (holding: number) => judge(expectation({ mostly: true, value: 0.9 - holding / 1000 }), resultsOf(base, many)).verdict;
    // 96 of 100 have a lower bound of 90.2 %, 95 of 100 one of 88.8 %.
    expect([mostly(100), mostly(96), mostly(95)]).toEqual(['pass', 'pass', 'fail']);
    expect(judge(expectation({ mostly: true }), results)).toMatchObject({ verdict: 'unknown', reason: 'mostly needs at least 35 seeds' });
  });
});

describe('objectives', () => {
  it('are counted for every variant', () => {
    expect(judgeObjectives([objective], resultsOf(all))).toEqual([
      { objective, variant: 'base', met: 5, seeds: 20 },
      { objective, variant: 'worse', met: 0, seeds: 20 },
    ]);
  });
});
