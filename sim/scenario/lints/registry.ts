/** All rules of the linter. One line for each. */
import { bulkheadWithoutEffect } from './bulkhead-without-effect.ts';
import { fallbackOnTheFailed } from './fallback-on-the-failed.ts';
import { noTimeout } from './no-timeout.ts';
import { poolBelowCallers } from './pool-below-callers.ts';
import { retriesInStep } from './retries-in-step.ts';
import { retryMultiplication } from './retry-multiplication.ts';
import { retryOfOpenBreaker } from './retry-of-open-breaker.ts';
import { retryOfUnsafeWrite } from './retry-of-unsafe-write.ts';
import type { LintRule } from './rule.ts';
import { timeoutBelowChildren } from './timeout-below-children.ts';
import { timeoutOutsideBreaker } from './timeout-outside-breaker.ts';

export const lintRules: readonly LintRule[] = [
  timeoutBelowChildren,
  noTimeout,
  retryMultiplication,
  timeoutOutsideBreaker,
  poolBelowCallers,
  bulkheadWithoutEffect,
  retriesInStep,
  retryOfUnsafeWrite,
  retryOfOpenBreaker,
  fallbackOnTheFailed,
];
