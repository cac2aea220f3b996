/** Where all registries meet: what the language of scenarios is made of. */
import { faultDefinitions } from '../faults/registry.ts';
import { arrivalProcesses } from '../model/arrivals/registry.ts';
import { balancers } from '../model/balancers/registry.ts';
import { disciplines } from '../model/disciplines/registry.ts';
import { distributions } from '../model/distributions/registry.ts';
import { networkParams } from '../model/network.ts';
import { components } from '../model/registry.ts';
import { stepDefinitions } from '../model/steps/registry.ts';
import { backoffs } from '../resilience/backoff/registry.ts';
import { cockatielBreakers } from '../resilience/cockatiel/registry.ts';
import { jitters } from '../resilience/jitter/registry.ts';
import { patterns } from '../resilience/registry.ts';
import { retryBudgets } from '../resilience/retry-budget/registry.ts';
import { stacks } from '../resilience/stacks/registry.ts';
import { METRICS } from '../telemetry/metrics/registry.ts';
import type { Registries } from './language.ts';
import { lintRules } from './lints/registry.ts';

export const registries: Registries = {
  patterns,
  components,
  stacks,
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
  lintRules,
};
