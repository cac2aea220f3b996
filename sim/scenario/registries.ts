/** Where all registries meet: what the language of scenarios is made of. */
import type { Definition } from '../catalogue/definition.ts';
import type { Fields } from '../catalogue/param.ts';
import { faultDefinitions } from '../faults/registry.ts';
import { arrivalProcesses } from '../model/arrivals/registry.ts';
import { balancers } from '../model/balancers/registry.ts';
import type { AnyComponentDefinition } from '../model/component.ts';
import { disciplines } from '../model/disciplines/registry.ts';
import { distributions } from '../model/distributions/registry.ts';
import { networkParams } from '../model/network.ts';
import { components } from '../model/registry.ts';
import { stepDefinitions } from '../model/steps/registry.ts';
import { backoffs } from '../resilience/backoff/registry.ts';
import { cockatielBreakers } from '../resilience/cockatiel/registry.ts';
import { jitters } from '../resilience/jitter/registry.ts';
import type { AnyPatternDefinition } from '../resilience/pattern.ts';
import { patterns } from '../resilience/registry.ts';
import { retryBudgets } from '../resilience/retry-budget/registry.ts';
import type { Metric } from '../telemetry/metrics/metric.ts';
import { METRICS } from '../telemetry/metrics/registry.ts';

/** A number about a run that expectations may speak of. */
export type MetricWord = Pick<Metric, 'name' | 'title' | 'about' | 'quantity' | 'of'>;

export interface Registries {
  /** Several families; within one, the kinds of that pattern. */
  readonly patterns: readonly AnyPatternDefinition[];
  readonly components: readonly AnyComponentDefinition[];
  /** Everything else that is written as a kind with parameters: each definition names its family. */
  readonly definitions: readonly Definition[];
  /** Parameters of the section `network`. */
  readonly network: Fields;
  readonly metrics: readonly MetricWord[];
}

export const registries: Registries = {
  patterns,
  components,
  definitions: [
    ...stepDefinitions,
    ...faultDefinitions,
    ...arrivalProcesses,
    ...distributions,
    ...balancers,
    ...disciplines,
    ...backoffs,
    ...jitters,
    ...cockatielBreakers,
    ...retryBudgets,
  ],
  network: networkParams,
  metrics: METRICS,
};
