import type { Description, ParamDescription } from '../catalogue/describe.ts';
import type { StackLayer } from '../catalogue/definition.ts';
import type { Param } from '../catalogue/param.ts';
import { formatAmount, type Quantity } from '../catalogue/units.ts';
import { layerFields } from '../scenario/layers.ts';
import { registries } from '../scenario/registries.ts';
import { Vocabulary } from '../scenario/vocabulary.ts';
import type { Metric } from '../telemetry/metrics/metric.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

const INDENT = '  ';

/** A definition for people: what it is, when to use it, its parameters with their defaults. */
export function explainDefinition(description: Description, style: Style): string[] {
  const { title, family, kind, about, useWhen, avoidWhen, differs, source, states = [], layers = [], params } = description;
  const notes = [
    ['Use it when', useWhen],
    ['Avoid it when', avoidWhen],
    ['Differs', differs],
    ['Source', source],
  ] as const;
  return [
    `${style.paint('strong', title)}  (${family === kind ? family : `${family}, ${kind}`})`,
    ...wrap(about, INDENT),
    ...notes.flatMap(([name, text]) => (text === undefined ? [] : wrap(`${name}: ${text}`, INDENT))),
    ...(states.length === 0 ? [] : ['', style.paint('strong', 'States')]),
    ...states.flatMap(({ from, to, when }) => wrap(`${from} -> ${to}: ${when}`, INDENT)),
    ...(layers.length === 0 ? [] : ['', style.paint('strong', 'Layers, outermost first')]),
    ...layers.flatMap((layer) => wrap(layerInWords(layer), INDENT)),
    ...(layers.length === 0 ? [] : ['', ...wrap(`Written as {stack: ${kind}}, or {stack: {kind: ${kind}, ${layers.map((layer) => `${layer.as ?? layer.pattern}: …`).join(', ')}}} to change parameters of a layer, or to switch it off with "off".`, INDENT)]),
    ...(params.length === 0 ? [] : ['', style.paint('strong', 'Parameters')]),
    ...params.flatMap((param) => explainParam(param, description.shorthand === param.name, INDENT)),
  ];
}

/** A layer of a stack as it would stand in a file. */
function layerInWords({ pattern, kind, as, with: values = {} }: StackLayer): string {
  const definition = new Vocabulary(registries).pattern(pattern, kind);
  const fields = definition === undefined ? {} : layerFields(definition);
  const written = Object.entries(values).map(([name, value]) => `${name}: ${fields[name] === undefined ? String(value) : writtenDefault(fields[name], value)}`);
  const all = [...(kind === undefined ? [] : [`kind: ${kind}`]), ...(as === undefined ? [] : [`as: ${as}`]), ...written];
  return `${pattern}: {${all.join(', ')}}`;
}

export function explainMetric({ name, title, about, of }: Metric, style: Style): string[] {
  const whole = of === 'system' ? 'Of the whole system.' : `Of the whole system, or of one ${of === 'site' ? 'call site' : of}: ${name}(address).`;
  return [`${style.paint('strong', title)}  (metric, ${name})`, ...wrap(`${about} ${whole}`, INDENT)];
}

function explainParam({ name, about, source, param, required }: ParamDescription, isShorthand: boolean, indent: string): string[] {
  const facts = [kindInWords(param), rangeInWords(param), required ? 'required' : param.default === undefined ? 'may be left out' : defaultInWords(param)];
  const origin = source === undefined ? '' : ` Source: ${source}.`;
  const shorthand = isShorthand ? ' A bare value stands for it.' : '';
  const deeper = `${indent}${INDENT}`;
  return [
    ...wrap(`${name}: ${facts.filter((fact) => fact !== '').join(', ')}`, indent),
    ...wrap(`${about}${shorthand}${origin}`, deeper),
    ...(param.kind === 'choice' ? Object.entries(param.values).flatMap(([word, what]) => wrap(`${word}: ${what}`, deeper)) : []),
    ...(param.kind === 'record' ? fieldsOf(param.fields).flatMap((field) => explainParam(field, param.shorthand === field.name, deeper)) : []),
  ];
}

