/** Goes through everything that has an address inside a component, and makes changed copies on the way. */
import type { Param } from '../catalogue/param.ts';
import { unreachable } from '../kernel/assert.ts';
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
  const fields = vocabulary.fieldsWithParts(use.family, use.kind);
  return fields.length === 0 ? use : { ...use, values: mapValues(use.values, fields, vocabulary, visitor) };
}

/** Shows a visitor every part of a definition's use, each before what it holds. */
export function visitUse(
  use: DefinitionUse,
  vocabulary: Vocabulary,
  visitor: { readonly site?: (site: CallSiteUse) => void; readonly layer?: (layer: LayerUse) => void; readonly step?: (step: StepUse) => void },
): void {
  const shown = <T>(part: T, visit: ((part: T) => void) | undefined): T => {
    visit?.(part);
    return part;
  };
  mapUse(use, vocabulary, {
    site: (site) => shown(site, visitor.site),
    layer: (layer) => shown(layer, visitor.layer),
    step: (step) => shown(step, visitor.step),
  });
}

/** The steps of a component's handlers, nested ones after the step that holds them. */
export function stepsOf(use: DefinitionUse, vocabulary: Vocabulary): readonly StepUse[] {
  const steps: StepUse[] = [];
  visitUse(use, vocabulary, { step: (step) => steps.push(step) });
  return steps;
}

function mapValues(values: Values, fields: readonly (readonly [string, Param])[], vocabulary: Vocabulary, visitor: Visitor): Values {
  const mapped: Record<string, Value> = { ...values };
  for (const [name, param] of fields) {
    const value = values[name];
    if (value !== undefined) mapped[name] = mapValue(value, param, vocabulary, visitor);
  }
  return mapped;
}

function mapValue(value: Value, param: Param, vocabulary: Vocabulary, visitor: Visitor): Value {
  switch (param.kind) {
    case 'record':
      return mapValues(value as Values, Object.entries(param.fields), vocabulary, visitor);
    case 'map': {
      const parts = Object.entries(value as Values).map(([name, part]) => [name, mapValue(part, param.value, vocabulary, visitor)] as const);
      return Object.fromEntries(parts);
    }
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
    case 'distribution':
    case 'oneOf':
      return value;
    default:
      return unreachable(param);
  }
}

function mapLayers(layers: readonly LayerUse[], vocabulary: Vocabulary, visitor: Visitor): readonly LayerUse[] {
  return layers.map((layer) => mapUse(visitor.layer(layer), vocabulary, visitor));
}
