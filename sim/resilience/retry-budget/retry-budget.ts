/**
 * The contract of a retry budget: what all calls of one retry layer together may spend on retries. A definition makes a
 * function that makes one, because each pattern object needs its own: callers that share a layer share its budget.
 *
 * Of each call the budget hears in this order: `begin`, `ended` for the first attempt, and then, for each retry, `lend`
 * and another `ended`. A retry that is given up while it waits ends as cancelled.
 */
import type { AnyMakes, Makes } from '../../catalogue/definition.ts';
import type { Fields } from '../../catalogue/param.ts';

/** The answer of `lend` when there is nothing to spend. */
export const DENIED = -1;

export interface RetryBudget {
  /** A call makes its first attempt. */
  begin(nowNs: number): void;
  /**
   * An attempt has ended.
   * @param isRetryable its outcome is one that the layer would retry   @param lent what `lend` answered before it; 0 for a first attempt
   */
  ended(code: number, isRetryable: boolean, lent: number): void;
  /**
   * Asks for one more attempt after an outcome.
   * @returns a number >= 0 that the call keeps until the attempt ends, or `DENIED`
   */
  lend(code: number, nowNs: number): number;
  /** What calls hold of it; zero at rest. */
  held(): number;
}

export type MakeRetryBudget = () => RetryBudget;

export type AnyRetryBudgetDefinition = AnyMakes<MakeRetryBudget, void>;

/** Declares a retry budget. */
export function defineRetryBudget<const F extends Fields>(definition: Omit<Makes<F, MakeRetryBudget>, 'family'>): Makes<F, MakeRetryBudget> {
  return { ...definition, family: 'retryBudget' };
}
