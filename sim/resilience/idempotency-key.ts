/**
 * Which key a caller sends along, so that the callee recognises a call that it has seen before. A key is a whole number
 * below 2^53; its lowest bits say of which kind it is, so that keys of two kinds are never equal.
 */
import { DAY } from '../catalogue/units.ts';
import { type Context, ITEMS_MAX } from './context.ts';

/** Kinds of key; the index is the number by which a call site has its kind. */
export const IDEMPOTENCY_KEYS = ['none', 'call', 'request', 'body', 'userAndDay'] as const;
export type IdempotencyKeyKind = (typeof IDEMPOTENCY_KEYS)[number];

export const NO_KEY = 0;
const KINDS_MAX = 8;
/** More than any run lasts. */
const DAYS_MAX = 1 << 18;

/** @param kind index in IDEMPOTENCY_KEYS   @param context of the call at its site   @param nowNs when the call begins */
export function idempotencyKeyOf(kind: number, context: Context, nowNs: number): number {
  switch (IDEMPOTENCY_KEYS[kind]!) {
    case 'none':
      return NO_KEY;
    case 'call':
      return context.use * KINDS_MAX + kind;
    case 'request':
      return context.purposeKey * KINDS_MAX + kind;
    case 'body':
      return (context.user * ITEMS_MAX + context.cacheKey) * KINDS_MAX + kind;
    case 'userAndDay':
      return (context.user * DAYS_MAX + Math.floor(nowNs / DAY)) * KINDS_MAX + kind;
  }
}
