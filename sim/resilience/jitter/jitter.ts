/** The contract of a jitter: how a computed wait is spread, so that callers which failed together do not return together. */
import type { AnyMakes, Makes } from '../../catalogue/definition.ts';
import type { Fields } from '../../catalogue/param.ts';

/**
 * Spreads a wait.
 * @param delayNs the wait that the backoff asks for   @param uniform a draw, strictly between 0 and 1
 */
export type Jitter = (delayNs: number, uniform: number) => number;

export type AnyJitterDefinition = AnyMakes<Jitter, void>;

/** Declares a jitter. */
export function defineJitter<const F extends Fields>(definition: Omit<Makes<F, Jitter>, 'family'>): Makes<F, Jitter> {
  return { ...definition, family: 'jitter' };
}
