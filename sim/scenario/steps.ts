/** Reads handler steps: `{work: 5ms}`, `{call: orders, operation: read}`, `{parallel: [...], needs: all}`. */
import type { Definition } from '../catalogue/definition.ts';
import { type Fields, text } from '../catalogue/param.ts';
import { check } from './definitions.ts';
import { emptyMapping, isInline } from './fields.ts';
import { below, itemOf, ownName, type Place, type Reader, valueOf } from './reader.ts';
import type { CallSiteUse, StepUse } from './scenario.ts';
import type { MappingNode, SourceNode, Span } from './source.ts';
import { anyOf, found, isNothing, quote } from './wording.ts';

/** What every step may say of itself, beside the parameters of its kind. */
export const STEP_FIELDS = {
  as: text({ about: 'A name of its own, when there are two steps of one kind in the same handler.', optional: true }),
} as const satisfies Fields;

export function readSteps(reader: Reader, node: SourceNode, place: Place): readonly StepUse[] {
  if (node.kind !== 'sequence') {
    reader.problems.add(node, place.path, `expected a list of steps, found ${found(node)}`);
    return [];
  }
  return node.items.flatMap((item, at) => readStep(reader, item, itemOf(place, at)) ?? []);
}

function readStep(reader: Reader, item: SourceNode, place: Place): StepUse | undefined {
  const kinds = reader.vocabulary.kinds('step');
  const entries = item.kind === 'mapping' ? item.entries : [];
  const entry = entries.find(({ name }) => kinds.includes(name)) ?? entries[0];
  const kind = entry?.name ?? (item.kind === 'scalar' && !isNothing(item) ? item.text : undefined);
  if (kind === undefined) {
    reader.problems.add(item, place.path, `expected a step, such as {work: 5ms}; found ${found(item)}`);
    return undefined;
  }
  const definition = reader.vocabulary.find('step', kind);
  if (definition === undefined) {
    const message = `there is no step ${quote(kind)}; expected ${anyOf(kinds)}`;
    reader.problems.addWord(entry?.key ?? item, place.path, message, kind, () => kinds);
    return undefined;
  }
  const second = entries.find(({ name }) => name !== kind && kinds.includes(name) && !Object.hasOwn(definition.params, name));
  if (second !== undefined) {
    reader.problems.add(second.key, place.path, `a step is of one kind; ${kind} and ${second.name} are two steps, each with a "-" of its own`);
    return undefined;
  }
  const written = parametersOf(reader, definition, item, kind, place);
  return readUse(reader, definition, written, entry?.key ?? item, place);
}

/** The value of the key that names the kind, and the other keys, as parameters. */
function parametersOf(reader: Reader, { shorthand }: Definition, item: SourceNode, kind: string, place: Place): MappingNode {
  if (item.kind !== 'mapping') return emptyMapping(item);
  const entries = item.entries.flatMap((entry) => {
    if (entry.name !== kind) return [entry];
    if (isNothing(entry.value)) return [];
    if (shorthand !== undefined) return [{ ...entry, name: shorthand }];
    if (entry.value.kind === 'mapping') return entry.value.entries;
    reader.problems.add(entry.value, below(place, kind).path, `expected the parameters of ${kind} as a mapping, found ${found(entry.value)}`);
    return [];
  });
  return { ...item, entries };
}

function readUse(reader: Reader, definition: Definition, written: MappingNode, at: Span, place: Place): StepUse {
  const { family, kind, params } = definition;
  const before = reader.problems.count;
  const { as: _as, ...values } = reader.fields({ ...params, ...STEP_FIELDS }, written, place, kind);
  if (reader.problems.count === before) check(reader, definition, values, written, place);
  // A step that is a call and its call site are one and the same thing.
  const inline = Object.keys(params).find((name) => isInline(params[name]!));
  const site = inline === undefined ? undefined : (values[inline] as CallSiteUse | undefined);
  const address = site?.address ?? `${place.owner}/${ownName(reader, written, kind, place)}`;
  if (site === undefined) reader.claim(address, valueOf(written, 'as') ?? at, place.path);
  return { family, kind, values, address };
}
