/** All stacks. One line for each; they name patterns as data, and nothing that is listed here may import this file. */
import { awsSdkStack } from './aws-sdk.ts';
import { bulkheadAroundBreakerStack } from './bulkhead-around-breaker.ts';
import { chapter8BreakerStack } from './chapter-8-breaker.ts';
import { chapterSemaphoreStack } from './chapter-semaphore.ts';
import { chapterThreadPoolStack } from './chapter-thread-pool.ts';
import { chapter8CommandStack } from './chapter-8-command.ts';
import { commandStack } from './command.ts';
import { dotnetStack } from './dotnet.ts';
import { dotnetHedgingStack } from './dotnet-hedging.ts';
import { envoyStack } from './envoy.ts';
import { grpcStack } from './grpc.ts';
import { hystrixStack } from './hystrix.ts';
import { phase5BreakerStack } from './phase-5-breaker.ts';
import { phase5BulkheadStack } from './phase-5-bulkhead.ts';
import { phase5ConnectionPoolStack } from './phase-5-connection-pool.ts';
import { psycopgPoolStack } from './psycopg-pool.ts';
import { reliabilityAndResilienceBreakerStack } from './reliability-and-resilience-breaker.ts';
import { reliabilityEngineeringBreakerStack } from './reliability-engineering-breaker.ts';
import { resilience4jStack } from './resilience4j.ts';
import type { StackDefinition } from './stack.ts';
import { timeoutAroundBreakerStack } from './timeout-around-breaker.ts';

export const stacks: readonly StackDefinition[] = [
  resilience4jStack,
  hystrixStack,
  dotnetStack,
  dotnetHedgingStack,
  grpcStack,
  envoyStack,
  awsSdkStack,
  commandStack,
  phase5BreakerStack,
  reliabilityEngineeringBreakerStack,
  chapter8BreakerStack,
  reliabilityAndResilienceBreakerStack,
  chapterThreadPoolStack,
  phase5BulkheadStack,
  chapterSemaphoreStack,
  phase5ConnectionPoolStack,
  psycopgPoolStack,
  bulkheadAroundBreakerStack,
  timeoutAroundBreakerStack,
  chapter8CommandStack,
];
