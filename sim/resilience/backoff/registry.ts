/** All backoffs. One line for each; nothing that is listed here may import this file. */
import type { AnyBackoffDefinition } from './backoff.ts';
import { decorrelated } from './decorrelated.ts';
import { decorrelatedV2 } from './decorrelated-v2.ts';
import { exponential } from './exponential.ts';
import { fixed } from './fixed.ts';
import { linear } from './linear.ts';
import { none } from './none.ts';
import { random } from './random.ts';

export const backoffs = [
  none,
  fixed,
  linear,
  exponential,
  decorrelated,
  decorrelatedV2,
  random,
] as const satisfies readonly AnyBackoffDefinition[];
