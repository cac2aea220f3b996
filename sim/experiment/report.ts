import type { Scenario } from '../scenario/scenario.ts';
import { compareVariants, type ComparisonRow } from './comparison.ts';
import type { ResultSet } from './result-set.ts';
import { judge, judgeObjectives, type Judgement, type ObjectiveResult } from './verdict.ts';

/** Everything that a reporter may show of one scenario. */
export interface Report {
  readonly scenario: Scenario;
  readonly results: ResultSet;
  /** One row for each question; differences are against the first variant. */
  readonly comparison: readonly ComparisonRow[];
  readonly judgements: readonly Judgement[];
  readonly objectives: readonly ObjectiveResult[];
}

/** @param scenario the file's own, without a variant applied */
export function reportOf(scenario: Scenario, results: ResultSet): Report {
  return {
    scenario,
    results,
    comparison: compareVariants(results),
    judgements: scenario.expectations.map((expectation) => judge(expectation, results)),
    objectives: judgeObjectives(scenario.objectives, results),
  };
}
