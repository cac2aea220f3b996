import { judge, type Reference } from './judge.ts';
import type { TheoryCase } from './references.ts';
import type { Run } from './replicate.ts';

/**
 * Runs are asked to be as precise as if only this share of their requests had been measured: standard errors are
 * themselves estimates, and a case whose precision lies exactly at its tolerance would fail every second time.
 */
const COUNTED_SHARE = 0.5;

/**
 * Compares what was measured with a case, by the rule of `judge`.
 * @param measured one value of each run, for the quantities of the case at least
 * @param client whose requests are counted: tolerances shrink with the square root of their number
 * @returns a line for each quantity that does not agree
 */
export function disagreements(theory: TheoryCase, runs: readonly Run[], client: string, measured: Readonly<Record<string, readonly number[]>>): readonly string[] {
  const requests = runs.reduce((sum, run) => sum + run.total(client, 'offered'), 0);
  const precision = Math.sqrt(theory.requests / (COUNTED_SHARE * requests));
  return Object.entries(theory.values).flatMap(([quantity, { value, tolerance }]) => {
    const values = measured[quantity];
    if (values === undefined) throw new Error(`${quantity} was not measured`);
    const { verdict, mean, standardError } = judge(values, { value, tolerance: tolerance * precision });
    if (verdict === 'agrees') return [];
    return [`${theory.title}, ${quantity}: ${verdict}, ${mean.toPrecision(6)} +- ${standardError.toPrecision(2)} where theory has ${value}`];
  });
}

/**
 * Compares with the mean of some runs of another program: it spreads as ours does, and is rounded.
 * @returns a line when they do not agree
 */
export function differencesFromProgram(quantity: string, values: readonly number[], reference: Reference, { runs, rounding }: { readonly runs: number; readonly rounding: number }): string[] {
  const { verdict, mean, standardError } = judge(values, reference);
  const margin = 4 * standardError * Math.sqrt(1 + values.length / runs) + rounding;
  if (verdict === 'too noisy') return [`${quantity} is too noisy, standard error ${standardError}`];
  return Math.abs(mean - reference.value) <= margin ? [] : [`${quantity}: ${mean} is not ${reference.value} +- ${margin}`];
}
