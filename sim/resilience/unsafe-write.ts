import { type Call, CallFlag } from './pattern.ts';

const SAFE = CallFlag.idempotent | CallFlag.keyed;

/** Whether a call changes something that must not be changed twice: it is not idempotent, and sends no idempotency key. */
export function isUnsafeWrite({ flags }: Call): boolean {
  return (flags & CallFlag.write) !== 0 && (flags & SAFE) === 0;
}
