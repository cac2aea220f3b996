/**
 * Goal: every definition explains itself: what it is, where it comes from, when to use it, and for each parameter what it
 * does and where its default comes from.
 * Method: rules over all registries of the folder.
 */
import { describe, expect, test } from 'vitest';
import { isRequired, type Param } from '../../sim/catalogue/param.ts';
import { backoffs } from '../../sim/resilience/backoff/registry.ts';
import { cockatielBreakers } from '../../sim/resilience/cockatiel/registry.ts';
import { jitters } from '../../sim/resilience/jitter/registry.ts';
import { MARKS, STATE_MARKS } from '../../sim/resilience/mark.ts';
import { patterns } from '../../sim/resilience/registry.ts';
import { retryBudgets } from '../../sim/resilience/retry-budget/registry.ts';
import { nameOf } from '../support/pattern-arbitrary.ts';

const all = [...patterns, ...backoffs, ...jitters, ...cockatielBreakers, ...retryBudgets];
const SENTENCE = /^[A-Z][^\n]*[.]$/;

test('no two definitions have the same family and kind', () => {
  expect(new Set(all.map(nameOf)).size).toBe(all.length);
});

describe.each(all.map((definition) => [nameOf(definition), definition] as const))('%s', (_, definition) => {
  test('says in a sentence what it is, and where it comes from', () => {
    expect(definition.about).toMatch(SENTENCE);
    expect(definition.source).not.toBe('');
  });

  test.each(Object.entries<Param>(definition.params))('%s says what it does, and where its default comes from', (_name, param) => {
    expect(param.about).toMatch(SENTENCE);
    expect(isRequired(param) || param.source !== undefined || param.default === undefined).toBe(true);
  });
});

describe.each(patterns.map((definition) => [nameOf(definition), definition] as const))('%s', (_, definition) => {
  test('says when to use it, when not, and how it differs from others', () => {
    for (const text of [definition.useWhen, definition.avoidWhen, definition.differs]) expect(text).toMatch(SENTENCE);
  });

  test('has a drawing of its states if it marks states', () => {
    const marksStates = definition.marks.some((mark) => MARKS.indexOf(mark) < STATE_MARKS);
    expect(definition.states !== undefined).toBe(marksStates);
  });
});
