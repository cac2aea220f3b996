/** Reads values that are one word: amounts, numbers, choices, flags, texts, causes, addresses. */
import type { AddressParam, AmountParam, ChoiceParam, NumberParam } from '../catalogue/param.ts';
import { formatAmount, parseAmount, type Quantity, unitsOf, UNLIMITED } from '../catalogue/units.ts';
import { OUTCOME_GROUPS, OUTCOMES, outcomeByName } from '../resilience/outcome.ts';
import { nearest } from './nearest.ts';
import { itemOf, type Place, type Reader } from './reader.ts';
import type { SourceNode } from './source.ts';
import { anyOf, found, isNothing, quote, withArticle } from './wording.ts';

export const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
/** 017 is 15 in YAML 1.1 and C, 17 in YAML 1.2, and not allowed in JSON. */
const LEADING_ZERO = /^[+-]?0\d/;

const EXAMPLES: Readonly<Record<Quantity, string>> = { duration: '250ms', rate: '900/s', ratio: '5%', size: '64kB' };
/** What a number without a unit may have meant. */
const USUAL_UNITS: Readonly<Record<Quantity, readonly string[]>> = { duration: ['s', 'ms'], rate: ['/s'], ratio: ['%'], size: ['kB', 'MB'] };
const NOUNS: Readonly<Record<Quantity, string>> = {
  duration: 'a length of time',
  rate: 'a rate',
  ratio: 'a share',
  size: 'a size',
};

/** Nothing that is looked at letter by letter is longer. */
const MAX_WORD = 200;

/** The scalar's text, or undefined after adding a problem. @param expected with its article */
function textOf(reader: Reader, node: SourceNode, place: Place, expected: string, maxLength = MAX_WORD): string | undefined {
  if (node.kind === 'scalar' && !isNothing(node) && node.text.length <= maxLength) return node.text;
  reader.problems.add(node, place.path, `expected ${expected}, found ${found(node)}`);
  return undefined;
}

export function readAmount(reader: Reader, param: AmountParam, node: SourceNode, place: Place): number {
  const quantity = param.quantity === 'drawn' ? place.drawn : param.quantity;
  if (quantity === 'number') return readNumber(reader, { ...param, kind: 'number', integer: false }, node, place);
  if (node.kind === 'scalar' && node.ownUnit !== undefined) return node.ownUnit;
  const text = textOf(reader, node, place, `${NOUNS[quantity]} such as ${EXAMPLES[quantity]}`);
  if (text === undefined) return NaN;
  if (param.unlimited === true && text === UNLIMITED) return Infinity;
  const problem = (message: string): number => {
    reader.problems.add(node, place.path, message);
    return NaN;
  };
  const bareUnit = NUMBER.test(text) ? param.bareUnit?.factor : undefined;
  const amount = bareUnit === undefined ? writtenAmount(text, quantity) : ownUnits(Number(text) * bareUnit, quantity);
  if (typeof amount === 'string') return problem(amount);
  // Beyond 2^53 a duration is no longer a whole number of nanoseconds.
  const limit = quantity === 'duration' ? Number.MAX_SAFE_INTEGER : Number.MAX_VALUE;
  if (!(Math.abs(amount) <= limit)) return problem(`${quote(text)} is too large`);
  const outside = boundsProblem(amount, param, (value) => formatAmount(value, quantity));
  return outside === undefined ? amount : problem(`${outside}, found ${quote(text)}`);
}

/** An amount with its unit. @returns it in the simulator's own unit, or what is wrong with it */
export function writtenAmount(text: string, quantity: Quantity): number | string {
  if (!NUMBER.test(text)) return parseAmount(text, quantity);
  if (quantity === 'ratio') return `a share is written in percent: ${formatAmount(Number(text), 'ratio')} instead of ${text}, or ${text}%`;
  const meant = USUAL_UNITS[quantity].map((unit) => text + unit);
  return `${quote(text)} has no unit (${unitsOf(quantity).join(', ')}); write for example ${anyOf(meant)}`;
}

function ownUnits(amount: number, quantity: Quantity): number {
  return quantity === 'duration' ? Math.round(amount) : amount;
}

export function readNumber(reader: Reader, param: NumberParam, node: SourceNode, place: Place): number {
  if (node.kind === 'scalar' && node.ownUnit !== undefined) return node.ownUnit;
  const expected = `${param.integer ? 'a whole number' : 'a number'}${param.unlimited === true ? ` or ${UNLIMITED}` : ''}`;
  const text = textOf(reader, node, place, expected);
  if (text === undefined) return NaN;
  if (param.unlimited === true && text === UNLIMITED) return Infinity;
  const problem = (message: string): number => {
    reader.problems.add(node, place.path, message);
    return NaN;
  };
  // Libraries that count in percent take 50 for 50 %; written out, it means the same.
  const digits = param.unit === '%' && text.endsWith('%') ? text.slice(0, -1).trimEnd() : text;
  if (LEADING_ZERO.test(digits)) return problem(`${quote(text)} could mean two numbers; write it without the leading zero`);
  const number = NUMBER.test(digits) ? Number(digits) : NaN;
  if (Math.abs(number) > (param.integer ? Number.MAX_SAFE_INTEGER : Number.MAX_VALUE)) return problem(`${quote(text)} is too large`);
  if (Number.isNaN(number) || (param.integer && !Number.isInteger(number))) return problem(`expected ${expected}, found ${quote(text)}`);
  const outside = boundsProblem(number, param, String);
  return outside === undefined ? number : problem(`${outside}, found ${quote(text)}`);
}

