import type { Scenario } from '../scenario/scenario.ts';
import { METRICS } from '../telemetry/metrics/registry.ts';

/** A metric asked of the whole system ('') or of one part of it. */
export interface Question {
  readonly metric: string;
  readonly of: string;
}

/** How a person writes a question: `p99` or `p99(shoppers)`. */
export function nameOf(question: Question): string {
  return question.of === '' ? question.metric : `${question.metric}(${question.of})`;
}

/** Everything that is asked of each run of a scenario: all metrics of the system, then what its author asks besides. */
export function questionsOf(scenario: Pick<Scenario, 'expectations' | 'objectives'>): readonly Question[] {
  const questions = new Map<string, Question>();
  const ask = (metric: string, of: string) => {
    const question = { metric, of };
    questions.set(nameOf(question), question);
  };
  for (const { name } of METRICS) ask(name, '');
  for (const { metric, of } of scenario.expectations) ask(metric, of);
  for (const { metric, of } of scenario.objectives) ask(metric, of);
  return [...questions.values()];
}
