/** Reads uses of definitions: `full`, `{exponential: 20ms}`, `{exponential: {base: 100ms, max: 2s}}`. */
import type { Definition } from '../catalogue/definition.ts';
import type { DistributionParam, Fields, OneOfParam, Param } from '../catalogue/param.ts';
import { emptyMapping, mappingOf } from './fields.ts';
import { below, type Place, type Reader, valueOf } from './reader.ts';
import { readAmount } from './scalars.ts';
import type { DefinitionUse, Values } from './scenario.ts';
import type { SourceNode } from './source.ts';
import { anyOf, foundKeys, isNothing, quote } from './wording.ts';

export function readOneOf(reader: Reader, param: OneOfParam, node: SourceNode, place: Place): DefinitionUse {
  return readKind(reader, param.family, node, place);
}

/** A bare amount is a constant. */
export function readDistribution(reader: Reader, param: DistributionParam, node: SourceNode, place: Place): DefinitionUse {
  const drawn = param.quantity === 'drawn' ? place.drawn : param.quantity;
  const inside = { ...place, drawn };
  const isWord = node.kind === 'scalar' && reader.vocabulary.find('distribution', node.text) !== undefined;
  if (node.kind !== 'scalar' || isWord) return readKind(reader, 'distribution', node, inside);
  const value = readAmount(reader, { kind: 'amount', quantity: 'drawn', about: '', min: 0 }, node, inside);
  return { family: 'distribution', kind: 'constant', values: { value } };
}

function readKind(reader: Reader, family: string, node: SourceNode, place: Place): DefinitionUse {
  const entry = node.kind === 'mapping' && node.entries.length === 1 ? node.entries[0] : undefined;
  const kind = entry?.name ?? (node.kind === 'scalar' && !isNothing(node) ? node.text : undefined);
  const kinds = reader.vocabulary.kinds(family);
  if (kind === undefined) {
    const expected = `expected one ${wordsOf(family)} as {kind: parameters}, where kind is ${anyOf(kinds)}`;
    reader.problems.add(node, place.path, `${expected}; found ${foundKeys(node)}`);
    return { family, kind: '', values: {} };
  }
  const definition = reader.vocabulary.find(family, kind);
  if (definition === undefined) {
    const message = `there is no ${wordsOf(family)} ${quote(kind)}; expected ${anyOf(kinds)}`;
    reader.problems.addWord(entry?.key ?? node, place.path, message, kind, () => kinds);
    return { family, kind, values: {} };
  }
  return { family, kind, values: readParameters(reader, definition, entry?.value ?? emptyMapping(node), below(place, kind)) };
}

/** `circuitBreaker` -> `circuit breaker`. */
export function wordsOf(family: string): string {
  return family.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Reads the parameters of a definition, shorthand and checks between parameters included. */
export function readParameters(reader: Reader, definition: Definition, node: SourceNode, place: Place): Values {
  const written = spelledOut(definition.shorthand, definition.params, node);
  const before = reader.problems.count;
  const values = reader.fields(definition.params, written, place, definition.kind);
  if (reader.problems.count === before) check(reader, definition, values, written, place);
  return values;
}

/** Asks a definition whether its parameters fit together. @param node where they stand */
export function check(reader: Reader, definition: Definition, values: Values, node: SourceNode, place: Place): void {
  for (const { param, message } of definition.check?.(values as never) ?? []) {
    const at = param.split('.').reduce((inside, name) => valueOf(inside, name) ?? inside, node);
    reader.problems.add(at, param === '' ? place.path : below(place, param).path, message);
  }
}

/** The parameters as a mapping, also when only the one that a bare value stands for has been written. */
export function spelledOut(shorthand: string | undefined, fields: Fields, node: SourceNode): SourceNode {
  const param = shorthand === undefined ? undefined : fields[shorthand];
  if (shorthand === undefined || param === undefined || isNothing(node)) return node;
  if (node.kind !== 'mapping') return mappingOf(shorthand, node);
  const namesParameters = node.entries.some(({ name }) => Object.hasOwn(fields, name));
  return MAPPING_KINDS.includes(param.kind) && node.entries.length > 0 && !namesParameters ? mappingOf(shorthand, node) : node;
}

/** Kinds of parameters whose values may be mappings. */
const MAPPING_KINDS: readonly Param['kind'][] = ['distribution', 'oneOf', 'record', 'map'];
