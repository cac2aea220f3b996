import type { Question } from './question.ts';
import type { ResultSet } from './result-set.ts';
import { estimateMean, type Estimate } from './statistics.ts';

/** One number over many seeds. */
export interface Spread {
  /** Mean and 95 % interval of the values that are finite. */
  readonly estimate: Estimate;
  /** The middle of all values that are defined, `never` being larger than any other; NaN when there is none. */
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** In how many seeds the value was Infinity: never. */
  readonly never: number;
  /** In how many seeds the value was defined. */
  readonly defined: number;
}

/** One metric in every variant, and its difference to the first. */
export interface ComparisonRow {
  readonly question: Question;
  /** In the order of the variants. */
  readonly arms: readonly Spread[];
  /**
   * For each variant after the first: its value minus that of the first, seed by seed. Seeds in which either is not finite
   * are left out, so read them together with `never`.
   */
  readonly differences: readonly Estimate[];
}

/** @param values one for each seed: NaN where it is not defined, Infinity for never */
export function spreadOf(values: readonly number[]): Spread {
  const defined = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b);
  const middle = defined.length >> 1;
  const median = defined.length % 2 === 1 ? defined[middle] : middleOf(defined[middle - 1], defined[middle]);
  return {
    estimate: estimateMean(values.filter(Number.isFinite)),
    median: median ?? NaN,
    min: defined[0] ?? NaN,
    max: defined.at(-1) ?? NaN,
    never: values.filter((value) => value === Infinity).length,
    defined: defined.length,
  };
}

/** Compares every variant with the first, on the same traffic: run by run with the same seed. */
export function compareVariants(results: ResultSet): ComparisonRow[] {
  const [reference = '', ...others] = results.variants;
  return results.questions.map((question) => ({
    question,
    arms: results.variants.map((variant) => spreadOf(results.runsOf(variant).map((run) => results.valueOf(run, question)))),
    differences: others.map((variant) => {
      const pairs = results.seeds
        .map((seed) => [results.find(variant, seed), results.find(reference, seed)] as const)
        .map(([one, other]) => (one && other ? results.valueOf(one, question) - results.valueOf(other, question) : NaN));
      return estimateMean(pairs.filter(Number.isFinite));
    }),
  }));
}

/** The mean of two neighbours, where `never` beside `never` is `never`. */
function middleOf(low: number | undefined, high: number | undefined): number | undefined {
  return low === undefined || high === undefined ? undefined : low === high ? low : (low + high) / 2;
}
