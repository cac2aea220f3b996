/** From the text of a scenario file to scenarios in normal form, or to everything that is wrong with it. */
import { count, duration, type Fields, text, type ValuesOf } from '../catalogue/param.ts';
import { formatDuration } from '../catalogue/units.ts';
import { check } from './definitions.ts';
import { type Directory, directoryOf } from './directory.ts';
import { RECORDED_MAX, seriesOf } from './record-size.ts';
import { readExpectations } from './expectations.ts';
import { readFaults } from './faults.ts';
import { asMapping, emptyMapping } from './fields.ts';
import { readObjectives } from './objectives.ts';
import type { Places } from './places.ts';
import { ProblemList } from './problem-list.ts';
import { below, type Place, type Reader, valueOf } from './reader.ts';
import { checkReferences } from './references.ts';
import { conflictingClasses } from './request-classes.ts';
import type { Registries } from './language.ts';
import { registries } from './registries.ts';
import { readWord } from './scalars.ts';
import type { ComponentUse, Expectation, Parsed, Scenario, ScenarioDocument, Variant } from './scenario.ts';
import { type MappingEntry, type MappingNode, readSource, type SourceNode } from './source.ts';
import { ValueReader } from './values.ts';
import { type DeclaredVariant, makeVariants, readVariants } from './variants.ts';
import { Vocabulary } from './vocabulary.ts';
import { warningsOf } from './warnings.ts';
import { anyOf, found, quote } from './wording.ts';

/** The version of the format, written `faultline: 1`. */
export const FORMAT_VERSION = 1;

export const SCENARIO_FIELDS = {
  faultline: count({ about: 'Version of this format.' }),
  title: text({ about: 'What the scenario is about, in a few words.' }),
  story: text({ about: 'What happens and what it teaches.', default: '' }),
  seed: text({ about: 'Word or number from which all chance comes; the title, if it is left out.', optional: true }),
  duration: duration({ about: 'How long a run takes.', minExclusive: true }),
  warmup: duration({ about: 'Time at the beginning that metrics leave out.', default: 0 }),
  bucket: duration({
    about: 'Length of the slices of time in which a run is recorded; by default as many as fit, up to 1,200.',
    optional: true,
    minExclusive: true,
  }),
  maxEvents: count({
    about: 'After so many events a run is given up, so that one that would not end does. By default they take some ten minutes of computing.',
    min: 1,
    default: 2_000_000_000,
    unit: 'events',
  }),
} as const satisfies Fields;

/** The parts of a file that are more than a value. */
export const SECTIONS = ['system', 'network', 'faults', 'variants', 'objectives', 'expect'] as const;

const USUAL_BUCKETS = 1_200;
const MAX_BUCKETS = 20_000;
const COMPONENT_NAME = /^[a-z][a-z0-9-]*$/;
/** First parts of addresses that are no components. */
const RESERVED_NAMES = ['faults', 'network'];
const ROOT: Place = { path: '', owner: '', side: 'caller', drawn: 'duration' };

/** Reads a scenario. Whatever the text, this never throws. */
export function parseScenario(text: string, language: Registries = registries): Parsed {
  const problems = new ProblemList(text);
  const root = readSource(text, problems);
  const mapping = root === undefined ? undefined : asMapping(root);
  if (root !== undefined && (mapping === undefined || mapping.entries.length === 0)) {
    problems.add(root, '', `expected a scenario, which begins with "faultline: ${FORMAT_VERSION}"; found ${found(root)}`);
  }
  // Whatever else is wrong with a file of another version, that is why.
  const version = mapping === undefined ? undefined : valueOf(mapping, 'faultline');
  if (version?.kind === 'scalar' && /^\d+$/.test(version.text) && Number(version.text) !== FORMAT_VERSION) {
    problems.add(version, 'faultline', `this program reads version ${FORMAT_VERSION} of the format, found ${quote(version.text)}`);
  }
  const parse = mapping === undefined || !problems.isEmpty ? undefined : new Parse(mapping, new Vocabulary(language), problems);
  const document = parse?.document();
  if (parse === undefined || document === undefined || !problems.isEmpty) return { ok: false, problems: problems.sorted() };
  const places = { text, claims: parse.claims };
  return { ok: true, document, places, warnings: warningsOf(document, places, language) };
}

