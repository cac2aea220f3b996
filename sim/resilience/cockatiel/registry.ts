/** All strategies of cockatiel's circuit breaker. One line for each; nothing that is listed here may import this file. */
import type { AnyStrategyDefinition } from './breaker-strategy.ts';
import { consecutive } from './consecutive.ts';
import { count } from './count.ts';
import { sampling } from './sampling.ts';

export const cockatielBreakers = [
  consecutive,
  count,
  sampling,
] as const satisfies readonly AnyStrategyDefinition[];
