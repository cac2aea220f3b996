/** A broken invariant of the simulator itself: our mistake, never the user's and never a simulated failure. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/**
 * Throws an InvariantError unless `condition` holds. Kept on in production.
 * @param message one constant sentence saying what must hold; building it must cost nothing when it does.
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** Ends a `switch` over a union: does not compile while a case is missing. */
export function unreachable(value: never): never {
  throw new InvariantError(`a case that cannot exist was reached: ${String(value)}`);
}
