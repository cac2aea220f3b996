/**
 * What cockatiel calls a breaker: the part of its circuit breaker that counts and says when to open. A definition makes
 * a function that makes one, because each pattern object needs its own.
 */
import type { AnyMakes, Makes } from '../../catalogue/definition.ts';
import type { Fields } from '../../catalogue/param.ts';

export interface BreakerStrategy {
  /** @param wasHalfOpen the circuit was half-open and closes with this success */
  success(wasHalfOpen: boolean, nowNs: number): void;
  /** @param wasHalfOpen the circuit was half-open and opens with this failure   @returns true when the circuit must open */
  failure(wasHalfOpen: boolean, nowNs: number): boolean;
}

export type MakeStrategy = () => BreakerStrategy;

export type AnyStrategyDefinition = AnyMakes<MakeStrategy, void>;

/** Declares a strategy. */
export function defineStrategy<const F extends Fields>(definition: Omit<Makes<F, MakeStrategy>, 'family'>): Makes<F, MakeStrategy> {
  return { ...definition, family: 'cockatielBreaker' };
}
