/** Reads lists of patterns, outermost first. */
import { choice, type Fields, flag, list, text } from '../catalogue/param.ts';
import type { AnyPatternDefinition } from '../resilience/pattern.ts';
import { check, spelledOut, wordsOf } from './definitions.ts';
import { emptyMapping, mappingOf } from './fields.ts';
import { below, itemOf, ownName, type Place, type Reader, valueOf } from './reader.ts';
import { readWord } from './scalars.ts';
import type { LayerUse, Values } from './scenario.ts';
import type { SourceNode, Span } from './source.ts';
import { STACK, writtenOut } from './stacks.ts';
import { anyOf, found, foundKeys, isNothing, quote, withArticle } from './wording.ts';

/** What every layer may say of itself, beside the parameters of its pattern. */
export const LAYER_FIELDS = {
  as: text({ about: 'A name of its own, when there are two layers of one pattern at the same place.', optional: true }),
  enabled: flag({ about: 'Calls that come in pass the layer; without it they step over it.', default: true }),
  scope: choice(
    { instance: 'each instance of the caller has its own state', shared: 'all instances share one state' },
    { about: 'Who shares the state of the layer.' },
  ),
  per: list(
    choice(
      {
        callee: 'one state for each instance of the callee',
        class: 'one state for each request class',
        tenant: 'one state for each tenant, see the tenants of clients; a client that names none is one',
      },
      { about: 'What the state is divided by.' },
    ),
    { about: 'Keeps a separate state for each of these.', default: [] },
  ),
  classes: list(text({ about: 'A request class.' }), {
    about: 'Only calls of these request classes pass the layer; all others step over it. Left out: all pass.',
    default: [],
  }),
} as const satisfies Fields;

/** Everything that may stand in the mapping of a layer. */
export function layerFields(definition: AnyPatternDefinition): Fields {
  const scope = { ...LAYER_FIELDS.scope, default: definition.defaultScope };
  return { ...definition.params, ...LAYER_FIELDS, scope };
}

export function readLayers(reader: Reader, node: SourceNode, place: Place): readonly LayerUse[] {
  if (node.kind !== 'sequence') {
    reader.problems.add(node, place.path, `expected a list of patterns, found ${found(node)}`);
    return [];
  }
  return node.items.flatMap((item, at) => readItem(reader, item, itemOf(place, at)));
}

/** One pattern, or the name of a stack of several. */
function readItem(reader: Reader, item: SourceNode, place: Place): readonly LayerUse[] {
  const written = item.kind === 'scalar' && item.text === STACK ? mappingOf(STACK, emptyMapping(item)) : item;
  const stack = written.kind === 'mapping' && written.entries.length === 1 ? written.entries.find(({ name }) => name === STACK) : undefined;
  const inside = stack === undefined ? place : below(place, STACK);
  const layers = stack === undefined ? [item] : writtenOut(reader, stack.value, stack.key, inside);
  return layers.flatMap((layer) => readLayer(reader, layer, inside) ?? []);
}

function readLayer(reader: Reader, item: SourceNode, place: Place): LayerUse | undefined {
  const entry = item.kind === 'mapping' && item.entries.length === 1 ? item.entries[0] : undefined;
  const family = entry?.name ?? (item.kind === 'scalar' && !isNothing(item) ? item.text : undefined);
  if (family === undefined) {
    const expected = 'expected one pattern behind each "-", such as {retry: {maxAttempts: 3}}';
    reader.problems.add(item, place.path, `${expected}; found ${foundKeys(item)}`);
    return undefined;
  }
  const kinds = reader.vocabulary.patternKinds(family);
  if (kinds === undefined) {
    const families = [...reader.vocabulary.patternFamilies, STACK];
    const message = `there is no pattern ${quote(family)}; expected ${anyOf(families)}`;
    reader.problems.addWord(entry?.key ?? item, place.path, message, family, () => families);
    return undefined;
  }
  const inside = below(place, family);
  const written = entry?.value ?? emptyMapping(item);
  const definition = definitionOf(reader, family, kinds, written, inside);
  return definition === undefined ? undefined : readUse(reader, definition, kinds.size > 1, written, entry?.key ?? item, inside);
}

/** The kind that a layer names, where the pattern has several. */
function definitionOf(
  reader: Reader,
  family: string,
  kinds: ReadonlyMap<string, AnyPatternDefinition>,
  written: SourceNode,
  place: Place,
): AnyPatternDefinition | undefined {
  if (kinds.size === 1) return [...kinds.values()][0];
  const kind = valueOf(written, 'kind');
  if (kind !== undefined) return kinds.get(readWord(reader, kind, below(place, 'kind'), [...kinds.keys()]));
  const words = anyOf([...kinds.keys()]);
  const meant = written.kind === 'scalar' && kinds.has(written.text) ? written.text : [...kinds.keys()][0];
  const example = `${family}: {kind: ${meant}}`;
  reader.problems.add(written, place.path, `there are several kinds of ${wordsOf(family)} (${words}); say which, as in ${example}`);
  return undefined;
}

function readUse(
  reader: Reader,
  definition: AnyPatternDefinition,
  saysKind: boolean,
  node: SourceNode,
  at: Span,
  place: Place,
): LayerUse {
  const { family, kind, side } = definition;
  if (side !== 'both' && side !== place.side) {
    const where = side === 'server' ? 'in front of a server, in the patterns of a component' : 'at a call site';
    reader.problems.add(at, place.path, `${withArticle(wordsOf(family))} stands ${where}`);
  }
  const fields = { ...layerFields(definition), ...(saysKind ? { kind: text({ about: 'Which kind of the pattern.' }) } : {}) };
  const written = spelledOut(definition.shorthand, fields, node);
  const address = `${place.owner}/${ownName(reader, written, family, place)}`;
  reader.claim(address, valueOf(written, 'as') ?? at, place.path);
  const before = reader.problems.count;
  const { as: _as, kind: _kind, enabled, scope, per, classes, ...values } = reader.fields(fields, written, { ...place, owner: address }, family);
  if (reader.problems.count === before) check(reader, definition, values, written, place);
  return { family, kind, values, address, enabled: enabled as boolean, ...stateOf(scope, per, classes) };
}

/** How the state of a layer is divided, and whom it concerns. */
export function stateOf(scope: Values[string], per: Values[string], classes: Values[string]): Pick<LayerUse, 'scope' | 'perCallee' | 'perClass' | 'perTenant' | 'classes'> {
  const divided = (per ?? []) as readonly string[];
  return {
    scope: scope as LayerUse['scope'],
    perCallee: divided.includes('callee'),
    perClass: divided.includes('class'),
    perTenant: divided.includes('tenant'),
    classes: (classes ?? []) as readonly string[],
  };
}

/** The words of `per` for a layer. */
export function perOf({ perCallee, perClass, perTenant }: LayerUse): readonly string[] {
  return [...(perCallee ? ['callee'] : []), ...(perClass ? ['class'] : []), ...(perTenant ? ['tenant'] : [])];
}
