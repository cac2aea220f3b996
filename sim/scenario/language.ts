/** What the language of scenarios is made of. `registries.ts` has that of the simulator; tests have languages of their own. */
import type { Definition } from '../catalogue/definition.ts';
import type { Fields } from '../catalogue/param.ts';
import type { AnyComponentDefinition } from '../model/component.ts';
import type { AnyPatternDefinition } from '../resilience/pattern.ts';
import type { StackDefinition } from '../resilience/stacks/stack.ts';
import type { Metric } from '../telemetry/metrics/metric.ts';
import type { LintRule } from './lints/rule.ts';

/** A number about a run that expectations may speak of. */
export type MetricWord = Pick<Metric, 'name' | 'title' | 'about' | 'quantity' | 'of'>;

export interface Registries {
  /** Several families; within one, the kinds of that pattern. */
  readonly patterns: readonly AnyPatternDefinition[];
  readonly components: readonly AnyComponentDefinition[];
  /** What may stand for several patterns. */
  readonly stacks: readonly StackDefinition[];
  /** Everything else that is written as a kind with parameters: each definition names its family. */
  readonly definitions: readonly Definition[];
  /** Parameters of the section `network`. */
  readonly network: Fields;
  readonly metrics: readonly MetricWord[];
  readonly lintRules: readonly LintRule[];
}
