/** Which outcomes count as failures unless a definition says otherwise, and sets of outcomes for the hot path. */
import { isCancelled, isGood, outcomeByName, OUTCOMES } from './outcome.ts';

/** Names of all outcomes that neither answered the caller nor came from the caller's own letting go. */
export const FAILURES: readonly string[] = OUTCOMES.filter((_, code) => !isGood(code) && !isCancelled(code)).map(
  (outcome) => outcome.name,
);

/** Their codes. */
export const FAILURE_CODES: readonly number[] = FAILURES.map(outcomeByName);

/** All failures but these; for defaults. */
export function failuresExcept(...names: readonly string[]): readonly string[] {
  return FAILURES.filter((name) => !names.includes(name));
}

/** A set of outcome codes as a table: `set[code] === 1` says that the code is in it. */
export function codeSet(codes: readonly number[]): Uint8Array {
  const set = new Uint8Array(OUTCOMES.length);
  for (const code of codes) set[code] = 1;
  return set;
}
