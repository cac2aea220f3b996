/** All patterns. One line for each; nothing that is listed here may import this file. */
import { adaptiveLoadShedding } from './adaptive-load-shedding.ts';
import { adaptiveThrottling } from './adaptive-throttling.ts';
import { admissionControl } from './admission-control.ts';
import { adaptiveTimeout } from './adaptive-timeout.ts';
import { bulkhead } from './bulkhead.ts';
import { cache } from './cache.ts';
import { coalescing } from './coalescing.ts';
import { cockatielBreaker } from './cockatiel-breaker.ts';
import { aimd } from './concurrency-limit/aimd.ts';
import { envoyGradient } from './concurrency-limit/envoy-gradient.ts';
import { gradient2 } from './concurrency-limit/gradient2.ts';
import { vegas } from './concurrency-limit/vegas.ts';
import { hikariPool } from './connection-pool/hikari.ts';
import { keepAlivePool } from './connection-pool/keep-alive.ts';
import { sqlalchemyPool } from './connection-pool/sqlalchemy.ts';
import { consecutiveBreaker } from './consecutive-breaker.ts';
import { dagor } from './dagor.ts';
import { fallback } from './fallback.ts';
import { delayHedge } from './hedge/delay.ts';
import { envoyHedge } from './hedge/envoy.ts';
import { grpcHedge } from './hedge/grpc.ts';
import { percentileHedge } from './hedge/percentile.ts';
import { tiedHedge } from './hedge/tied.ts';
import { hystrixBreaker } from './hystrix-breaker.ts';
import { idempotency } from './idempotency.ts';
import { loadShedding } from './load-shedding.ts';
import { opossumBreaker } from './opossum-breaker.ts';
import type { AnyPatternDefinition } from './pattern.ts';
import { pollyBreaker } from './polly-breaker.ts';
import { awsAdaptive } from './rate-limit/aws-adaptive.ts';
import { fixedWindow } from './rate-limit/fixed-window.ts';
import { leakyBucket } from './rate-limit/leaky-bucket.ts';
import { slidingCounter } from './rate-limit/sliding-counter.ts';
import { slidingLog } from './rate-limit/sliding-log.ts';
import { queueForLater } from './queue-for-later.ts';
import { resilience4jBreaker } from './resilience4j-breaker.ts';
import { resilience4jRateLimiter } from './resilience4j-rate-limiter.ts';
import { retry } from './retry.ts';
import { fixedThreadPool } from './thread-pool/fixed.ts';
import { hystrixThreadPool } from './thread-pool/hystrix.ts';
import { resilience4jThreadPool } from './thread-pool/resilience4j.ts';
import { timeout } from './timeout.ts';
import { tokenBucket } from './token-bucket.ts';

export const patterns = [
  timeout,
  adaptiveTimeout,
  retry,
  delayHedge,
  percentileHedge,
  tiedHedge,
  grpcHedge,
  envoyHedge,
  consecutiveBreaker,
  cockatielBreaker,
  resilience4jBreaker,
  hystrixBreaker,
  pollyBreaker,
  opossumBreaker,
  bulkhead,
  resilience4jThreadPool,
  hystrixThreadPool,
  fixedThreadPool,
  hikariPool,
  sqlalchemyPool,
  keepAlivePool,
  fallback,
  queueForLater,
  cache,
  coalescing,
  idempotency,
  loadShedding,
  adaptiveLoadShedding,
  dagor,
  adaptiveThrottling,
  admissionControl,
  tokenBucket,
  leakyBucket,
  fixedWindow,
  slidingLog,
  slidingCounter,
  resilience4jRateLimiter,
  awsAdaptive,
  aimd,
  vegas,
  gradient2,
  envoyGradient,
] as const satisfies readonly AnyPatternDefinition[];
