/**
 * Goal: the general suites can fail. Each of the mistakes in mutants.ts, any of which a person might make, is found by a
 * suite that knows nothing of it.
 *
 * Method: a copy of the simulator gets one mistake at a time, and the suite is run on it. The sound copy passes the same
 * suites, so that what they find is the mistake; and all mistakes compile, so that it is not a slip of the pen.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineMutants, type Mutant, patternMutants, type Suite } from './mutants.ts';
import { Workshop } from './workshop.ts';

const mutants: readonly Mutant[] = [...engineMutants, ...patternMutants];
const suites: readonly Suite[] = [...new Map(mutants.map(({ foundBy }) => [JSON.stringify(foundBy), foundBy])).values()];
const TIMEOUT_MS = 120_000;

let workshop: Workshop;
beforeAll(() => {
  workshop = new Workshop();
});
afterAll(() => workshop.remove());

/** One line for each mutant, printed at the end. */
const table: string[] = [];
afterAll(() => console.log(table.join('\n')));

test('all mistakes compile', { timeout: TIMEOUT_MS }, async () => {
  for (const mutant of mutants) workshop.make(mutant);
  const complaints = await workshop.compile();
  for (const mutant of mutants) workshop.mend(mutant);
  expect(complaints).toBe('');
});

test.each(suites)('the sound copy passes $file $tests', { timeout: TIMEOUT_MS }, async (suite) => {
  const { found, passed } = await workshop.run(suite);
  expect(found).toBeUndefined();
  expect(passed).toBeGreaterThan(0);
});

describe.each([
  ['the engine', engineMutants],
  ['patterns', patternMutants],
] as const)('a mistake in %s is found', (_, some) => {
  test.each(some)('$name', { timeout: TIMEOUT_MS }, async (mutant) => {
    const since = performance.now();
    workshop.make(mutant);
    const { found } = await workshop.run(mutant.foundBy).finally(() => workshop.mend(mutant));
    const seconds = ((performance.now() - since) / 1000).toFixed(1);
    table.push(`${found === undefined ? 'NOT FOUND' : 'found'} in ${seconds} s: ${mutant.name} | ${mutant.foundBy.file} | ${firstLine(found)}`);
    // By something that was asserted: a suite that runs out of time or cannot run has found nothing.
    expect(found, `${mutant.foundBy.file} does not notice`).toMatch(/AssertionError|Property failed/);
  });
});

function firstLine(found: string | undefined): string {
  return (found ?? '').split('\n', 1)[0]!.slice(0, 150);
}
