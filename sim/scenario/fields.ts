/** Reads mappings: parameters by name, free keys, and lists. */
import { choice, type Fields, flag, type ListParam, type MapParam, type Param, patterns, type RecordParam, text } from '../catalogue/param.ts';
import { below, itemOf, NAME, NAME_RULE, type Place, type Reader } from './reader.ts';
import type { Value, Values } from './scenario.ts';
import type { MappingNode, SourceNode, Span } from './source.ts';
import { anyOf, found, isNothing, quote } from './wording.ts';

/**
 * What may stand beside the target of a call site, or with it in a mapping. Defaults and messages come from here as from
 * the parameters of any definition.
 */
export const SITE_FIELDS = {
  operation: text({ about: 'What the target is asked to do, where it offers several operations.', optional: true }),
  as: text({ about: 'A name for this use, when the same target is used more than once.', optional: true }),
  idempotent: flag({ about: 'A write that may safely be done twice. Reads always may.', default: false }),
  idempotencyKey: choice(
    {
      none: 'No key is sent.',
      call: 'One key for each call, the same for all its attempts. A caller further out that tries again gets another one.',
      request: "One key for what the user's request wants done here, whoever tries again.",
      body: 'A hash of what is sent: two requests of one user for the same thing have the same key.',
      userAndDay: 'One key for each user and day: the second request of that day has the same key.',
    },
    {
      about: 'Which key the call sends, by which idempotency keys in front of the target recognise a call that has been made before. With one, a write may safely be done twice.',
      default: 'none',
      source: 'draft-ietf-httpapi-idempotency-key-header; body and userAndDay: source chapter S4',
    },
  ),
  cancelDownstream: flag({
    about: 'A send that the caller lets go of is stopped at the server too, as with gRPC; HTTP servers usually go on.',
    default: false,
  }),
  patterns: patterns<unknown>()({ about: 'Resilience patterns around the call, outermost first.', default: [] }),
} as const satisfies Fields;

/** See `Reader.fields`. */
export function readFields(
  reader: Reader,
  fields: Fields,
  node: SourceNode,
  place: Place,
  owner: string,
  others: readonly string[],
): Values {
  const mapping = asMapping(node);
  if (mapping === undefined) {
    const expected = `expected the parameters of ${owner} as a mapping, such as {${Object.keys(fields)[0] ?? ''}: …}`;
    reader.problems.add(node, place.path, `${expected}, found ${found(node)}`);
    return {};
  }
  const given = new Map<string, SourceNode>();
  const besideCall = Object.values(fields).some(isInline) ? Object.keys(SITE_FIELDS) : [];
  const known = [...new Set([...Object.keys(fields), ...besideCall, ...others])];
  for (const { name, key, value } of mapping.entries) {
    // The text names nothing twice, but a shorthand may stand beside the parameter that it is short for.
    if (given.has(name)) reader.problems.add(key, below(place, name).path, `${quote(name)} is given twice`);
    given.set(name, value);
    if (known.includes(name)) continue;
    const message = `${owner} has no parameter ${quote(name)}; expected ${anyOf(known)}`;
    reader.problems.addWord(key, below(place, name).path, message, name, () => known);
  }
  const values = Object.entries(fields).map(([name, param]): [string, Value] => {
    const value = given.get(name) ?? defaultOf(param, mapping);
    if (value !== undefined) {
      const at = below(place, name);
      return [name, isInline(param) ? reader.site(value, at, { mapping, place }) : reader.value(param, value, at)];
    }
    if (param.optional !== true) reader.problems.add(firstOf(mapping), place.path, `${owner} needs the parameter ${quote(name)}`);
    return [name, undefined];
  });
  return Object.fromEntries(values);
}

/** A call site whose operation, patterns and so on stand beside it. */
export function isInline(param: Param): boolean {
  return param.kind === 'callSite' && param.inline === true;
}

/** A value that has been left out stands for a mapping without entries. */
export function asMapping(node: SourceNode): MappingNode | undefined {
  if (node.kind === 'mapping') return node;
  return isNothing(node) ? emptyMapping(node) : undefined;
}

/** `{}`, as if it had been written at `at`. */
export function emptyMapping(at: Span): MappingNode {
  return { kind: 'mapping', entries: [], from: at.from, to: at.to };
}

/** Where to point when something is missing: at the first key, since a whole mapping may be many lines long. */
function firstOf(mapping: MappingNode): Span {
  return mapping.entries[0]?.key ?? mapping;
}

function defaultOf(param: Param, at: Span): SourceNode | undefined {
  return param.default === undefined ? undefined : writtenDefault(param.default, at);
}

/** A default as if it had been written at `at`. */
export function writtenDefault(value: unknown, at: Span): SourceNode {
  const span = { from: at.from, to: at.to };
  if (Array.isArray(value)) return { kind: 'sequence', items: value.map((item) => writtenDefault(item, at)), ...span };
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, part]) => ({ name, key: span, value: writtenDefault(part, at) }));
    return { kind: 'mapping', entries, ...span };
  }
  return { kind: 'scalar', text: String(value), plain: false, ...(typeof value === 'number' ? { ownUnit: value } : {}), ...span };
}

export function readRecord(reader: Reader, param: RecordParam, node: SourceNode, place: Place): Values {
  const written: SourceNode =
    param.shorthand !== undefined && node.kind === 'scalar' && !isNothing(node) ? mappingOf(param.shorthand, node) : node;
  const name = place.path.replace(/^.*\./, '');
  return reader.fields(param.fields, written, place, name.endsWith(']') ? `an item of ${name.replace(/(?:\[\d+\])+$/, '')}` : name);
}

/** `{name: node}`, at the place of the node. */
export function mappingOf(name: string, node: SourceNode): MappingNode {
  const key = { from: node.from, to: node.to };
  return { kind: 'mapping', entries: [{ name, key, value: node }], ...key };
}

export function readMap(reader: Reader, param: MapParam, node: SourceNode, place: Place): Values {
  const mapping = asMapping(node);
  if (mapping === undefined) {
    reader.problems.add(node, place.path, `expected a mapping of names to values, found ${found(node)}`);
    return {};
  }
  const values = mapping.entries.map(({ name, key, value }): [string, Value] => {
    // What has an address of its own can have no dots in it, since settings use them.
    if (!(param.value.kind === 'steps' ? NAME : MAP_KEY).test(name)) reader.problems.add(key, below(place, name).path, NAME_RULE);
    return [name, reader.value(param.value, value, entryOf(param, name, below(place, name)))];
  });
  return Object.fromEntries(values);
}

/** Handlers by name have an address each, so that two of them may have steps and call sites of one name. */
export function entryOf(param: MapParam, name: string, place: Place): Place {
  return param.value.kind === 'steps' ? { ...place, owner: `${place.owner}/${name}` } : place;
}

/** As NAME, and with dots, for quantiles such as p99.9. */
const MAP_KEY = new RegExp(NAME.source.replace('0-9-]*$', '0-9.-]*$'));

export function readList(reader: Reader, param: ListParam, node: SourceNode, place: Place): readonly Value[] {
  if (node.kind !== 'sequence') {
    reader.problems.add(node, place.path, `expected a list, found ${found(node)}`);
    return [];
  }
  if (node.items.length < (param.minItems ?? 0)) {
    reader.problems.add(node, place.path, `expected a list of at least ${param.minItems} items, found ${node.items.length}`);
  }
  return node.items.map((item, at) => reader.value(param.item, item, itemOf(place, at)));
}
