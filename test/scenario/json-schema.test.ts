/**
 * Goal: an editor that knows the JSON Schema accepts what the parser accepts, and marks what is plainly wrong.
 *
 * Method: a validator of the few keywords that the schema uses, written here, is given the shipped scenarios as an editor
 * sees them (YAML read into plain values), and each of them with one word changed.
 */
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { jsonSchema, type JsonSchema } from '../../sim/scenario/json-schema.ts';
import { shippedScenarios } from '../support/shipped-scenarios.ts';
import { SMALL_SCENARIO, smallLanguage } from './small-language.ts';

type Schema = Record<string, unknown>;

const KNOWN_KEYWORDS = new Set([
  '$schema', '$ref', 'definitions', 'title', 'description', 'type', 'const', 'enum', 'pattern', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum',
  'items', 'minItems', 'properties', 'required', 'additionalProperties', 'propertyNames', 'minProperties', 'maxProperties', 'anyOf', 'allOf', 'if', 'then',
]);

class Validator {
  readonly #root: Schema;

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  accepts(value: unknown, schema: unknown = this.#root): boolean {
    if (typeof schema === 'boolean') return schema;
    const s = schema as Schema;
    if (typeof s['$ref'] === 'string') return this.accepts(value, this.resolve(s['$ref']));
    return (
      this.#acceptsType(value, s) &&
      (!('const' in s) || value === s['const']) &&
      (s['enum'] === undefined || (s['enum'] as unknown[]).includes(value)) &&
      this.#acceptsParts(value, s) &&
      (s['anyOf'] === undefined || (s['anyOf'] as unknown[]).some((each) => this.accepts(value, each))) &&
      (s['allOf'] === undefined || (s['allOf'] as unknown[]).every((each) => this.accepts(value, each))) &&
      (s['if'] === undefined || !this.accepts(value, s['if']) || this.accepts(value, s['then']))
    );
  }

  resolve(reference: string): unknown {
    const name = /^#\/definitions\/(.+)$/.exec(reference)?.[1] ?? '';
    const target = (this.#root['definitions'] as Schema)[name];
    if (target === undefined) throw new Error(`${reference} leads nowhere`);
    return target;
  }

  #acceptsType(value: unknown, s: Schema): boolean {
    if (s['type'] === undefined) return true;
    const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
    const types = [s['type']].flat();
    return types.includes(type) || (types.includes('integer') && Number.isInteger(value));
  }

  #acceptsParts(value: unknown, s: Schema): boolean {
    if (typeof value === 'string') return s['pattern'] === undefined || new RegExp(s['pattern'] as string).test(value);
    if (typeof value === 'number') {
      const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity, exclusiveMaximum = Infinity } = s as Record<string, number>;
      return value >= minimum && value <= maximum && (value > exclusiveMinimum || exclusiveMinimum === -Infinity) && value < exclusiveMaximum;
    }
    if (Array.isArray(value)) return value.length >= ((s['minItems'] ?? 0) as number) && (s['items'] === undefined || value.every((item) => this.accepts(item, s['items'])));
    if (typeof value !== 'object' || value === null) return true;
    const names = Object.keys(value);
    const properties = (s['properties'] ?? {}) as Schema;
    return (
      ((s['required'] ?? []) as string[]).every((name) => names.includes(name)) &&
      names.length >= ((s['minProperties'] ?? 0) as number) &&
      names.length <= ((s['maxProperties'] ?? Infinity) as number) &&
      names.every((name) => this.accepts(name, s['propertyNames'] ?? true)) &&
      Object.entries(value).every(([name, part]) => this.accepts(part, name in properties ? properties[name] : (s['additionalProperties'] ?? true)))
    );
  }
}

const schema = jsonSchema();
const validator = new Validator(schema);

/** Everything in a schema, definitions included. */
function* within(part: unknown): Generator<Schema> {
  if (typeof part !== 'object' || part === null) return;
  if (!Array.isArray(part)) yield part as Schema;
  for (const each of Object.values(part)) yield* within(each);
}

describe('the schema', () => {
  test('uses no keyword that the validator of this test does not know', () => {
    const unknown: string[] = [];
    const check = (each: unknown): void => {
      if (typeof each !== 'object' || each === null) return;
      for (const [keyword, value] of Object.entries(each)) {
        if (!KNOWN_KEYWORDS.has(keyword)) unknown.push(keyword);
        if (keyword === 'properties' || keyword === 'definitions') Object.values(value as Schema).forEach(check);
        else if (keyword === 'anyOf' || keyword === 'allOf') (value as unknown[]).forEach(check);
        else if (['items', 'additionalProperties', 'propertyNames', 'if', 'then'].includes(keyword)) check(value);
      }
    };
    check(schema);
    expect(unknown).toEqual([]);
  });

  test('has a target for every reference', () => {
    const references = [...within(schema)].flatMap((part) => (typeof part['$ref'] === 'string' ? [part['$ref']] : []));
    expect(references.length).toBeGreaterThan(50);
    for (const reference of references) validator.resolve(reference);
  });

  test('is plain data', () => {
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });

  test('says of parameters what they are and what they are without being given', () => {
    const retry = [...within(schema)].find((part) => 'maxAttempts' in part)?.['maxAttempts'] as Schema;
    expect(retry['description']).toMatch(/Default: 3\.$/);
  });
});

describe('an editor accepts', () => {
  test.each(shippedScenarios)('$name', ({ text }) => {
    expect(validator.accepts(parse(text))).toBe(true);
  });

  test('the small scenario, in its own language', () => {
    expect(new Validator(jsonSchema(smallLanguage)).accepts(parse(SMALL_SCENARIO))).toBe(true);
  });
});

describe('an editor marks', () => {
  const small = new Validator(jsonSchema(smallLanguage));
  test.each<[string, string]>([
    ['title: A small system', 'titel: A small system'],
    ['faultline: 1', 'faultline: 2'],
    ['duration: 1m', 'duration: 60'],
    ['duration: 1m', 'duration: 1 minute'],
    ['kind: client', 'kind: clinet'],
    ['    calls: api\n', ''],
    ['instances: 2', 'instances: two'],
    ['instances: 2', 'instance: 2'],
    ['instances: 2', 'instances: 0'],
    ['- timeout: 2s', '- timeout: 2'],
    ['- timeout: 2s', '- timeuot: 2s'],
    ['backoff: {exponential', 'backoff: {exponetial'],
    ['{base: 50ms}', '{bas: 50ms}'],
    ['{exponential: {base: 50ms}}', '{exponential: {base: 50ms}, fixed: 50ms}'],
    ['- work: {exponential: 5ms}', '- wrk: {exponential: 5ms}'],
    ['- work: {exponential: 5ms}', '- work: {exponential: 5}'],
    ['operation: read\n', 'operaton: read\n'],
    ['{kind: simple}', '{kind: smple}'],
    ['{kind: simple}', '{kind: simple, wait: 5s}'],
    ['- {at: 20s', '- {att: 20s'],
    ['slow: {target', 'slwo: {target'],
    ['factor: 5}', 'factor: 0}'],
  ])('%s -> %s', (right, wrong) => {
    expect(SMALL_SCENARIO).toContain(right);
    expect(small.accepts(parse(SMALL_SCENARIO.replace(right, wrong)))).toBe(false);
  });
});
