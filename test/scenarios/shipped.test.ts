/**
 * Goal: each scenario that ships tells its story in numbers that hold, and would be refuted without its cure.
 * Method: every variant is run over seeds 1 to 20, once, and the results are shared by all checks. Expectations are judged
 * by the rule of the product itself; each is then asked of every other variant, of which at least one has to break it in
 * 19 of 20 seeds; and thresholds must lie within a factor of 2 of the measured median.
 */
import { describe, expect, it } from 'vitest';
import { questionsOf } from '../../sim/experiment/question.ts';
import { ResultSet } from '../../sim/experiment/result-set.ts';
import { resultOf } from '../../sim/experiment/run.ts';
import { judge } from '../../sim/experiment/verdict.ts';
import type { Expectation, ScenarioDocument } from '../../sim/scenario/scenario.ts';
import { documentOf, wholeRecordOf } from '../support/run-scenario.ts';
import { shippedScenarios } from '../support/shipped-scenarios.ts';

const SEEDS = Array.from({ length: 20 }, (_, at) => String(at + 1));

/** All runs of a scenario. */
function runAll({ base, variants }: ScenarioDocument): ResultSet {
  const questions = questionsOf(base);
  const results = new ResultSet(variants.map((variant) => variant.name), SEEDS, questions);
  for (const variant of variants) {
    for (const seed of SEEDS) results.add(resultOf(wholeRecordOf(variant.scenario, { variant: variant.name, seed }), questions));
  }
  return results;
}

const medianOf = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Values of the expectation's metric, seed by seed, in one of the variants. */
function valuesOf(expectation: Expectation, results: ResultSet): readonly number[] {
  return judge(expectation, results).seeds.map((one) => one.value);
}

describe.each(shippedScenarios)('$name', ({ text }) => {
  const document = documentOf(text);
  const results = runAll(document);
  const { expectations } = document.base;

  it('has at least two variants and something that it expects', () => {
    expect(document.variants.length).toBeGreaterThanOrEqual(2);
    expect(expectations.length).toBeGreaterThanOrEqual(2);
    expect(document.base.story.length).toBeGreaterThan(100);
  });

  it.each(expectations.map((one) => [one.text, one] as const))('%s', (_text, expectation) => {
    const judgement = judge(expectation, results);
    expect(judgement.verdict, `${expectation.variant}: ${expectation.text}, measured ${judgement.seeds.map((one) => one.value).join(', ')}`).toBe('pass');
  });

  it('expects something that the variant without the cure breaks in at least 19 of 20 seeds', () => {
    const broken = expectations
      .filter((one) => one.minus === '')
      .some((one) =>
        document.variants.some((other) => {
          if (other.name === one.variant) return false;
          return judge({ ...one, variant: other.name }, results).seeds.filter((seed) => !seed.holds).length >= 19;
        }),
      );
    expect(broken).toBe(true);
  });

  it('has thresholds within a factor of 2 of the measured median', () => {
    const far = expectations
      .map(({ text, value, ...rest }) => ({ text, value, median: medianOf(valuesOf({ text, value, ...rest }, results)) }))
      .filter(({ value, median }) => (value === Infinity || value === 0 ? median !== value : median / value < 0.5 || median / value > 2));
    expect(far).toEqual([]);
  });
});
