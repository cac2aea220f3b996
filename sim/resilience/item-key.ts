import { ITEMS_MAX } from './context.ts';
import type { Call } from './pattern.ts';

/** A number for what is asked for, and of which operation: equal for calls that ask for the same. */
export function itemKey(call: Call): number {
  return call.operation * ITEMS_MAX + call.cacheKey;
}
