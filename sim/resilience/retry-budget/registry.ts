/** All retry budgets. One line for each; nothing that is listed here may import this file. */
import { aws } from './aws.ts';
import { envoy } from './envoy.ts';
import { failureRate } from './failure-rate.ts';
import { finagle } from './finagle.ts';
import { grpc } from './grpc.ts';
import { ratio } from './ratio.ts';
import type { AnyRetryBudgetDefinition } from './retry-budget.ts';
import { tokenBucket } from './token-bucket.ts';

export const retryBudgets = [
  ratio,
  tokenBucket,
  failureRate,
  finagle,
  envoy,
  grpc,
  aws,
] as const satisfies readonly AnyRetryBudgetDefinition[];
