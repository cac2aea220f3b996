/** Writes values of a scenario in normal form the way a person would write them in a file. */
import type { Fields, Param } from '../catalogue/param.ts';
import { formatAmount, type Quantity, UNLIMITED } from '../catalogue/units.ts';
import { OUTCOMES } from '../resilience/outcome.ts';
import { holdsParts } from './parts.ts';
import type { DefinitionUse, Value, Values } from './scenario.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Texts that mean the same with and without quotation marks, wherever they stand. */
const PLAIN_TEXT = /^[A-Za-z][\w./#*-]*$/;
const NOT_PLAIN = ['null', 'true', 'false'];

/**
 * A value in one line, as in `{exponential: {base: 100ms, factor: 2, max: 2s}}`. What has an address of its own (steps,
 * call sites, layers) is not part of it.
 * @param drawn what the enclosing distribution draws
 */
export function formatValue(param: Param, value: Value, vocabulary: Vocabulary, drawn: Quantity | 'number' = 'number'): string {
  switch (param.kind) {
    case 'amount': {
      const quantity = param.quantity === 'drawn' ? drawn : param.quantity;
      return value === Infinity || quantity === 'number' ? formatNumber(value as number) : formatAmount(value as number, quantity);
    }
    case 'number':
      return formatNumber(value as number);
    case 'flag':
      return value === true ? 'true' : 'false';
    case 'choice':
    case 'address':
    case 'text':
      return formatText(value as string);
    case 'causes':
      return listOf((value as readonly number[]).map((code) => OUTCOMES[code]?.name ?? ''));
    case 'list':
      return listOf((value as readonly Value[]).map((item) => formatValue(param.item, item, vocabulary, drawn)));
    case 'record':
      return mappingOf(formatFields(param.fields, value as Values, vocabulary, drawn));
    case 'map':
      return mappingOf(Object.entries(value as Values).map(([name, part]) => [name, formatValue(param.value, part, vocabulary, drawn)]));
    case 'oneOf':
      return formatUse(value as DefinitionUse, vocabulary, drawn);
    case 'distribution':
      return formatDistribution(value as DefinitionUse, vocabulary, param.quantity === 'drawn' ? drawn : param.quantity);
    case 'steps':
    case 'patterns':
    case 'callSite':
      return '';
  }
}

function formatDistribution(use: DefinitionUse, vocabulary: Vocabulary, drawn: Quantity | 'number'): string {
  const constant = use.kind === 'constant' ? use.values['value'] : undefined;
  if (constant === undefined) return formatUse(use, vocabulary, drawn);
  return drawn === 'number' ? formatNumber(constant as number) : formatAmount(constant as number, drawn);
}

function formatUse({ family, kind, values }: DefinitionUse, vocabulary: Vocabulary, drawn: Quantity | 'number'): string {
  const definition = vocabulary.find(family, kind);
  const fields = formatFields(definition?.params ?? {}, values, vocabulary, drawn);
  const [first, ...others] = fields;
  if (first === undefined) return kind;
  return mappingOf([[kind, others.length === 0 && first[0] === definition?.shorthand ? first[1] : mappingOf(fields)]]);
}

/** Names and values of all parameters that have one. */
function formatFields(fields: Fields, values: Values, vocabulary: Vocabulary, drawn: Quantity | 'number'): [string, string][] {
  return Object.entries(fields).flatMap(([name, param]): [string, string][] => {
    const value = values[name];
    return value === undefined || holdsParts(param) ? [] : [[name, formatValue(param, value, vocabulary, drawn)]];
  });
}

function formatNumber(value: number): string {
  return value === Infinity ? UNLIMITED : String(value);
}

function formatText(text: string): string {
  return PLAIN_TEXT.test(text) && !NOT_PLAIN.includes(text) ? text : JSON.stringify(text);
}

function listOf(items: readonly string[]): string {
  return `[${items.join(', ')}]`;
}

function mappingOf(entries: readonly (readonly [name: string, value: string])[]): string {
  return `{${entries.map(([name, value]) => `${name}: ${value}`).join(', ')}}`;
}
