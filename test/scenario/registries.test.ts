/**
 * Goal: every definition of the simulator fits into the language: its words can be written, its defaults are values that
 * a file could have, and nothing in it collides with words that the language keeps for itself.
 *
 * Method: over the registries, so that a new definition is tested by being listed.
 */
import { describe, expect, test } from 'vitest';
import { type Fields, isRequired, type Param } from '../../sim/catalogue/param.ts';
import { FAULT_FIELDS } from '../../sim/scenario/faults.ts';
import { isInline, SITE_FIELDS, writtenDefault } from '../../sim/scenario/fields.ts';
import { LAYER_FIELDS } from '../../sim/scenario/layers.ts';
import { OBJECTIVE_FIELDS } from '../../sim/scenario/objectives.ts';
import { SCENARIO_FIELDS } from '../../sim/scenario/parse.ts';
import { holdsParts } from '../../sim/scenario/parts.ts';
import { ProblemList } from '../../sim/scenario/problem-list.ts';
import { referenceGroups } from '../../sim/scenario/reference.ts';
import { registries } from '../../sim/scenario/registries.ts';
import { STEP_FIELDS } from '../../sim/scenario/steps.ts';
import { ValueReader } from '../../sim/scenario/values.ts';
import { VARIANT_FIELDS } from '../../sim/scenario/variants.ts';
import { Vocabulary } from '../../sim/scenario/vocabulary.ts';

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
  const families = ['component', 'step', 'fault', 'distribution', 'arrivals', 'balancer', 'discipline', 'backoff', 'jitter', 'retry'];
  expect(families.filter((family) => vocabulary.kinds(family).length === 0)).toEqual([]);
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

    // A bare value can only stand for one parameter, so that the others must do without.
    const short = shorthand === undefined ? [] : [shorthand];
    expect(short.filter((name) => !(name in params))).toEqual([]);
    const required = Object.keys(params).filter((name) => isRequired(params[name]!));
    expect(family === 'step' ? [] : required.filter((name) => short.length > 0 && !short.includes(name))).toEqual([]);

    expect(all.filter(({ about }) => !/^\S.*[.\w)]$/s.test(about)).map(({ about }) => about)).toEqual([]);
    expect(all.flatMap((param) => (param.kind === 'oneOf' && vocabulary.kinds(param.family).length === 0 ? [param.family] : []))).toEqual([]);
    const componentKinds = all.flatMap((param) => (param.kind === 'address' ? (param.componentKinds ?? []) : []));
    expect(componentKinds.filter((each) => vocabulary.findComponent(each) === undefined)).toEqual([]);

    // Only what a part can be in may hold parts: the walk over a scenario looks nowhere else.
    const mayHoldParts = family === 'component' || family === 'step' || vocabulary.patternKinds(family) !== undefined;
    expect(mayHoldParts || !Object.values(params).some(holdsParts)).toBe(true);
  });
});

test('the reference has every definition, as plain data that can be sent to a page', () => {
  const groups = referenceGroups();
  const entries = groups.flatMap((group) => group.entries).map(({ family, kind }) => `${family} ${kind}`);
  expect(definitions.filter(({ title }) => !entries.includes(title))).toEqual([]);
  expect(structuredClone(groups)).toEqual(groups);
});

describe('each default is a value that could have been written', () => {
  const fields: readonly { title: string; params: Fields }[] = [
    ...definitions.map(({ title, definition }) => ({ title, params: definition.params })),
    { title: 'network', params: registries.network },
    ...Object.entries({ SCENARIO_FIELDS, SITE_FIELDS, LAYER_FIELDS, STEP_FIELDS, FAULT_FIELDS, VARIANT_FIELDS, OBJECTIVE_FIELDS }).map(([title, params]) => ({ title, params })),
  ];
  test.each(fields)('$title', ({ params }) => {
    const withDefaults = Object.values(params).flatMap(within).filter((param) => param.default !== undefined);
    expect(withDefaults.flatMap(defaultProblems)).toEqual([]);
  });

  test.each<[string, Param]>([
    ['out of bounds', { kind: 'number', integer: false, about: '', default: 5, max: 4 }],
    ['of infinite length', { kind: 'amount', quantity: 'duration', about: '', default: Infinity }],
    ['misspelt', { kind: 'choice', values: { one: '', two: '' }, about: '', default: 'three' }],
    ['of the wrong family', { kind: 'oneOf', family: 'backoff', about: '', default: 'roundRobin' }],
    ['not needed', { kind: 'flag', about: '', default: true, optional: true }],
  ])('canary: one that is %s', (_, param) => {
    expect(defaultProblems(param)).toHaveLength(1);
  });
});

function defaultProblems(param: Param): string[] {
  const problems = new ProblemList('');
  const reader = new ValueReader(vocabulary, problems, new Map());
  const value = reader.value(param, writtenDefault(param.default, { from: 0, to: 0 }), { path: '', owner: 'x', side: 'caller', drawn: 'duration' });
  const found = problems.sorted().map(({ message }) => message);
  if (param.optional === true) found.push('it is optional and has a default');
  // Numbers in defaults are in the simulator's own unit; their bounds are not looked at when they are read.
  if ((param.kind === 'amount' || param.kind === 'number') && typeof value === 'number') {
    const { min = -Infinity, max = Infinity, unlimited = false } = param;
    if (value === Infinity ? !unlimited : value < min || value > max) found.push(`${value} is out of bounds`);
  }
  return found.map((message) => `${param.about} ${message}`);
}
