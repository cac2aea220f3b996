/** Gives the parameters of patterns and distributions the form in which definitions want them, without making a system. */
import type { AnyMakes } from '../../catalogue/definition.ts';
import type { Fields, Param, Sampled } from '../../catalogue/param.ts';
import type { DefinitionUse, Value, Values } from '../scenario.ts';
import type { Vocabulary } from '../vocabulary.ts';

/** What has an address of its own (steps, call sites, layers) stays as it was read. */
export function madeValues(fields: Fields, values: Values, vocabulary: Vocabulary): never {
  return Object.fromEntries(Object.entries(fields).map(([name, param]) => [name, made(param, values[name], vocabulary)])) as never;
}

/** The mean of what a distribution draws. */
export function meanOf(use: DefinitionUse, vocabulary: Vocabulary): number {
  return (makeUse(use, vocabulary) as Sampled).mean;
}

function made(param: Param, value: Value, vocabulary: Vocabulary): unknown {
  if (value === undefined) return undefined;
  if (param.kind === 'oneOf' || param.kind === 'distribution') return makeUse(value as DefinitionUse, vocabulary);
  if (param.kind === 'record') return madeValues(param.fields, value as Values, vocabulary);
  if (param.kind === 'list') return (value as readonly Value[]).map((item) => made(param.item, item, vocabulary));
  return value;
}

function makeUse(use: DefinitionUse, vocabulary: Vocabulary): unknown {
  const definition = vocabulary.find(use.family, use.kind) as AnyMakes;
  return definition.create(madeValues(definition.params, use.values, vocabulary), undefined as never);
}
