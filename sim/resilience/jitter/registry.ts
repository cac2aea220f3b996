/** All jitters. One line for each; nothing that is listed here may import this file. */
import { additive } from './additive.ts';
import { equal } from './equal.ts';
import { full } from './full.ts';
import type { AnyJitterDefinition } from './jitter.ts';
import { none } from './none.ts';
import { proportional } from './proportional.ts';

export const jitters = [
  none,
  full,
  equal,
  proportional,
  additive,
] as const satisfies readonly AnyJitterDefinition[];