class Parse {
  readonly #root: MappingNode;
  readonly #vocabulary: Vocabulary;
  readonly #problems: ProblemList;
  readonly #reader: ValueReader;
  /** Components with mistakes in them: what they offer is not known. */
  readonly #unsound = new Set<string>();

  constructor(root: MappingNode, vocabulary: Vocabulary, problems: ProblemList) {
    this.#root = root;
    this.#vocabulary = vocabulary;
    this.#problems = problems;
    this.#reader = new ValueReader(vocabulary, problems, kindsOf(valueOf(root, 'system')));
  }

  /** Where everything stands that has an address. */
  get claims(): Places['claims'] {
    return this.#reader.claims;
  }

  document(): ScenarioDocument {
    const reader = this.#reader;
    const general = this.#general();
    const components = this.#components();
    const { from } = this.#root;
    const networkKey = this.#root.entries.find(({ name }) => name === 'network')?.key;
    if (networkKey !== undefined) reader.claim('network', networkKey, 'network');
    const network = reader.fields(this.#vocabulary.network, this.#section('network') ?? emptyMapping({ from, to: from }), below(ROOT, 'network'), 'network');
    const faults = this.#list('faults', readFaults);
    const objectives = this.#list('objectives', readObjectives);
    const directory = directoryOf({ components, faults }, this.#vocabulary);
    checkReferences(reader, directory, this.#unsound);

    const declared = readVariants(reader, this.#section('variants'), below(ROOT, 'variants'));
    const names = declared.map(({ name, about }) => ({ name, about }));
    this.#checkSize({ ...general, components });
    const bare: Scenario = { ...general, components, network, faults, variants: names, objectives, expectations: [] };
    // What is wrong with the system would be found again in each variant.
    const variants = this.#problems.isEmpty ? makeVariants(reader, bare, declared) : [];
    const expectations = this.#expectations(declared, variants, directory);
    if (this.#problems.isEmpty) this.#refuseConflictingClasses(bare);
    return {
      base: { ...bare, expectations },
      variants: variants.map((variant) => ({ ...variant, scenario: { ...variant.scenario, expectations } })),
    };
  }

  #section(name: (typeof SECTIONS)[number]): SourceNode | undefined {
    return valueOf(this.#root, name);
  }

  #list<T>(name: 'faults' | 'objectives', read: (reader: Reader, node: SourceNode, place: Place) => readonly T[]): readonly T[] {
    const section = this.#section(name);
    return section === undefined ? [] : read(this.#reader, section, below(ROOT, name));
  }

  #general(): Pick<Scenario, 'title' | 'story' | 'seed' | 'durationNs' | 'warmupNs' | 'bucketNs' | 'maxEvents'> {
    const before = this.#problems.count;
    const values = this.#reader.fields(SCENARIO_FIELDS, this.#root, ROOT, 'a scenario', SECTIONS);
    const { title, story, seed, duration: durationNs, warmup: warmupNs, bucket, maxEvents } = values as unknown as ValuesOf<typeof SCENARIO_FIELDS>;
    const bucketNs = bucket ?? usualBucket(durationNs);
    const problem = (name: keyof typeof SCENARIO_FIELDS, message: string): void =>
      this.#problems.add(valueOf(this.#root, name) ?? this.#root, name, message);
    if (this.#problems.count > before) return { title: '', story, seed: '', durationNs, warmupNs, bucketNs, maxEvents };
    if (warmupNs >= durationNs) problem('warmup', `the warm-up must end before the run does, after ${formatDuration(durationNs)}`);
    if (bucketNs > durationNs) problem('bucket', `expected at most the duration, ${formatDuration(durationNs)}`);
    if (durationNs / bucketNs > MAX_BUCKETS) problem('bucket', `the run would have more than ${MAX_BUCKETS} buckets; make them longer`);
    return { title, story: story.trim(), seed: seed ?? slugOf(title), durationNs, warmupNs, bucketNs, maxEvents };
  }

  /** A run must fit into memory. */
  #checkSize(scenario: Pick<Scenario, 'components' | 'durationNs' | 'bucketNs'>): void {
    if (!this.#problems.isEmpty) return;
    const { durationNs, bucketNs } = scenario;
    const numbers = seriesOf(scenario, this.#vocabulary) * (durationNs / bucketNs);
    if (numbers <= RECORDED_MAX) return;
    const enough = usualBucket(durationNs, (durationNs / bucketNs) * (RECORDED_MAX / numbers));
    const advice = `write bucket: ${formatDuration(enough)}, or make the system smaller`;
    this.#problems.add(valueOf(this.#root, 'bucket') ?? this.#root.entries[0]!.key, 'bucket', `a run of this system would record about ${Math.round(numbers / 1e6)} million numbers, more than ${RECORDED_MAX / 1e6} million; ${advice}`);
  }

  #components(): readonly ComponentUse[] {
    const system = this.#section('system');
    const mapping = system === undefined ? undefined : asMapping(system);
    if (mapping === undefined || mapping.entries.length === 0) {
      const what = system === undefined ? 'a scenario needs a system: ' : '';
      this.#problems.add(system ?? this.#root.entries[0]?.key ?? this.#root, 'system', `${what}expected a mapping of names to components`);
      return [];
    }
    return mapping.entries.flatMap((entry) => this.#component(entry) ?? []);
  }

  #component({ name, key, value }: MappingEntry): ComponentUse | undefined {
    const place: Place = { path: `system.${name}`, owner: name, side: 'server', drawn: 'duration' };
    if (!COMPONENT_NAME.test(name)) {
      this.#problems.add(key, place.path, `${quote(name)} is no name for a component: lower-case letters, digits and hyphens, beginning with a letter`);
    } else if (RESERVED_NAMES.includes(name)) {
      this.#problems.add(key, place.path, `a component cannot be called ${name}, since addresses begin with it`);
    }
    this.#reader.claim(name, key, place.path);
    const kinds = this.#vocabulary.kinds('component');
    const kindNode = valueOf(value, 'kind');
    if (kindNode === undefined) {
      this.#problems.add(key, place.path, `a component needs a kind: ${anyOf(kinds)}`);
      return undefined;
    }
    const definition = this.#vocabulary.findComponent(readWord(this.#reader, kindNode, below(place, 'kind'), kinds));
    if (definition === undefined) return undefined;
    const before = this.#problems.count;
    const values = this.#reader.fields(definition.params, value, place, definition.kind, ['kind']);
    if (this.#problems.count === before) check(this.#reader, definition, values, value, place);
    if (this.#problems.count > before) this.#unsound.add(name);
    return { family: 'component', kind: definition.kind, name, values };
  }

  #refuseConflictingClasses(scenario: Scenario): void {
    for (const { component, message } of conflictingClasses(scenario)) this.#problems.add(this.#reader.claims.get(component)!.at, `system.${component}.classes`, message);
  }

  #expectations(declared: readonly DeclaredVariant[], made: readonly Variant[], base: Directory): readonly Expectation[] {
    const section = this.#section('expect');
    if (section === undefined) return [];
    const directories = new Map<string, Directory>();
    const directoryOfVariant = (name: string): Directory | undefined => {
      const variant = made.find((each) => each.name === name);
      // Only settings can change what there is.
      if (variant === undefined || declared.some((each) => each.name === name && each.changes.settings.length === 0)) return base;
      const directory = directories.get(name) ?? directoryOf(variant.scenario, this.#vocabulary);
      directories.set(name, directory);
      return directory;
    };
    const names = declared.map(({ name }) => name);
    return readExpectations(this.#reader, section, below(ROOT, 'expect'), names, directoryOfVariant);
  }
}

/** The kinds of all components, before anything else of them is read. */
function kindsOf(system: SourceNode | undefined): ReadonlyMap<string, string> {
  const entries = system?.kind === 'mapping' ? system.entries : [];
  return new Map(
    entries.map(({ name, value }) => {
      const kind = valueOf(value, 'kind');
      return [name, kind?.kind === 'scalar' ? kind.text : ''];
    }),
  );
}

/** The smallest of 1, 2, 5, 10, 20, 50 … ns of which at most so many fit into the run. */
function usualBucket(durationNs: number, buckets = USUAL_BUCKETS): number {
  for (let decade = 1; ; decade *= 10) {
    for (const step of [1, 2, 5]) {
      // Not `<=`, so that it also ends for a duration that could not be read.
      if (!(durationNs / (step * decade) > buckets)) return step * decade;
    }
  }
}

/** `Retry storm, again` -> `retry-storm-again`. */
function slugOf(title: string): string {
  return title.toLowerCase().match(/[\p{L}\p{N}]+/gu)?.join('-') ?? title;
}
