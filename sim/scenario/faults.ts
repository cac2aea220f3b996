/** Reads the list of faults: `{at: 60s, for: 20s, slowdown: {target: orders, factor: 10}}`. */
import type { Definition } from '../catalogue/definition.ts';
import { duration, type Fields, flag, text } from '../catalogue/param.ts';
import { readParameters } from './definitions.ts';
import { below, itemOf, ownName, type Place, type Reader, valueOf } from './reader.ts';
import type { FaultUse, Value, Values } from './scenario.ts';
import type { SourceNode } from './source.ts';
import { anyOf, found } from './wording.ts';

/** What every fault may say of itself, beside its kind. */
export const FAULT_FIELDS = {
  at: duration({ about: 'When it begins, from the start of the run.', default: 0 }),
  for: duration({ about: 'How long it lasts; without it, for the rest of the run.', default: Infinity, unlimited: true, minExclusive: true }),
  as: text({ about: 'A name of its own, when two faults of one kind have the same targets.', optional: true }),
  enabled: flag({ about: 'The fault happens.', default: true }),
} as const satisfies Fields;

export function readFaults(reader: Reader, node: SourceNode, place: Place): readonly FaultUse[] {
  if (node.kind !== 'sequence') {
    reader.problems.add(node, place.path, `expected a list of faults, found ${found(node)}`);
    return [];
  }
  return node.items.flatMap((item, at) => readFault(reader, item, itemOf(place, at)) ?? []);
}

function readFault(reader: Reader, item: SourceNode, place: Place): FaultUse | undefined {
  if (item.kind !== 'mapping') {
    reader.problems.add(item, place.path, `expected a fault, such as {at: 60s, for: 20s, slowdown: {…}}; found ${found(item)}`);
    return undefined;
  }
  const kinds = reader.vocabulary.kinds('fault');
  const { at, for: length, enabled } = reader.fields(FAULT_FIELDS, item, place, 'a fault', kinds);
  const [entry, second] = item.entries.filter(({ name }) => kinds.includes(name));
  const definition = entry === undefined ? undefined : reader.vocabulary.find('fault', entry.name);
  if (entry === undefined || definition === undefined) {
    const isMisspelt = item.entries.some(({ name }) => !Object.hasOwn(FAULT_FIELDS, name));
    if (!isMisspelt) reader.problems.add(item, place.path, `a fault says what happens: ${anyOf(kinds)}`);
    return undefined;
  }
  if (second !== undefined) reader.problems.add(second.key, place.path, `a fault is of one kind; ${entry.name} and ${second.name} are two faults`);
  const { kind } = definition;
  const values = readParameters(reader, definition, entry.value, below(place, kind));
  const address = `faults/${ownName(reader, item, [kind, ...targetsOf(definition, values)].join('-'), place)}`;
  reader.claim(address, valueOf(item, 'as') ?? entry.key, place.path);
  return { family: 'fault', kind, values, address, enabled: enabled as boolean, atNs: at as number, forNs: length as number };
}

/** Everything that a fault names: the values of its address parameters. */
export function targetsOf(definition: Definition, values: Values): readonly string[] {
  return Object.entries(definition.params).flatMap(([name, param]) => {
    const isAddress = param.kind === 'address' || (param.kind === 'list' && param.item.kind === 'address');
    const value: Value = isAddress ? values[name] : undefined;
    return value === undefined ? [] : Array.isArray(value) ? (value as readonly string[]) : [value as string];
  });
}
