/**
 * Goal: no mutant rots. Where the simulator changes beneath one, whoever changes it hears of it at once, and not only when
 * all mutants are run.
 */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { engineMutants, patternMutants } from '../mutants/mutants.ts';
import { mutated, sourceOf } from '../mutants/workshop.ts';

const mutants = [...engineMutants, ...patternMutants];

test('there are as many mutants as there should be, with names of their own', () => {
  expect(engineMutants.length).toBeGreaterThanOrEqual(5);
  expect(patternMutants.length).toBeGreaterThanOrEqual(12);
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
});

test.each(mutants)('what "$name" replaces occurs exactly once', (mutant) => {
  expect(mutated(mutant, sourceOf(mutant))).not.toBe(sourceOf(mutant));
  expect(existsSync(mutant.foundBy.file)).toBe(true);
});

test('canary: a text that occurs twice, or never, is refused', () => {
  const mutant = { ...mutants[0]!, from: 'a' };
  expect(() => mutated(mutant, 'a b a')).toThrow('occurs 2 times');
  expect(() => mutated(mutant, 'b')).toThrow('occurs 0 times');
});
