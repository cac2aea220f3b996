/** A scenario as plain data: what the page draws and `explain` prints, with every parameter that is in force. */
import type { Fields, Param } from '../catalogue/param.ts';
import type {
  ComponentDescription,
  FaultDescription,
  LayerDescription,
  ParamInForce,
  SiteDescription,
  StepDescription,
  SystemDescription,
} from '../catalogue/system.ts';
import { directoryOf, type OwnedSite } from './directory.ts';
import { targetsOf } from './faults.ts';
import { SITE_FIELDS } from './fields.ts';
import { formatValue } from './format-value.ts';
import { layerFields, perOf } from './layers.ts';
import { holdsParts } from './parts.ts';
import type { Registries } from './language.ts';
import { registries } from './registries.ts';
import type { ComponentUse, DefinitionUse, FaultUse, LayerUse, Scenario, StepUse, Value, Values } from './scenario.ts';
import { Vocabulary } from './vocabulary.ts';
import { stepsOf } from './walk.ts';
import { formatDefault } from './written-default.ts';

export function describeScenario(scenario: Scenario, language: Registries = registries): SystemDescription {
  const vocabulary = new Vocabulary(language);
  const describer = new Describer(vocabulary);
  const { title, story, seed, durationNs, warmupNs, bucketNs, maxEvents } = scenario;
  return {
    title,
    story,
    seed,
    durationNs,
    warmupNs,
    bucketNs,
    maxEvents,
    components: scenario.components.map((use) => describer.component(use)),
    sites: [...directoryOf(scenario, vocabulary).sites.values()].map((site) => describer.site(site)),
    faults: scenario.faults.map((fault) => describer.fault(fault)),
    network: describer.params(vocabulary.network, scenario.network),
    variants: scenario.variants,
  };
}

/** What a parameter has that is left out although it has no default. */
const NONE = 'none';

class Describer {
  readonly #vocabulary: Vocabulary;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  component(use: ComponentUse): ComponentDescription {
    const definition = this.#vocabulary.findComponent(use.kind);
    const outline = this.#vocabulary.outlineOf(use) ?? { instances: 0, capacity: Infinity, queueCapacity: Infinity };
    const layers = Object.entries(definition?.params ?? {}).flatMap(([name, param]) =>
      param.kind === 'patterns' ? ((use.values[name] ?? []) as readonly LayerUse[]) : [],
    );
    return {
      name: use.name,
      kind: use.kind,
      title: definition?.title ?? '',
      ...outline,
      balancer: this.#kindOf('balancer', definition?.params ?? {}, use.values) ?? '',
      layers: layers.map((layer) => this.#layer(layer)),
      steps: stepsOf(use, this.#vocabulary).map((step) => this.#step(step)),
      params: this.#paramsOf(use),
    };
  }

  site({ site, component }: OwnedSite): SiteDescription {
    const { address, target, operation, patterns, ...values } = site;
    const { idempotent, idempotencyKey, cancelDownstream } = SITE_FIELDS;
    return {
      address,
      from: component,
      to: target,
      operation,
      layers: patterns.map((layer) => this.#layer(layer)),
      params: this.params({ idempotent, idempotencyKey, cancelDownstream }, values),
    };
  }

  fault(fault: FaultUse): FaultDescription {
    const definition = this.#vocabulary.find(fault.family, fault.kind);
    return {
      address: fault.address,
      kind: fault.kind,
      title: definition?.title ?? '',
      about: definition?.about ?? '',
      targets: definition === undefined ? [] : targetsOf(definition, fault.values),
      enabled: fault.enabled,
      atNs: fault.atNs,
      endNs: fault.atNs + fault.forNs,
      params: this.#paramsOf(fault),
    };
  }

  #layer(layer: LayerUse): LayerDescription {
    const definition = this.#vocabulary.patternKinds(layer.family)?.get(layer.kind);
    const { as: _as, enabled: _enabled, ...fields } = definition === undefined ? {} : layerFields(definition);
    return {
      address: layer.address,
      family: layer.family,
      kind: layer.kind,
      title: definition?.title ?? '',
      about: definition?.about ?? '',
      enabled: layer.enabled,
      params: this.params(fields, { ...layer.values, scope: layer.scope, per: perOf(layer), classes: layer.classes }),
    };
  }

  #step(step: StepUse): StepDescription {
    const title = this.#vocabulary.find(step.family, step.kind)?.title ?? '';
    return { address: step.address, kind: step.kind, title, params: this.#paramsOf(step) };
  }

  #paramsOf(use: DefinitionUse): ParamInForce[] {
    return this.params(this.#vocabulary.find(use.family, use.kind)?.params ?? {}, use.values);
  }

  params(fields: Fields, values: Values): ParamInForce[] {
    return Object.entries(fields).flatMap(([name, param]) => (holdsParts(param) ? [] : this.#param(name, param, values[name])));
  }

  #param(name: string, param: Param, value: Value): ParamInForce {
    const written = value === undefined ? NONE : formatValue(param, value, this.#vocabulary);
    const otherwise = param.optional === true && param.default === undefined ? NONE : formatDefault(param, this.#vocabulary);
    return { name, value: written, isDefault: written === otherwise };
  }

  /** The kind of the first definition of a family among parameters, records included. */
  #kindOf(family: string, fields: Fields, values: Values): string | undefined {
    for (const [name, param] of Object.entries(fields)) {
      const value = values[name];
      if (value === undefined) continue;
      if (param.kind === 'oneOf' && param.family === family) return (value as DefinitionUse).kind;
      const inside = param.kind === 'record' ? this.#kindOf(family, param.fields, value as Values) : undefined;
      if (inside !== undefined) return inside;
    }
    return undefined;
  }
}