function fieldsOf(fields: Readonly<Record<string, Param>>): ParamDescription[] {
  return Object.entries(fields).map(([name, param]) => ({
    name,
    about: param.about,
    required: param.default === undefined && param.optional !== true,
    param,
    ...(param.source === undefined ? {} : { source: param.source }),
  }));
}

function kindInWords(param: Param): string {
  switch (param.kind) {
    case 'amount':
      return param.quantity === 'drawn' ? 'amount' : param.quantity;
    case 'number':
      return `${param.integer ? 'whole number' : 'number'}${param.unit === undefined ? '' : ` (${param.unit})`}`;
    case 'choice':
      return `one of ${Object.keys(param.values).join(', ')}`;
    case 'flag':
      return 'true or false';
    case 'distribution':
      return param.quantity === 'drawn' ? 'drawn at random' : `${param.quantity}, constant or drawn at random`;
    case 'oneOf':
      return `a ${param.family}`;
    case 'address':
      return { component: 'name of a component', instances: 'component or instances', callSite: 'address of a call site', layer: 'address of a layer' }[param.of];
    case 'list':
      return `list; each: ${kindInWords(param.item)}`;
    case 'map':
      return `names with values; each: ${kindInWords(param.value)}`;
    case 'causes':
      return 'list of outcomes (timeout, refused) or statuses (5xx, 429, connection)';
    case 'steps':
      return 'list of steps';
    case 'patterns':
      return 'list of patterns, outermost first';
    case 'callSite':
      return 'name of what is called';
    case 'text':
    case 'record':
      return param.kind;
  }
}

function rangeInWords(param: Param): string {
  if (param.kind !== 'amount' && param.kind !== 'number') return '';
  const quantity = quantityOf(param);
  const { min, max } = param;
  const isMinOut = param.minExclusive === true;
  const isMaxOut = param.kind === 'number' && param.maxExclusive === true;
  // A unit says already that there is nothing below zero.
  const low = min === undefined || (min === 0 && !isMinOut && quantity !== 'number') ? '' : `${isMinOut ? 'more than' : 'at least'} ${written(min, quantity)}`;
  const high = max === undefined || (max === 1 && quantity === 'ratio') ? '' : `${isMaxOut ? 'less than' : 'at most'} ${written(max, quantity)}`;
  const bare = param.kind === 'amount' && param.bareUnit !== undefined ? `a bare number means ${param.bareUnit.name}` : '';
  return [low, high, param.unlimited === true ? 'or unlimited' : '', bare].filter((part) => part !== '').join(', ');
}

function quantityOf(param: Param): Quantity | 'number' {
  if (param.kind !== 'amount' && param.kind !== 'distribution') return 'number';
  return param.quantity === 'drawn' ? 'number' : param.quantity;
}

function written(value: number, quantity: Quantity | 'number'): string {
  if (value === Infinity) return 'unlimited';
  return quantity === 'number' || value === 0 ? String(value) : formatAmount(value, quantity);
}

/** Where each field has a default of its own, that of the whole says nothing. */
function defaultInWords(param: Param): string {
  const text = writtenDefault(param, param.default);
  return text === '{}' ? '' : `default ${text}`;
}

/** A default as it would stand in a file. */
function writtenDefault(param: Param, value: unknown): string {
  if (typeof value === 'number') return written(value, quantityOf(param));
  if (Array.isArray(value)) return `[${value.map((item) => writtenDefault(param.kind === 'list' ? param.item : param, item)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const parts = Object.entries(value).map(([name, part]) => `${name}: ${writtenPart(param, name, part)}`);
  return `{${parts.join(', ')}}`;
}

/** One entry of a default that is a mapping: a field, an entry of a map, or a kind with its parameters. */
function writtenPart(param: Param, name: string, part: unknown): string {
  if (param.kind === 'record') return writtenDefault(param.fields[name]!, part);
  if (param.kind === 'map') return writtenDefault(param.value, part);
  const family = param.kind === 'oneOf' ? param.family : param.kind;
  const fields = registries.definitions.find((each) => each.family === family && each.kind === name)?.params;
  return fields === undefined ? String(part) : writtenDefault({ kind: 'record', about: '', fields }, part);
}
