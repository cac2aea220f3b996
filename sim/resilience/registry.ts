/** All patterns. One line for each; nothing that is listed here may import this file. */
import { consecutiveBreaker } from './consecutive-breaker.ts';
import type { AnyPatternDefinition } from './pattern.ts';
import { retry } from './retry.ts';
import { timeout } from './timeout.ts';

export const patterns = [
  timeout,
  retry,
  consecutiveBreaker,
] as const satisfies readonly AnyPatternDefinition[];
