/**
 * Reads expectations, one sentence each: `availability >= 95%`, `mostly recovery(shoppers) <= 30s`, `recovery = never`.
 * They stand under the name of a variant, or under two with ` - ` between them, and then speak of the difference.
 */
import type { MetricQuantity } from '../telemetry/metric-value.ts';
import type { Comparison } from '../telemetry/predicate.ts';
import type { Quantity } from '../catalogue/units.ts';
import { asMapping } from './fields.ts';
import { type Complaint, type Directory, nearestAddress } from './directory.ts';
import { nearest } from './nearest.ts';
import { below, itemOf, type Place, type Reader } from './reader.ts';
import type { MetricWord } from './language.ts';
import { NUMBER, writtenAmount } from './scalars.ts';
import type { Expectation } from './scenario.ts';
import type { MappingEntry, SourceNode, Span } from './source.ts';
import type { Vocabulary } from './vocabulary.ts';
import { anyOf, found, quote, withArticle } from './wording.ts';

/** Between the names of two variants. */
export const MINUS = ' - ';
const NEVER = 'never';
const MAX_SENTENCE = 200;
const SENTENCE = /^(mostly +)?([A-Za-z][A-Za-z0-9]*) *(?:\(([^()]*)\))? *([<>=!≥≤]+) *([^ <>=].*)$/;
const COMPARISONS: readonly Comparison[] = ['>=', '<=', '>', '<', '='];
/** Other ways to write them. */
const MEANT: Readonly<Record<string, Comparison>> = { '=>': '>=', '=<': '<=', '≥': '>=', '≤': '<=', '==': '=', '===': '=' };

/** How the value of a metric is written; a number where nothing is given. */
const QUANTITIES: Readonly<Record<MetricQuantity, Quantity | undefined>> = {
  durationNs: 'duration',
  ratio: 'ratio',
  ratePerSec: 'rate',
  count: undefined,
  factor: undefined,
};

/** @param directoryOfVariant what has an address in a variant; undefined when there is no such variant */
export function readExpectations(
  reader: Reader,
  node: SourceNode,
  place: Place,
  variants: readonly string[],
  directoryOfVariant: (name: string) => Directory | undefined,
): readonly Expectation[] {
  const mapping = asMapping(node);
  if (mapping === undefined) {
    reader.problems.add(node, place.path, `expected a mapping of variants to lists of sentences, found ${found(node)}`);
    return [];
  }
  return mapping.entries.flatMap((entry) => {
    const arms = readArms(reader, entry, place, variants);
    const inside = below(place, entry.name);
    if (entry.value.kind !== 'sequence') {
      reader.problems.add(entry.value, inside.path, `expected a list of sentences, such as [availability >= 95%]; found ${found(entry.value)}`);
      return [];
    }
    return entry.value.items.flatMap((item, at) => {
      const sentence = readSentence(reader, item, itemOf(inside, at), directoryOfVariant(arms.variant));
      return sentence === undefined ? [] : { ...arms, ...sentence };
    });
  });
}

type Arms = Pick<Expectation, 'variant' | 'minus'>;

function readArms(reader: Reader, { name, key }: MappingEntry, place: Place, variants: readonly string[]): Arms {
  const [variant = '', minus = ''] = variants.includes(name) ? [name] : name.split(MINUS, 2);
  for (const arm of [variant, minus]) {
    if (arm === '' || variants.includes(arm)) continue;
    reader.problems.addWord(key, below(place, name).path, `there is no variant ${quote(arm)}; expected ${anyOf(variants)}`, arm, () => variants);
  }
  return { variant, minus };
}

function readSentence(reader: Reader, node: SourceNode, place: Place, directory: Directory | undefined): Omit<Expectation, keyof Arms> | undefined {
  const problem = (at: Span, message: string, suggestion?: string): undefined => {
    reader.problems.add(at, place.path, message, suggestion);
  };
  const text = node.kind === 'scalar' ? node.text.trim() : '';
  const match = text.length > MAX_SENTENCE ? null : SENTENCE.exec(text);
  if (match === null) return problem(node, `expected a sentence such as "availability >= 95%" or "mostly recovery(shoppers) <= 30s", found ${found(node)}`);
  const [, mostly, name = '', address, comparison = '', bound = ''] = match;
  const metric = reader.vocabulary.metrics.get(name);
  const names = [...reader.vocabulary.metrics.keys()];
  if (metric === undefined) return problem(spanOf(node, name), `there is no metric ${quote(name)}; expected ${anyOf(names)}`, nearest(name, names));
  const known = COMPARISONS.find((each) => each === comparison);
  if (known === undefined) return problem(spanOf(node, comparison), `expected ${anyOf(COMPARISONS)}, found ${quote(comparison)}`, MEANT[comparison]);
  const of = address?.trim() ?? '';
  if (address !== undefined && directory !== undefined) {
    const wrong = addressProblem(of, metric, directory, reader.vocabulary);
    if (wrong !== undefined) return problem(spanOf(node, of), wrong.message, wrong.suggestion);
  }
  const value = readBound(bound, metric);
  if (typeof value === 'string') return problem(spanOf(node, bound), value);
  return { text, mostly: mostly !== undefined, metric: name, of, comparison: known, value };
}

/** The part of a scalar's place where a word of it stands, if its text is in the document as it is. */
function spanOf(node: SourceNode, word: string): Span {
  const isVerbatim = node.kind === 'scalar' && node.plain && node.to - node.from === node.text.length;
  const at = isVerbatim ? node.text.indexOf(word) : -1;
  return at < 0 ? node : { from: node.from + at, to: node.from + at + word.length };
}

function readBound(text: string, metric: MetricWord): number | string {
  const quantity = QUANTITIES[metric.quantity];
  if (quantity === 'duration' && text === NEVER) return Infinity;
  if (quantity === undefined) return NUMBER.test(text) && Number.isFinite(Number(text)) ? Number(text) : `${metric.name} is a number, found ${quote(text)}`;
  const value = writtenAmount(text, quantity);
  return value === Infinity || value === -Infinity ? `${quote(text)} is too large` : value;
}

function addressProblem(address: string, metric: MetricWord, directory: Directory, vocabulary: Vocabulary): Complaint | undefined {
  const { noun, kind } = SCOPES[metric.of];
  if (kind === undefined) return { message: `${metric.name} is of the whole system; leave out ${quote(`(${address})`)}` };
  const component = directory.components.get(address);
  const role = component === undefined ? undefined : vocabulary.findComponent(component.kind)?.role;
  if (kind === 'components' ? role === (metric.of === 'client' ? 'client' : 'server') : directory[kind].has(address)) return undefined;
  const suggestion = nearestAddress(address, directory, [kind]);
  const message = `${metric.name} is of ${withArticle(noun)}, and there is no ${noun} ${quote(address)}`;
  return { message, suggestion: suggestion === address ? undefined : suggestion };
}

const SCOPES = {
  system: { noun: 'system', kind: undefined },
  client: { noun: 'client', kind: 'components' },
  component: { noun: 'server', kind: 'components' },
  site: { noun: 'call site', kind: 'sites' },
  layer: { noun: 'layer', kind: 'layers' },
  step: { noun: 'step', kind: 'steps' },
} as const satisfies Record<MetricWord['of'], { noun: string; kind: keyof Directory | undefined }>;
