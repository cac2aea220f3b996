/** All patterns. One line for each; nothing that is listed here may import this file. */
import type { AnyPatternDefinition } from './pattern.ts';
import { timeout } from './timeout.ts';

export const patterns = [
  timeout,
] as const satisfies readonly AnyPatternDefinition[];