type Bounds = Pick<NumberParam, 'min' | 'max' | 'minExclusive' | 'maxExclusive'>;

function boundsProblem(value: number, { min, max, minExclusive, maxExclusive }: Bounds, format: (value: number) => string): string | undefined {
  if (min !== undefined && minExclusive === true && value <= min) return `expected more than ${format(min)}`;
  if (min !== undefined && value < min) return `expected at least ${format(min)}`;
  if (max !== undefined && maxExclusive === true && value >= max) return `expected less than ${format(max)}`;
  if (max !== undefined && value > max) return `expected at most ${format(max)}`;
  return undefined;
}

export function readChoice(reader: Reader, param: ChoiceParam, node: SourceNode, place: Place): string {
  return readWord(reader, node, place, Object.keys(param.values));
}

/** One of the given words. */
export function readWord(reader: Reader, node: SourceNode, place: Place, words: readonly string[]): string {
  const text = textOf(reader, node, place, anyOf(words));
  if (text === undefined || words.includes(text)) return text ?? '';
  reader.problems.addWord(node, place.path, `expected ${anyOf(words)}, found ${quote(text)}`, text, () => words);
  return '';
}

const TRUE_IN_YAML_1_1 = ['yes', 'on', 'y'];
const FALSE_IN_YAML_1_1 = ['no', 'off', 'n'];

export function readFlag(reader: Reader, node: SourceNode, place: Place): boolean {
  const text = textOf(reader, node, place, 'true or false');
  if (text === undefined || text === 'true' || text === 'false') return text === 'true';
  const lower = text.toLowerCase();
  const meant = TRUE_IN_YAML_1_1.includes(lower) ? 'true' : FALSE_IN_YAML_1_1.includes(lower) ? 'false' : nearest(text, ['true', 'false']);
  reader.problems.add(node, place.path, `expected true or false, found ${quote(text)}`, meant);
  return false;
}

export function readText(reader: Reader, node: SourceNode, place: Place): string {
  return textOf(reader, node, place, 'a text', Infinity) ?? '';
}

/** Names of outcomes and of groups of them, as a list; @returns the codes. */
export function readCauses(reader: Reader, node: SourceNode, place: Place): readonly number[] {
  if (node.kind !== 'sequence') {
    reader.problems.add(node, place.path, `expected a list of outcomes or statuses, such as [timeout, 5xx], found ${found(node)}`);
    return [];
  }
  const names = [...OUTCOMES.map((outcome) => outcome.name), ...OUTCOME_GROUPS.keys()];
  const codes = node.items.flatMap((item, at) => {
    const word = readWord(reader, item, itemOf(place, at), names);
    return OUTCOME_GROUPS.get(word)?.codes ?? [outcomeByName(word)];
  });
  return [...new Set(codes)];
}

/** `orders`, `orders#0`, `api/orders` or `api/orders/retry`, by what the parameter may name. */
export function readAddress(reader: Reader, param: AddressParam, node: SourceNode, place: Place): string {
  const noun = { component: 'component', instances: 'component', callSite: 'call site', layer: 'layer' }[param.of];
  const text = textOf(reader, node, place, `the name of ${withArticle(noun)}`);
  if (text === undefined) return '';
  if (param.of === 'callSite' || param.of === 'layer') {
    reader.references.push({ at: node, path: place.path, to: { kind: param.of, address: text } });
    return text;
  }
  const [name = '', instance] = param.of === 'instances' ? text.split(/#(.*)/s, 2) : [text];
  checkComponent(reader, name, param.componentKinds, node, place);
  if (instance !== undefined && !/^(?:0|[1-9]\d{0,5})$/.test(instance)) {
    reader.problems.add(node, place.path, `expected the number of an instance after #, such as ${name}#0, found ${quote(text)}`);
  }
  return text;
}

/** @param kinds what the component must be; undefined = anything */
export function checkComponent(reader: Reader, name: string, kinds: readonly string[] | undefined, node: SourceNode, place: Place): void {
  const kind = reader.components.get(name);
  if (kind === undefined) {
    const suitable = (): string[] => [...reader.components].filter(([, own]) => kinds?.includes(own) ?? true).map(([own]) => own);
    reader.problems.addWord(node, place.path, `there is no component ${quote(name)}`, name, suitable);
  } else if (kinds !== undefined && kind !== '' && !kinds.includes(kind)) {
    reader.problems.add(node, place.path, `expected ${withArticle(anyOf(kinds))}, but ${name} is ${withArticle(kind)}`);
  }
}
