/**
 * Random layers for fast-check, made from what the definitions in the registry say of their parameters, so that a new
 * pattern is tested as soon as it has its line. Everything is plain data, for readable counterexamples.
 */
import * as fc from 'fast-check';
import type { Definition } from '../../sim/catalogue/definition.ts';
import { type AmountParam, type Fields, isRequired, type NumberParam, type Param } from '../../sim/catalogue/param.ts';
import { FAILURES } from '../../sim/resilience/failures.ts';
import type { AnyPatternDefinition } from '../../sim/resilience/pattern.ts';
import { patterns } from '../../sim/resilience/registry.ts';
import { type Given, NESTED, valuesFor } from './pattern-values.ts';
import { MS } from './resilience-harness.ts';

export interface RandomLayer {
  /** `family/kind`. */
  readonly pattern: string;
  readonly with: Given;
}

/** Small, so that limits are reached and stacks of retries stay affordable. */
const COUNT_MAX = 4;
const DURATION_MAX_MS = 60;
const RATE_MAX_PER_SEC = 2000;

export const nameOf = ({ family, kind }: Definition): string => `${family}/${kind}`;

export function definitionOf(name: string): AnyPatternDefinition {
  return patterns.find((definition) => nameOf(definition) === name)!;
}

/** Arbitraries that take the place of those made from the registry, by name of the parameter. */
export type Own = Readonly<Record<string, fc.Arbitrary<unknown>>>;

export function layerOf(definition: AnyPatternDefinition, own: Own = {}): fc.Arbitrary<RandomLayer> {
  return valuesOf(definition, own).map((values) => ({ pattern: nameOf(definition), with: values }));
}

export function anyLayer(): fc.Arbitrary<RandomLayer> {
  return fc.oneof(...patterns.map((definition) => layerOf(definition)));
}

/** Random values of all parameters, in the simulator's own units; some are left at their defaults. */
export function valuesOf(definition: Definition, own: Own = {}): fc.Arbitrary<Given> {
  return fieldsOf(definition.params, own).filter((values) => {
    const problems = definition.check?.(valuesFor(definition, values) as never) ?? [];
    return problems.length === 0;
  });
}

/** Each parameter is left at its default now and then; but two layers with 100 attempts each would make 10,000 of one call. */
function fieldsOf(fields: Fields, own: Own = {}): fc.Arbitrary<Given> {
  const required = Object.keys(fields).filter((name) => name === 'maxAttempts' || isRequired(fields[name]!));
  const values = Object.fromEntries(Object.entries(fields).map(([name, param]) => [name, own[name] ?? valueOf(param, name)]));
  return fc.record(values, { requiredKeys: required });
}

function valueOf(param: Param, name: string): fc.Arbitrary<unknown> {
  switch (param.kind) {
    case 'amount':
      return amountOf(param);
    case 'number':
      // An endless retry of a callee that always fails never comes to rest.
      return numberOf(name === 'maxAttempts' ? { ...param, unlimited: false } : param);
    case 'flag':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...Object.keys(param.values));
    case 'causes':
      return fc.subarray([...FAILURES]);
    case 'oneOf':
      return fc.oneof(...NESTED[param.family]!.map((nested) => valuesOf(nested).map((values) => ({ [nested.kind]: values }))));
    case 'record':
      return fieldsOf(param.fields);
    case 'list':
      return fc.array(valueOf(param.item, name), { minLength: param.minItems ?? 0, maxLength: 4 });
    case 'distribution':
      return fc.nat(DURATION_MAX_MS).map((ms) => ({ mean: ms * MS, sample: () => ms * MS }));
    case 'callSite':
      return fc.constant('another call');
    case 'text':
    case 'address':
    case 'map':
    case 'patterns':
    case 'steps':
      throw new Error(`parameters of kind ${param.kind} are given by whoever asks`);
  }
}

function amountOf({ quantity, min = 0, minExclusive, max = Infinity, unlimited }: AmountParam): fc.Arbitrary<number> {
  const from = minExclusive ? Math.max(min, quantity === 'ratio' ? 0.01 : 1) : min;
  const amount =
    quantity === 'duration'
      ? fc.integer({ min: Math.ceil(from / MS), max: Math.max(DURATION_MAX_MS, Math.ceil(from / MS)) }).map((ms) => Math.max(from, ms * MS))
      : quantity === 'rate'
        ? fc.integer({ min: Math.max(1, from), max: RATE_MAX_PER_SEC })
        : fc.integer({ min: Math.ceil(from * 20), max: Math.min(max, 1) * 20 }).map((twentieths) => twentieths / 20);
  return unlimited ? fc.oneof({ weight: 9, arbitrary: amount }, { weight: 1, arbitrary: fc.constant(Infinity) }) : amount;
}

function numberOf({ integer, min = 0, max = Infinity, minExclusive, maxExclusive, unlimited }: NumberParam): fc.Arbitrary<number> {
  const upper = Math.min(max, integer ? min + COUNT_MAX : min + 100);
  const amount = integer
    ? fc.integer({ min, max: upper })
    : fc
        .integer({ min: minExclusive ? 1 : 0, max: maxExclusive ? 99 : 100 })
        .map((hundredths) => min + ((upper - min) * hundredths) / 100);
  return unlimited ? fc.oneof({ weight: 4, arbitrary: amount }, { weight: 1, arbitrary: fc.constant(Infinity) }) : amount;
}
