/**
 * Goal: every definition of the simulator fits into the language: its words can be written, its defaults are values that
 * a file could have, and nothing in it collides with words that the language keeps for itself.
 *
 * Method: over the registries, so that a new definition is tested by being listed.
 */
import { describe, expect, test } from 'vitest';
import { describe as describeDefinition, isRequired } from '../../sim/catalogue/describe.ts';
import type { Param } from '../../sim/catalogue/param.ts';
import { FAULT_FIELDS } from '../../sim/scenario/faults.ts';
import { isInline, SITE_FIELDS, writtenDefault } from '../../sim/scenario/fields.ts';
import { LAYER_FIELDS } from '../../sim/scenario/layers.ts';
import { OBJECTIVE_FIELDS } from '../../sim/scenario/objectives.ts';
import { SCENARIO_FIELDS } from '../../sim/scenario/parse.ts';
import { holdsParts } from '../../sim/scenario/parts.ts';
import { ProblemList } from '../../sim/scenario/problem-list.ts';
import { registries } from '../../sim/scenario/registries.ts';
import { STEP_FIELDS } from '../../sim/scenario/steps.ts';
import { ValueReader } from '../../sim/scenario/values.ts';
import { VARIANT_FIELDS } from '../../sim/scenario/variants.ts';
import { Vocabulary } from '../../sim/scenario/vocabulary.ts';
import { smallLanguage } from './small-language.ts';

const vocabulary = new Vocabulary(registries);
const definitions = [...registries.components, ...registries.patterns, ...registries.definitions].map((definition) => ({
  title: `${definition.family} ${definition.kind}`,
  definition,
}));

/** Words that stand in the same mapping as the parameters of a definition, by its family. */
function keptWords(family: string): readonly string[] {
  if (family === 'component') return ['kind'];
  if (family === 'step') return Object.keys(STEP_FIELDS);
  return vocabulary.patternKinds(family) === undefined ? [] : ['kind', ...Object.keys(LAYER_FIELDS)];
}

/** A parameter with all that it holds. */
function within(param: Param): Param[] {
  if (param.kind === 'list') return [param, ...within(param.item)];
  if (param.kind === 'map') return [param, ...within(param.value)];
  if (param.kind === 'record') return [param, ...Object.values(param.fields).flatMap(within)];
  return [param];
}

test('there is something of everything', () => {
  for (const family of ['component', 'step', 'fault', 'distribution', 'arrivals', 'balancer', 'discipline', 'backoff', 'jitter', 'retry']) {
    expect(vocabulary.kinds(family).length, family).toBeGreaterThan(0);
  }
  expect(registries.metrics.length).toBeGreaterThan(5);
});

test('no two definitions of a family have the same kind', () => {
  const titles = definitions.map(({ title }) => title);
  expect(titles.filter((title, at) => titles.indexOf(title) < at)).toEqual([]);
});

describe('each definition', () => {
  test.each(definitions)('$title', ({ definition }) => {
    const { family, kind, params, shorthand } = definition;
    const all = Object.values(params).flatMap(within);
    expect([kind, family, ...Object.keys(params)].filter((word) => !/^[a-z][A-Za-z0-9]*$/.test(word) || word in {})).toEqual([]);

    const kept = [...keptWords(family), ...(all.some(isInline) ? Object.keys(SITE_FIELDS) : [])];
    expect(Object.keys(params).filter((name) => kept.includes(name))).toEqual([]);
    if (shorthand !== undefined) expect(Object.keys(params)).toContain(shorthand);

    // A bare value, or none at all, can only stand for one parameter.
    const required = Object.entries(params).filter(([, param]) => isRequired(param)).map(([name]) => name);
    if (shorthand !== undefined && family !== 'step') expect(required.filter((name) => name !== shorthand)).toEqual([]);

    for (const param of all) {
      expect(param.about).toMatch(/[a-z].*[^\s]$/i);
      if (param.kind === 'oneOf') expect(vocabulary.kinds(param.family).length, param.family).toBeGreaterThan(0);
      if (param.kind === 'address') expect((param.componentKinds ?? []).filter((each) => vocabulary.findComponent(each) === undefined)).toEqual([]);
    }
    // Only what a part can be in may hold parts: the walk over a scenario looks nowhere else.
    if (family !== 'component' && family !== 'step' && vocabulary.patternKinds(family) === undefined) expect(Object.values(params).some(holdsParts)).toBe(false);

    // It can be sent to a page.
    expect(structuredClone(describeDefinition(definition))).toMatchObject({ family, kind });
  });
});

describe('each default is a value that could have been written', () => {
  const fields = [
    ...definitions.map(({ title, definition }) => ({ title, params: definition.params })),
    { title: 'network', params: registries.network },
    { title: 'small language', params: Object.fromEntries(smallLanguage.components.flatMap(({ params }) => Object.entries(params))) },
    ...Object.entries({ SCENARIO_FIELDS, SITE_FIELDS, LAYER_FIELDS, STEP_FIELDS, FAULT_FIELDS, VARIANT_FIELDS, OBJECTIVE_FIELDS }).map(([title, params]) => ({ title, params })),
  ];
  test.each(fields)('$title', ({ title, params }) => {
    const language = new Vocabulary(title === 'small language' ? smallLanguage : registries);
    for (const [name, param] of Object.entries(params).flatMap(([name, outer]) => within(outer).map((inner) => [name, inner] as const))) {
      if (param.default === undefined) continue;
      const problems = new ProblemList('');
      const reader = new ValueReader(language, problems, new Map(), []);
      reader.value(param, writtenDefault(param.default, { from: 0, to: 0 }), { path: name, owner: 'x', side: 'caller', drawn: 'duration' });
      expect(problems.sorted().map(({ message }) => `${name}: ${message}`)).toEqual([]);
      // Numbers in defaults are in the simulator's own unit, so that their bounds are not looked at when they are read.
      if ((param.kind === 'amount' || param.kind === 'number') && typeof param.default === 'number') {
        expect(param.default).toBeGreaterThanOrEqual(param.min ?? -Infinity);
        if (param.default !== Infinity) expect(param.default).toBeLessThanOrEqual(param.max ?? Infinity);
        else expect(param.unlimited, name).toBe(true);
      }
      expect(param.optional ?? false, `${name} is optional and has a default`).toBe(false);
    }
  });
});
