/**
 * Goal: no text makes the parser throw, and every problem it finds has a place inside the text.
 *
 * Method: the shipped scenarios and a small one are damaged at random, by characters and by words that mean something in
 * YAML or in the language, and parsed in the simulator's language. What stays right is also described. Then parameters of
 * the shipped scenarios are set at random from outside.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Problem } from '../../sim/catalogue/problem.ts';
import { describeScenario } from '../../sim/scenario/describe-scenario.ts';
import { overrideScenario } from '../../sim/scenario/override.ts';
import { parseScenario } from '../../sim/scenario/parse.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import { cases, fuzzSeed } from '../support/random-cases.ts';
import { documentOf } from '../support/run-scenario.ts';
import { shippedScenarios } from '../support/shipped-scenarios.ts';
import { SMALL_SCENARIO } from './small-language.ts';

const shipped = shippedScenarios.map(({ text }) => text);
const texts = [...shipped, SMALL_SCENARIO];

/** Pieces that mean something in YAML, and words of the language, taken from the scenarios themselves. */
const words = [...new Set(texts.flatMap((text) => text.match(/[\w/.#%]+/g) ?? []))];
const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...words) },
  { weight: 2, arbitrary: fc.constantFrom(':', ': ', '- ', '\n', '\n  ', '{', '}', '[', ']', ',', '"', "'", '#', '&a ', '*a', '!', '|', '>', '%', '\t', '? ', '~', '<<', '---\n', '...\n') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom('1e999', '-1', '0', '.nan', '.inf', 'null', '017', '1_000', '∞', '__proto__', 'constructor', '\0', '\ufeff', '\r\n', '\ud800') },
);
// Not fc.double, whose values are spread evenly over bit patterns, that is nearly all close to 0.
const place = fc.nat({ max: 999_999 }).map((millionths) => millionths / 1e6);
/** Somewhere, a few characters taken out and a piece put in. */
const scratch = fc.tuple(place, fc.nat({ max: 12 }), fc.oneof(piece, fc.constant(''))).map(([at, remove, insert]) => (text: string) => {
  const from = Math.floor(at * text.length);
  return text.slice(0, from) + insert + text.slice(from + remove);
});
/** One word for another. */
const swap = fc.tuple(place, fc.constantFrom(...words)).map(([at, word]) => (text: string) => {
  const all = [...text.matchAll(/[\w/.#%]+/g)];
  const old = all[Math.floor(at * all.length)];
  return old === undefined ? text : text.slice(0, old.index) + word + text.slice(old.index + old[0].length);
});
/** One line less. */
const lose = place.map((at) => (text: string) => {
  const lines = text.split('\n');
  return lines.toSpliced(Math.floor(at * lines.length), 1).join('\n');
});
const damaged = fc
  .tuple(fc.constantFrom(...texts), fc.array(fc.oneof(scratch, swap, swap, lose), { minLength: 1, maxLength: 4 }))
  .map(([text, damages]) => damages.reduce((before, damage) => damage(before), text));

/** A scenario with what is to be set and switched in it: what it has already, what another parameter has, and nonsense. */
function changesOf(scenario: Scenario) {
  const { components, sites, faults } = describeScenario(scenario);
  const parts = [
    ...components.map(({ name, params }) => ({ address: name, params })),
    ...components.flatMap(({ steps, layers }) => [...steps, ...layers]),
    ...sites.flatMap((site) => [site, ...site.layers]),
    ...faults,
  ];
  const real = fc.constantFrom(...parts.flatMap(({ address, params }) => params.map(({ name, value }) => ({ path: `${address}.${name}`, value }))));
  const nonsense = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''));
  const setting = fc.oneof(
    { weight: 4, arbitrary: real },
    { weight: 2, arbitrary: fc.tuple(real, real).map(([{ path }, { value }]) => ({ path, value })) },
    { weight: 1, arbitrary: fc.tuple(real, nonsense).map(([{ path }, value]) => ({ path, value })) },
    { weight: 1, arbitrary: fc.record({ path: nonsense, value: nonsense }) },
  );
  const address = fc.oneof(fc.constantFrom(...parts.map((part) => part.address)), fc.constantFrom(...words));
  return fc.record({
    scenario: fc.constant(scenario),
    settings: fc.array(setting, { maxLength: 2 }),
    switches: fc.dictionary(address, fc.boolean(), { maxKeys: 1 }),
  });
}

function checkPlaces(text: string, problems: readonly Problem[]): void {
  expect(problems.length).toBeGreaterThan(0);
  const lines = text.split('\n');
  for (const { from, to, line, column, message } of problems) {
    expect(from).toBeGreaterThanOrEqual(0);
    expect(to).toBeGreaterThanOrEqual(from);
    expect(to).toBeLessThanOrEqual(text.length);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1).toBe(from);
    expect(message).not.toBe('');
    expect(message).not.toMatch(/undefined|\[object|NaN|function/);
  }
}

describe(`seed ${fuzzSeed}`, () => {
  test('the texts that are damaged are right, and there are some', () => {
    expect(shipped.length).toBeGreaterThan(3);
    for (const text of shipped) expect(parseScenario(text)).toMatchObject({ ok: true });
  });

  test('a damaged text is read or refused, and each problem is in the text', () => {
    let right = 0;
    let wrong = 0;
    fc.assert(
      fc.property(damaged, (text) => {
        const parsed = parseScenario(text);
        if (parsed.ok) {
          right++;
          for (const { scenario } of parsed.document.variants) describeScenario(scenario);
        } else {
          wrong++;
          checkPlaces(text, parsed.problems);
        }
      }),
      cases(400),
    );
    // Damage that nobody notices, or that nothing survives, would test little.
    expect(right).toBeGreaterThan(20);
    expect(wrong).toBeGreaterThan(100);
  });

  test('settings and switches of any kind are carried out or refused', () => {
    const changes = shipped.map((text) => changesOf(documentOf(text).base));
    let carriedOut = 0;
    fc.assert(
      fc.property(fc.oneof(...changes), ({ scenario, settings, switches }) => {
        const changed = overrideScenario(scenario, { settings, switches });
        if (changed.ok && settings.length > 0) carriedOut++;
        if (changed.ok) describeScenario(changed.scenario);
        const messages = changed.ok ? [] : changed.problems.map(({ message }) => message);
        expect(messages.filter((message) => /undefined|\[object|NaN/.test(message))).toEqual([]);
      }),
      cases(300),
    );
    expect(carriedOut).toBeGreaterThan(20);
  });
});
