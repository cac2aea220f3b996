/** Every definition in words, for `faultline explain` and the page's reference. */
import type { Definition, StackLayer } from '../catalogue/definition.ts';
import { type Fields, isRequired, type Param } from '../catalogue/param.ts';
import type { ReferenceEntry, ReferenceGroup, ReferenceParam } from '../catalogue/reference.ts';
import { formatAmount, type Quantity, UNLIMITED } from '../catalogue/units.ts';
import type { Metric } from '../telemetry/metrics/metric.ts';
import { METRICS } from '../telemetry/metrics/registry.ts';
import { layerFields } from './layers.ts';
import { holdsParts } from './parts.ts';
import { registries } from './registries.ts';
import { Vocabulary } from './vocabulary.ts';
import { formatDefault } from './written-default.ts';

/** The group of what can be measured. */
const METRIC = 'metric';

const vocabulary = new Vocabulary(registries);

/** Everything that can be named in a scenario file, in the order in which a newcomer meets it. */
export function referenceGroups(): readonly ReferenceGroup[] {
  const { components, patterns, stacks, definitions } = registries;
  const families = [...new Set(definitions.map(({ family }) => family))];
  const groups: readonly (readonly [string, readonly Definition[]])[] = [
    ['component', components],
    ['pattern', patterns],
    ['stack', stacks],
    ...families.map((family) => [family, definitions.filter((each) => each.family === family)] as const),
  ];
  return [...groups.map(([name, members]) => ({ name, entries: members.map(entryOf) })), { name: METRIC, entries: METRICS.map(metricEntry) }];
}

function entryOf({ family, kind, title, about, useWhen, avoidWhen, differs, source, states = [], layers = [], params, shorthand }: Definition): ReferenceEntry {
  const notes = [
    ['Use it when', useWhen],
    ['Avoid it when', avoidWhen],
    ['Differs', differs],
    ['Source', source],
    ['Written as', layers.length === 0 ? undefined : writtenStack(kind, layers)],
  ] as const;
  return {
    family,
    kind,
    title,
    about,
    notes: notes.flatMap(([label, text]) => (text === undefined ? [] : [[label, text] as const])),
    states,
    layers: layers.map(writtenLayer),
    params: paramsOf(params, shorthand),
  };
}

function metricEntry({ name, title, about, of }: Metric): ReferenceEntry {
  const part = of === 'system' ? '' : `, or of one ${of === 'site' ? 'call site' : of}: ${name}(address)`;
  return { family: METRIC, kind: name, title, about, notes: [['Measured', `of the whole system${part}`]], states: [], layers: [], params: [] };
}

function paramsOf(fields: Fields, shorthand: string | undefined): ReferenceParam[] {
  return Object.entries(fields).map(([name, param]) => ({
    name,
    facts: factsOf(param),
    about: param.about,
    ...(param.source === undefined ? {} : { source: param.source }),
    isShorthand: name === shorthand,
    choices: param.kind === 'choice' ? Object.entries(param.values) : [],
    fields: fieldsIn(param),
  }));
}

/** The fields of a record, or of each record in a list or mapping. */
function fieldsIn(param: Param): ReferenceParam[] {
  if (param.kind === 'record') return paramsOf(param.fields, param.shorthand);
  if (param.kind === 'list') return fieldsIn(param.item);
  return param.kind === 'map' ? fieldsIn(param.value) : [];
}

function factsOf(param: Param): string {
  const presence = isRequired(param) ? 'required' : param.default === undefined ? 'may be left out' : defaultInWords(param);
  return [kindInWords(param), rangeInWords(param), presence].filter((fact) => fact !== '').join(', ');
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
  return [low, high, param.unlimited === true ? `or ${UNLIMITED}` : '', bare].filter((part) => part !== '').join(', ');
}

function quantityOf(param: Param): Quantity | 'number' {
  if (param.kind !== 'amount' && param.kind !== 'distribution') return 'number';
  return param.quantity === 'drawn' ? 'number' : param.quantity;
}

function written(value: number, quantity: Quantity | 'number'): string {
  if (value === Infinity) return UNLIMITED;
  return quantity === 'number' || value === 0 ? String(value) : formatAmount(value, quantity);
}

function defaultInWords(param: Param): string {
  if (holdsParts(param)) return 'may be left out';
  // Where each field has a default of its own, that of the whole says nothing.
  if (param.kind === 'record' && Object.keys(param.default as object).length === 0) return '';
  return `default ${formatDefault(param, vocabulary)}`;
}

/** How a stack is written, as it is and with changes. */
function writtenStack(kind: string, layers: readonly StackLayer[]): string {
  const names = layers.map(({ as, pattern }) => `${as ?? pattern}: …`).join(', ');
  return `{stack: ${kind}}, or {stack: {kind: ${kind}, ${names}}} to change parameters of a layer, or to switch it off with "off"`;
}

/** A layer of a stack as it would stand in a file. */
function writtenLayer({ pattern, kind, as, with: values = {} }: StackLayer): string {
  const definition = vocabulary.pattern(pattern, kind);
  const fields = definition === undefined ? {} : layerFields(definition);
  const written = Object.entries(values).map(([name, value]) => `${name}: ${fields[name] === undefined ? String(value) : formatDefault({ ...fields[name], default: value }, vocabulary)}`);
  const all = [...(kind === undefined ? [] : [`kind: ${kind}`]), ...(as === undefined ? [] : [`as: ${as}`]), ...written];
  return `${pattern}: {${all.join(', ')}}`;
}
