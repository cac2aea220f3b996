/** Writes out a stack: a mapping for each of its layers, with what the scenario says differently. */
import type { StackLayer } from '../catalogue/definition.ts';
import type { StackDefinition } from '../resilience/stacks/stack.ts';
import { mappingOf, writtenDefault } from './fields.ts';
import { below, type Place, type Reader, valueOf } from './reader.ts';
import { readWord } from './scalars.ts';
import type { MappingNode, SourceNode, Span } from './source.ts';
import { anyOf, found, isNothing, quote } from './wording.ts';

/** The word that takes the place of a pattern's name. */
export const STACK = 'stack';
/** Said of a layer of a stack: it is there, but calls step over it. */
export const OFF = 'off';

/** The name by which a scenario speaks of a layer of a stack. */
export function layerName({ as, pattern }: StackLayer): string {
  return as ?? pattern;
}

/** @returns the layers as if they had been written one by one; none when it is not clear which stack is meant */
export function writtenOut(reader: Reader, node: SourceNode, at: Span, place: Place): readonly SourceNode[] {
  const definition = definitionOf(reader, node, at, place);
  if (definition === undefined) return [];
  const names = definition.layers.map(layerName);
  for (const { name, key } of node.kind === 'mapping' ? node.entries : []) {
    if (name === 'kind' || names.includes(name)) continue;
    const message = `the stack ${definition.kind} has no layer ${quote(name)}; expected ${anyOf(names)}`;
    reader.problems.addWord(key, below(place, name).path, message, name, () => names);
  }
  return definition.layers.map((layer) => {
    const name = layerName(layer);
    return layerNode(reader, layer, valueOf(node, name), at, below(place, name));
  });
}

function definitionOf(reader: Reader, node: SourceNode, at: Span, place: Place): StackDefinition | undefined {
  const { stacks } = reader.vocabulary;
  const word = node.kind === 'scalar' && !isNothing(node) ? node : valueOf(node, 'kind');
  if (word !== undefined) return stacks.get(readWord(reader, word, below(place, 'kind'), [...stacks.keys()]));
  reader.problems.add(at, place.path, `a stack needs a name: ${anyOf([...stacks.keys()])}; say which, as in ${STACK}: ${[...stacks.keys()][0]}`);
  return undefined;
}

/** `{pattern: {…}}` with the values of the stack and, before them, those of the scenario. */
function layerNode(reader: Reader, layer: StackLayer, own: SourceNode | undefined, at: Span, place: Place): MappingNode {
  const { pattern, kind, as, with: values } = layer;
  const given = own === undefined ? [] : ownEntries(reader, layer, own, place);
  // Values that are meant for one kind say nothing about another.
  const isOtherKind = given.some(({ name }) => name === 'kind');
  const preset = { ...(as === undefined ? {} : { as }), ...(isOtherKind ? {} : { ...(kind === undefined ? {} : { kind }), ...values }) };
  const presetNode = writtenDefault(preset, at);
  const presets = presetNode.kind === 'mapping' ? presetNode.entries.filter(({ name }) => !given.some((entry) => entry.name === name)) : [];
  const span = own ?? at;
  return mappingOf(pattern, { kind: 'mapping', entries: [...given, ...presets], from: span.from, to: span.to });
}

function ownEntries(reader: Reader, { pattern, kind }: StackLayer, own: SourceNode, place: Place): MappingNode['entries'] {
  if (own.kind === 'mapping') return own.entries;
  if (isNothing(own)) return [];
  if (own.kind === 'scalar' && own.text === OFF) return [{ name: 'enabled', key: own, value: writtenDefault(false, own) }];
  const definition = reader.vocabulary.pattern(pattern, kind);
  if (own.kind === 'scalar' && definition?.shorthand !== undefined) return [{ name: definition.shorthand, key: own, value: own }];
  reader.problems.add(own, place.path, `expected parameters of the layer as a mapping, or ${OFF}; found ${found(own)}`);
  return [];
}
