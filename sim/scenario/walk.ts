/** Goes through everything that has an address inside a component, and makes changed copies on the way. */
import type { Fields, Param } from '../catalogue/param.ts';
import type { CallSiteUse, DefinitionUse, LayerUse, StepUse, Value, Values } from './scenario.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Called for a part before what it holds: what they return takes its place, and is gone through in turn. */
export interface Visitor {
  site(site: CallSiteUse): CallSiteUse;
  layer(layer: LayerUse): LayerUse;
  step(step: StepUse): StepUse;
}

/** A copy of a definition's use in which `visitor` has replaced what it wanted to. */
export function mapUse<U extends DefinitionUse>(use: U, vocabulary: Vocabulary, visitor: Visitor): U {
  const params = vocabulary.find(use.family, use.kind)?.params ?? {};
  return { ...use, values: mapValues(use.values, params, vocabulary, visitor) };
}

function mapValues(values: Values, fields: Fields, vocabulary: Vocabulary, visitor: Visitor): Values {
  const mapped = Object.entries(values).map(([name, value]): [string, Value] => {
    const param = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return [name, param === undefined || value === undefined ? value : mapValue(value, param, vocabulary, visitor)];
  });
  return Object.fromEntries(mapped);
}

function mapValue(value: Value, param: Param, vocabulary: Vocabulary, visitor: Visitor): Value {
  switch (param.kind) {
    case 'oneOf':
    case 'distribution':
      return mapUse(value as DefinitionUse, vocabulary, visitor);
    case 'record':
      return mapValues(value as Values, param.fields, vocabulary, visitor);
    case 'map':
      return Object.fromEntries(
        Object.entries(value as Values).map(([name, part]) => [name, mapValue(part, param.value, vocabulary, visitor)]),
      );
    case 'list':
      return (value as readonly Value[]).map((item) => mapValue(item, param.item, vocabulary, visitor));
    case 'steps':
      return (value as readonly StepUse[]).map((step) => mapUse(visitor.step(step), vocabulary, visitor));
    case 'patterns':
      return mapLayers(value as readonly LayerUse[], vocabulary, visitor);
    case 'callSite': {
      const site = visitor.site(value as CallSiteUse);
      return { ...site, patterns: mapLayers(site.patterns, vocabulary, visitor) };
    }
    case 'amount':
    case 'number':
    case 'choice':
    case 'flag':
    case 'text':
    case 'address':
    case 'causes':
      return value;
  }
}

function mapLayers(layers: readonly LayerUse[], vocabulary: Vocabulary, visitor: Visitor): readonly LayerUse[] {
  return layers.map((layer) => mapUse(visitor.layer(layer), vocabulary, visitor));
}
