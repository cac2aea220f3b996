import { assert } from '../kernel/assert.ts';
import { nameOf, type Question } from './question.ts';
import type { RunResult } from './run.ts';

/**
 * The results of a scenario over variants and seeds. Whatever is computed from it goes through the seeds in their given
 * order, so that it does not depend on the order in which the runs finished. Runs may be missing after an interruption.
 */
export class ResultSet {
  readonly variants: readonly string[];
  readonly seeds: readonly string[];
  readonly questions: readonly Question[];
  readonly #results = new Map<string, RunResult>();
  readonly #places: ReadonlyMap<string, number>;

  constructor(variants: readonly string[], seeds: readonly string[], questions: readonly Question[]) {
    this.variants = variants;
    this.seeds = seeds;
    this.questions = questions;
    this.#places = new Map(questions.map((question, place) => [nameOf(question), place]));
  }

  add(result: RunResult): void {
    assert(!this.#results.has(keyOf(result.variant, result.seed)), 'every variant and seed is run once');
    this.#results.set(keyOf(result.variant, result.seed), result);
  }

  get complete(): boolean {
    return this.#results.size === this.variants.length * this.seeds.length;
  }

  find(variant: string, seed: string): RunResult | undefined {
    return this.#results.get(keyOf(variant, seed));
  }

  /** The finished runs of a variant, in the order of the seeds. */
  runsOf(variant: string): RunResult[] {
    return this.seeds.map((seed) => this.find(variant, seed)).filter((run) => run !== undefined);
  }

  /** The answer of one run to a question.  @returns NaN for a run that did not come to its end */
  valueOf(run: RunResult, question: Question): number {
    const place = this.#places.get(nameOf(question));
    assert(place !== undefined, 'a question is asked before the runs start');
    return run.end.kind === 'completed' ? run.values[place]! : NaN;
  }
}

function keyOf(variant: string, seed: string): string {
  return `${variant}\n${seed}`;
}
