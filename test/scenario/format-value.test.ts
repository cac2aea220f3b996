/**
 * Goal: a value that is written out and read again is the same value, so that what `explain` and the page show can be
 * put back into a file.
 *
 * Method: for parameters of every kind, and for every parameter of the simulator's own definitions, random values are
 * read from texts, written, and read again.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AmountParam, type Fields, isRequired, type NumberParam, type Param } from '../../sim/catalogue/param.ts';
import { OUTCOMES } from '../../sim/resilience/outcome.ts';
import { formatValue } from '../../sim/scenario/format-value.ts';
import { holdsParts } from '../../sim/scenario/parts.ts';
import { ProblemList } from '../../sim/scenario/problem-list.ts';
import { registries } from '../../sim/scenario/registries.ts';
import type { Value } from '../../sim/scenario/scenario.ts';
import { readSource } from '../../sim/scenario/source.ts';
import { ValueReader } from '../../sim/scenario/values.ts';
import { Vocabulary } from '../../sim/scenario/vocabulary.ts';
import { cases, fuzzSeed } from '../support/random-cases.ts';

const vocabulary = new Vocabulary(registries);
const components = new Map([['api', 'service'], ['users', 'client'], ['orders', 'database'], ['flags', 'flagStore']]);
/** Parameters that are drawn from belong to a distribution of durations here. */
const DRAWN = 'duration';

function read(param: Param, text: string): Value | undefined {
  const problems = new ProblemList(text);
  const node = readSource(text, problems);
  if (node === undefined) return undefined;
  const reader = new ValueReader(vocabulary, problems, components);
  const value = reader.value(param, node, { path: '', owner: 'api', side: 'caller', drawn: DRAWN });
  return problems.isEmpty ? value : undefined;
}

/** Texts of values of a parameter; some may be out of its bounds, and are then left out. */
function texts(param: Param, depth = 0): fc.Arbitrary<string> {
  const decimal = fc.oneof(fc.nat({ max: 2000 }).map(String), fc.double({ min: 0, max: 1e4, noNaN: true }).map((x) => String(Number(x.toPrecision(6)))));
  const withUnit = (units: readonly string[]): fc.Arbitrary<string> => fc.tuple(decimal, fc.constantFrom(...units)).map((parts) => parts.join(''));
  switch (param.kind) {
    case 'amount': {
      const quantity = param.quantity === 'drawn' ? DRAWN : param.quantity;
      const units = { duration: ['ns', 'us', 'ms', 's', 'm', 'h'], rate: ['/s', '/m', '/h', 'k/s'], ratio: ['%'], size: ['B', 'kB', 'MiB'] }[quantity];
      return fc.oneof({ weight: 2, arbitrary: withUnit(units) }, { weight: 2, arbitrary: atBounds(param) }, fc.constant('unlimited'), decimal);
    }
    case 'number':
      return fc.oneof({ weight: 2, arbitrary: atBounds(param) }, decimal, fc.constant('unlimited'), fc.nat({ max: 5 }).map(String));
    case 'choice':
      return fc.constantFrom(...Object.keys(param.values));
    case 'flag':
      return fc.constantFrom('true', 'false');
    case 'text':
      return fc.oneof(fc.constantFrom('gold', '"a b"', '"null"', '"1"', "'true'", '"a: {b}"', '"\\"\\n"', '"ü – ∞"'), fc.string().map((text) => JSON.stringify(text)));
    case 'address':
      return fc.constantFrom('api', 'users', 'orders', 'flags', 'api#3');
    case 'causes':
      return fc.subarray(OUTCOMES.map(({ name }) => name)).map((names) => `[${names.join(', ')}]`);
    case 'distribution': {
      const amount = texts({ kind: 'amount', quantity: param.quantity === 'number' ? DRAWN : param.quantity, about: '' });
      return fc.oneof(param.quantity === 'number' ? decimal : amount, kindOf('distribution', depth));
    }
    case 'oneOf':
      return kindOf(param.family, depth);
    case 'list':
      return fc.array(texts(param.item, depth + 1), { minLength: param.minItems ?? 0, maxLength: 3 }).map((items) => `[${items.join(', ')}]`);
    case 'record':
      return mapping(param.fields, depth);
    case 'map':
      return fc
        .uniqueArray(fc.constantFrom('gold', 'p50', 'p99.9', 'p0', 'p100', 'A-1'), { maxLength: 4 })
        .chain((names) => fc.tuple(...names.map((name) => texts(param.value, depth + 1).map((text) => `${name}: ${text}`))))
        .map((entries) => `{${entries.join(', ')}}`);
    case 'steps':
    case 'patterns':
    case 'callSite':
      return fc.constant('');
  }
}

/** The default and the bounds, and something between them. */
function atBounds(param: AmountParam | NumberParam): fc.Arbitrary<string> {
  const { min = 0, max = 10 } = param;
  const values = [min, max, (min + max) / 2, ...(typeof param.default === 'number' ? [param.default] : [])];
  return fc.constantFrom(...values.map((value) => formatValue(param, value, vocabulary, DRAWN)));
}

function kindOf(family: string, depth: number): fc.Arbitrary<string> {
  const kinds = vocabulary.kinds(family).filter((kind) => depth < 2 || kind !== 'mixture');
  return fc.constantFrom(...kinds).chain((kind) => mapping(vocabulary.find(family, kind)?.params ?? {}, depth + 1).map((parameters) => `{${kind}: ${parameters}}`));
}

/** Some of the fields, the required ones always. */
function mapping(fields: Fields, depth: number): fc.Arbitrary<string> {
  const entries = Object.entries(fields).filter(([, param]) => !holdsParts(param));
  const written = entries.map(([name, param]) => {
    const entry = texts(param, depth + 1).map((text) => `${name}: ${text}`);
    return isRequired(param) ? entry : fc.option(entry, { nil: undefined });
  });
  return fc.tuple(...written).map((all) => `{${all.filter((each) => each !== undefined).join(', ')}}`);
}

const definitions = [...registries.components, ...registries.patterns, ...registries.definitions];
const parameters = definitions.flatMap(({ family, kind, params }) =>
  Object.entries(params).flatMap(([name, param]) => (holdsParts(param) ? [] : [{ title: `${family} ${kind}.${name}`, param }])),
);

describe(`written and read again, seed ${fuzzSeed}`, () => {
  test('there are parameters of every kind', () => {
    const kinds = new Set(parameters.map(({ param }) => param.kind));
    for (const kind of ['amount', 'number', 'choice', 'flag', 'text', 'address', 'causes', 'distribution', 'oneOf', 'list', 'record', 'map']) expect(kinds).toContain(kind);
  });

  test.each(parameters)('$title', ({ param }) => {
    fc.assert(
      fc.property(texts(param), (text) => {
        const value = read(param, text);
        fc.pre(value !== undefined);
        const written = formatValue(param, value, vocabulary, DRAWN);
        expect(read(param, written), `${text} was written as ${written}`).toEqual(value);
        // And what has been written once is written the same again.
        expect(formatValue(param, read(param, written), vocabulary, DRAWN)).toBe(written);
      }),
      cases(30),
    );
  });
});
