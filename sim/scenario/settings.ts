/** Parameters given other values: `api/orders/retry.backoff.exponential.base`. */
import type { Fields, Param } from '../catalogue/param.ts';
import { check, readParameters } from './definitions.ts';
import { entryOf, isInline } from './fields.ts';
import type { Place, Reader } from './reader.ts';
import type { DefinitionUse, Value, Values } from './scenario.ts';
import type { SourceNode, Span } from './source.ts';
import { anyOf, quote } from './wording.ts';

export interface Setting {
  readonly address: string;
  /** The parameter; dots lead into it. */
  readonly parameter: string;
  readonly value: SourceNode;
  readonly at: Span;
  /** Where it stands in the document. */
  readonly where: string;
}

/** Splits `address.parameter`. @returns undefined when it is no such thing */
export function splitSettingPath(path: string): Pick<Setting, 'address' | 'parameter'> | undefined {
  const dot = path.indexOf('.');
  return dot < 1 || dot === path.length - 1 ? undefined : { address: path.slice(0, dot), parameter: path.slice(dot + 1) };
}

/** What is wrong with something that is no such path. */
export function noSettingPath(path: string): string {
  return `expected an address, a dot and a parameter, such as api/orders/retry.maxAttempts; found ${quote(path)}`;
}

/** The first of the names that dots separate. */
export function firstName(path: string): string {
  const dot = path.indexOf('.');
  return dot < 0 ? path : path.slice(0, dot);
}

/** Where in the document the thing stands whose parameter is set. */
export function placeOfOwner({ where, parameter }: Setting): string {
  return where.slice(0, -parameter.length - 1);
}

/**
 * A copy of `values` with one of them set.
 * @param path where the value goes, from here   @param owner whose parameters they are, for messages
 */
export function setParameter(
  reader: Reader,
  fields: Fields,
  values: Values,
  path: string,
  setting: Setting,
  place: Place,
  owner: string,
): Values {
  const name = firstName(path);
  const param = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (param === undefined || isInline(param)) {
    const known = Object.keys(fields).filter((each) => !isInline(fields[each]!));
    const message = `${owner} has no parameter ${quote(name)} that can be set; expected ${anyOf(known)}`;
    reader.problems.addWord(setting.at, setting.where, message, name, () => known);
    return values;
  }
  return { ...values, [name]: setValue(reader, param, values[name], path.slice(name.length + 1), setting, place, name) };
}

function setValue(reader: Reader, param: Param, value: Value, path: string, setting: Setting, place: Place, name: string): Value {
  if (path === '') return reader.value(param, setting.value, place);
  const wrong = (message: string): Value => {
    reader.problems.add(setting.at, setting.where, message);
    return value;
  };
  if (value === undefined) return wrong(`${name} has not been given here, so that it can only be set as a whole`);
  switch (param.kind) {
    case 'record':
      return setParameter(reader, param.fields, value as Values, path, setting, place, name);
    case 'map': {
      const entries = Object.entries(value as Values);
      // Names in a map may contain dots.
      const [key, before] = entries.find(([each]) => path === each || path.startsWith(`${each}.`)) ?? [firstName(path), undefined];
      const after = setValue(reader, param.value, before, path.slice(key.length + 1), setting, entryOf(param, key, place), key);
      return Object.fromEntries([...entries, [key, after]]);
    }
    case 'oneOf':
    case 'distribution': {
      const drawn = param.kind === 'oneOf' || param.quantity === 'drawn' ? place.drawn : param.quantity;
      return setInDefinition(reader, value as DefinitionUse, path, setting, { ...place, drawn }, name);
    }
    case 'amount':
    case 'number':
    case 'choice':
    case 'flag':
    case 'text':
    case 'address':
    case 'causes':
    case 'list':
    case 'steps':
    case 'patterns':
    case 'callSite':
      return wrong(`${name} can only be set as a whole`);
  }
}

function setInDefinition(reader: Reader, use: DefinitionUse, path: string, setting: Setting, place: Place, name: string): DefinitionUse {
  const kind = firstName(path);
  const definition = reader.vocabulary.find(use.family, use.kind);
  if (definition === undefined || kind !== use.kind) {
    const message = `${name} is ${use.kind} here; to make it something else, set ${name} as a whole`;
    reader.problems.add(setting.at, setting.where, message);
    return use;
  }
  const deeper = path.slice(kind.length + 1);
  if (deeper === '') return { ...use, values: readParameters(reader, definition, setting.value, place) };
  const before = reader.problems.count;
  const values = setParameter(reader, definition.params, use.values, deeper, setting, place, kind);
  if (reader.problems.count === before) check(reader, definition, values, setting.value, { ...place, path: placeOfOwner(setting) });
  return { ...use, values };
}
