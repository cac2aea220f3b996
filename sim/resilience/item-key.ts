import type { Call } from './pattern.ts';

/** More than there are items. */
const ITEMS_MAX = 0x100000;

/** A number for what is asked for, and of which operation: equal for calls that ask for the same. */
export function itemKey(call: Call): number {
  return call.operation * ITEMS_MAX + call.cacheKey;
}
