/**
 * The contract of a backoff: how long to wait before each retry. A backoff keeps no state; what it draws belongs to the
 * call and to the number of the retry, so any retry's draw can be had again.
 */
import type { AnyMakes, Makes } from '../../catalogue/definition.ts';
import type { Fields } from '../../catalogue/param.ts';
import type { Call, Effects } from '../pattern.ts';

export interface Backoff {
  /** Longest wait in nanoseconds, Infinity when there is none. Retry applies it, before or after jitter. */
  readonly maxNs: number;
  /**
   * Nanoseconds to wait before a retry, not yet limited by `maxNs` and without jitter.
   * @param retry 1 is the first retry   @param previousNs what this function returned for the retry before; unused at the first
   */
  delayNs(retry: number, previousNs: number, call: Call, fx: Draws): number;
}

/** What a backoff may ask of the runtime. */
export type Draws = Pick<Effects, 'uniform' | 'sample'>;

/** The longest that a backoff can answer, as far as that can be known: the largest number, and the mean of a distribution. */
export const UNLUCKY: Draws = { uniform: () => 1, sample: (_call, _ordinal, distribution) => distribution.mean };
/** The call in question where there is none. */
export const NO_CALL = {} as Call;

/** Each retry has draws of its own: for its backoff, for its jitter, and for spreading what a callee asked for. */
export function backoffOrdinal(retry: number): number {
  return 2 * retry;
}
export function jitterOrdinal(retry: number): number {
  return 2 * retry + 1;
}
/** Counts downwards, so that the draws of the other two stay what they are. */
export function spreadOrdinal(retry: number): number {
  return -retry;
}

export type AnyBackoffDefinition = AnyMakes<Backoff, void>;

/** Declares a backoff. */
export function defineBackoff<const F extends Fields>(definition: Omit<Makes<F, Backoff>, 'family'>): Makes<F, Backoff> {
  return { ...definition, family: 'backoff' };
}
