/** Reads the variants of a scenario and makes the scenario that each of them is. */
import { type Fields, list, text } from '../catalogue/param.ts';
import { applyChanges, type Changes } from './changes.ts';
import { MINUS } from './expectations.ts';
import { asMapping } from './fields.ts';
import { below, itemOf, type Place, type Reader, valueOf } from './reader.ts';
import type { Scenario, Variant } from './scenario.ts';
import { noSettingPath, splitSettingPath, type Setting } from './settings.ts';
import type { MappingEntry, SourceNode } from './source.ts';
import type { Switch } from './switches.ts';
import { found, quote } from './wording.ts';

/** Each costs a copy of what it changes and of the picture of the whole. */
const MAX_VARIANTS = 100;
const DEFAULT_VARIANT = 'default';

const addresses = (about: string) => list(text({ about: 'Address of a layer or fault, or an address and /*.' }), { about, default: [] });

export const VARIANT_FIELDS = {
  about: text({ about: 'What is special about it, in a sentence.', default: '' }),
  off: addresses('Layers and faults to switch off.'),
  on: addresses('Layers and faults to switch on.'),
} as const satisfies Fields;
/** Beside these: parameters to set, by path. */
const SET = 'set';

export interface DeclaredVariant {
  readonly name: string;
  readonly about: string;
  readonly changes: Changes;
}

export function readVariants(reader: Reader, node: SourceNode | undefined, place: Place): readonly DeclaredVariant[] {
  const mapping = node === undefined ? undefined : asMapping(node);
  if (node !== undefined && mapping === undefined) {
    reader.problems.add(node, place.path, `expected a mapping of names to variants, found ${found(node)}`);
  }
  const entries = mapping?.entries ?? [];
  if (entries.length === 0) return [{ name: DEFAULT_VARIANT, about: '', changes: { settings: [], switches: [] } }];
  if (entries.length > MAX_VARIANTS) {
    reader.problems.add(entries[MAX_VARIANTS]!.key, place.path, `there are ${entries.length} variants; the limit is ${MAX_VARIANTS}`);
    return [];
  }
  return entries.map((entry) => readVariant(reader, entry, below(place, entry.name)));
}

function readVariant(reader: Reader, { name, key, value }: MappingEntry, place: Place): DeclaredVariant {
  if (name.includes(MINUS) || name.includes(',') || name !== name.trim()) {
    reader.problems.add(key, place.path, `${quote(name)} is no name for a variant: it has a comma, a hyphen between blanks, or a blank at its end`);
  }
  const { about = '' } = reader.fields(VARIANT_FIELDS, value, place, 'a variant', [SET]);
  const switches = [...readSwitches(value, 'off', place), ...readSwitches(value, 'on', place)];
  const set = valueOf(value, SET);
  return { name, about: about as string, changes: { switches, settings: set === undefined ? [] : readSettings(reader, set, below(place, SET)) } };
}

function readSwitches(node: SourceNode, name: 'off' | 'on', place: Place): Switch[] {
  const written = valueOf(node, name);
  const items = written?.kind === 'sequence' ? written.items : [];
  return items.flatMap((item, at) => {
    const where = itemOf(below(place, name), at).path;
    return item.kind === 'scalar' ? { address: item.text, on: name === 'on', at: item, where } : [];
  });
}

function readSettings(reader: Reader, node: SourceNode, place: Place): Setting[] {
  const mapping = asMapping(node);
  if (mapping === undefined) reader.problems.add(node, place.path, `expected a mapping such as {api/orders/retry.maxAttempts: 5}, found ${found(node)}`);
  return (mapping?.entries ?? []).flatMap(({ name, key, value }) => {
    const where = below(place, name).path;
    const path = splitSettingPath(name);
    if (path !== undefined) return { ...path, value, at: key, where };
    reader.problems.add(key, where, noSettingPath(name));
    return [];
  });
}

/** The variants with what they make of the scenario. Must not be called for a scenario with problems. */
export function makeVariants(reader: Reader, base: Scenario, declared: readonly DeclaredVariant[]): readonly Variant[] {
  return declared.map(({ name, about, changes }) => ({
    name,
    about,
    scenario: applyChanges(base, changes, reader.vocabulary, reader.problems),
  }));
}
