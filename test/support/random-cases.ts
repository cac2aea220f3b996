import * as fc from 'fast-check';
import { test } from 'vitest';

const { FUZZ_SEED: givenSeed, FUZZ_PATH: path } = process.env;

/**
 * The seed of all random tests of one run. It is part of their titles; FUZZ_SEED=<number> in the environment brings the
 * same run back.
 */
export const fuzzSeed = givenSeed === undefined ? Math.floor(Math.random() * 0x7fffffff) : Number(givenSeed);

/**
 * How much of what a test can try without end it tries: all of it in `npm test`, a fifth in `npm run check`, which is
 * for while one works.
 * @param whole a number of cases, steps or draws
 */
export function scaled(whole: number): number {
  return import.meta.env.MODE === 'quick' ? Math.ceil(whole / 5) : whole;
}

/**
 * How fast-check draws its cases.
 *
 * FUZZ_PATH=<path>, as a failure prints it, brings one counterexample back at once.
 * @param count how many cases `npm test` draws
 */
export function cases(count: number): { readonly seed: number; readonly numRuns: number; readonly path?: string } {
  return { seed: fuzzSeed, numRuns: scaled(count), ...(path !== undefined && { path }) };
}

type Arbitraries<Values extends readonly unknown[]> = { readonly [At in keyof Values]: fc.Arbitrary<Values[At]> };

/** A test of what holds for all values, whose title says with which seed they were drawn. */
export function property<Values extends [unknown, ...unknown[]]>(
  title: string,
  values: Arbitraries<Values>,
  holds: (...values: Values) => void | Promise<void>,
  count = 100,
): void {
  test(`${title} (FUZZ_SEED=${fuzzSeed})`, () =>
    fc.assert(fc.asyncProperty(fc.tuple(...values), async (drawn) => holds(...(drawn as Values))), cases(count)));
}
