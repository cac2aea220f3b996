import type { Expectation, Objective } from '../scenario/scenario.ts';
import { compares } from '../telemetry/predicate.ts';
import type { ResultSet } from './result-set.ts';
import { wilsonInterval } from './statistics.ts';

/** Share of seeds that `mostly` promises; its 95 % lower bound must exceed it. */
const MOSTLY_SHARE = 0.9;

export type Verdict = 'pass' | 'fail' | 'unknown';

/** The value that an expectation speaks of in one seed. */
export interface SeedValue {
  readonly seed: string;
  /** A metric, or the difference of two variants; NaN when a run does not define it. */
  readonly value: number;
  readonly holds: boolean;
}

/** What became of an expectation. */
export interface Judgement {
  readonly expectation: Expectation;
  readonly verdict: Verdict;
  /** Seeds in which the runs it speaks of are finished, in their order. */
  readonly seeds: readonly SeedValue[];
  /** Why the verdict is what it is, where the numbers alone do not say so; else ''. */
  readonly reason: string;
}

/** What became of an objective in one variant. */
export interface ObjectiveResult {
  readonly objective: Objective;
  readonly variant: string;
  /** In how many seeds it was met, of how many. */
  readonly met: number;
  readonly seeds: number;
}

/** The variants that an expectation speaks of: one, or the two whose difference it is about. */
export function armsOf({ variant, minus }: Expectation): readonly string[] {
  return minus === '' ? [variant] : [variant, minus];
}

/**
 * The value of an expectation and whether it meets its bound.
 * @param valueIn the metric that the expectation names, in a variant
 */
function evaluateExpectation(expectation: Expectation, valueIn: (variant: string) => number): Omit<SeedValue, 'seed'> {
  const { variant, minus, comparison, value: bound } = expectation;
  const value = minus === '' ? valueIn(variant) : valueIn(variant) - valueIn(minus);
  return { value, holds: compares(value, comparison, bound) };
}

/** An expectation holds when it does in every seed or, written `mostly`, in a share of seeds whose lower bound is high. */
export function judge(expectation: Expectation, results: ResultSet): Judgement {
  const arms = armsOf(expectation);
  const seeds = results.seeds
    .filter((seed) => arms.every((arm) => results.find(arm, seed) !== undefined))
    .map((seed) => ({ seed, ...evaluateExpectation(expectation, (arm) => results.valueOf(results.find(arm, seed)!, expectation)) }));
  const absent = arms.filter((arm) => !results.variants.includes(arm));
  if (absent.length > 0) return { expectation, verdict: 'unknown', seeds, reason: `${absent.join(' and ')} was not run` };
  if (seeds.length === 0) return { expectation, verdict: 'unknown', seeds, reason: 'no run has finished' };
  return expectation.mostly ? judgeShare(expectation, seeds) : judgeAll(expectation, seeds, results.seeds.length);
}

function judgeAll(expectation: Expectation, seeds: readonly SeedValue[], planned: number): Judgement {
  const broken = seeds.find((one) => !one.holds);
  if (broken !== undefined) {
    const reason = Number.isNaN(broken.value) ? 'not defined for such a run' : '';
    return { expectation, verdict: 'fail', seeds, reason };
  }
  if (seeds.length < planned) return { expectation, verdict: 'unknown', seeds, reason: 'not every seed has finished' };
  return { expectation, verdict: 'pass', seeds, reason: '' };
}

function judgeShare(expectation: Expectation, seeds: readonly SeedValue[]): Judgement {
  const held = seeds.filter((one) => one.holds).length;
  const needed = seedsNeeded(MOSTLY_SHARE);
  if (seeds.length < needed) return { expectation, verdict: 'unknown', seeds, reason: `mostly needs at least ${needed} seeds` };
  const { low } = wilsonInterval(held, seeds.length);
  const reason = `lower bound of the share of seeds: ${(low * 100).toFixed(1)} %`;
  return { expectation, verdict: low > MOSTLY_SHARE ? 'pass' : 'fail', seeds, reason };
}

/** The fewest seeds that can show a share to exceed `share`, when all of them hold. */
export function seedsNeeded(share: number): number {
  let seeds = 1;
  while (wilsonInterval(seeds, seeds).low <= share) seeds++;
  return seeds;
}

/** In how many seeds each variant met each objective. */
export function judgeObjectives(objectives: readonly Objective[], results: ResultSet): ObjectiveResult[] {
  return objectives.flatMap((objective) =>
    results.variants.map((variant) => {
      const runs = results.runsOf(variant);
      const met = runs.filter((run) => compares(results.valueOf(run, objective), objective.comparison, objective.value));
      return { objective, variant, met: met.length, seeds: runs.length };
    }),
  );
}
