/**
 * Goal: a script can tell from the exit code alone what happened, and the worst that happened wins.
 * Method: results that ended in every way, alone and together.
 */
import { expect, it } from 'vitest';
import { exitCodeOf } from '../../sim/cli/exit-code.ts';
import { questionsOf } from '../../sim/experiment/question.ts';
import { reportOf, type Report } from '../../sim/experiment/report.ts';
import { ResultSet } from '../../sim/experiment/result-set.ts';
import { resultOf } from '../../sim/experiment/run.ts';
import type { Expectation, Scenario } from '../../sim/scenario/scenario.ts';
import type { RunEnd } from '../../sim/telemetry/record.ts';
import { fakeRecord } from '../experiment/fake-record.ts';

/** Two runs, of which the second ends as given, and an expectation on the first. */
function report(end: RunEnd['kind'], availability = 0): Report {
  const expectation: Expectation = { text: '', variant: 'base', minus: '', mostly: false, metric: 'availability', of: '', comparison: '>=', value: availability };
  const scenario = { expectations: [expectation], objectives: [] } as Pick<Scenario, 'expectations' | 'objectives'> as Scenario;
  const questions = questionsOf(scenario);
  const results = new ResultSet(['base', 'worse'], ['1'], questions);
  const ending: RunEnd = end === 'completed' ? { kind: end } : { kind: end, atNs: 0, message: '' };
  results.add(resultOf(fakeRecord('base', '1'), questions));
  results.add(resultOf(fakeRecord('worse', '1', ending), questions));
  return reportOf(scenario, results);
}

it.each([
  ['all expectations hold', [report('completed')], 0],
  ['nothing was run', [], 0],
  ['an expectation fails', [report('completed', 1)], 1],
  ['one file of several fails', [report('completed'), report('completed', 1), report('completed')], 1],
  ['a run uses up its budget, although nothing was expected of it', [report('budgetExceeded')], 1],
  ['the simulator broke an invariant', [report('invariantBroken')], 3],
  ['it did so beside a failed expectation', [report('completed', 1), report('invariantBroken'), report('budgetExceeded')], 3],
] as const)('%s: %#', (_name, reports, code) => {
  expect(exitCodeOf(reports)).toBe(code);
});
