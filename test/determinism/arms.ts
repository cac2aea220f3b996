/**
 * Other arms of a scenario: the same users, faults and work behind other patterns. Changes are made to the normal form,
 * where a layer is a layer wherever it stands.
 */
import * as fc from 'fast-check';
import type { AnyPatternDefinition } from '../../sim/resilience/pattern.ts';
import { patterns } from '../../sim/resilience/registry.ts';
import { registries } from '../../sim/scenario/registries.ts';
import type { LayerUse, Scenario } from '../../sim/scenario/scenario.ts';
import { Vocabulary } from '../../sim/scenario/vocabulary.ts';
import { mapUse } from '../../sim/scenario/walk.ts';
import { layerOf } from '../support/pattern-arbitrary.ts';
import { documentOf } from '../support/run-scenario.ts';
import { writtenLayer } from '../support/written-values.ts';

const vocabulary = new Vocabulary(registries);

/** Where layers stand: around the calls of a site, or in front of a server's pool. */
export interface Place {
  readonly address: string;
  readonly side: 'caller' | 'server';
}

/** Gives the layers of each place anew. */
export type Rearrange = (layers: readonly LayerUse[], place: Place) => readonly LayerUse[];

/** The scenario with other layers. What a layer itself calls (the exit of a fallback) is a place too. */
export function rearranged(scenario: Scenario, rearrange: Rearrange): Scenario {
  const components = scenario.components.map((use) => {
    const isServer = vocabulary.findComponent(use.kind)!.role === 'server';
    const own = use.values['patterns'] as readonly LayerUse[] | undefined;
    const values = isServer && own !== undefined ? { ...use.values, patterns: rearrange(own, { address: use.name, side: 'server' }) } : use.values;
    return mapUse({ ...use, values }, vocabulary, {
      site: (site) => ({ ...site, patterns: rearrange(site.patterns, { address: site.address, side: 'caller' }) }),
      layer: (layer) => layer,
      step: (step) => step,
    });
  });
  return { ...scenario, components };
}

export function layersOf(scenario: Scenario): LayerUse[] {
  const found: LayerUse[] = [];
  rearranged(scenario, (layers) => {
    found.push(...layers);
    return layers;
  });
  return found;
}

/** Every layer on or off as `isOn` says. */
export function switched(scenario: Scenario, isOn: (address: string) => boolean): Scenario {
  return rearranged(scenario, (layers) => layers.map((layer) => ({ ...layer, enabled: isOn(layer.address) })));
}

/** One more layer at each place where its kind may stand. */
export function withExtra(scenario: Scenario, extra: LayerUse, outermost: boolean): Scenario {
  const { side } = definitionOf(extra);
  return rearranged(scenario, (layers, place) => {
    if (side !== 'both' && side !== place.side) return layers;
    const layer = { ...extra, address: `${place.address}/extra` };
    return outermost ? [layer, ...layers] : [...layers, layer];
  });
}

function definitionOf({ family, kind }: LayerUse): AnyPatternDefinition {
  return patterns.find((definition) => definition.family === family && definition.kind === kind)!;
}

/** A layer of one pattern with random parameters and scope, read from text like any other. It calls nothing. */
export function extraLayer(definition: AnyPatternDefinition): fc.Arbitrary<LayerUse> {
  const { side } = definition;
  const per = side === 'caller' ? fc.subarray(['callee', 'class']) : fc.subarray(['class']);
  return fc
    .record({ layer: layerOf(definition), scope: fc.constantFrom('instance', 'shared'), per })
    .map(({ layer, scope, per }) => readLayer(writtenLayer(layer, { scope, per }), side === 'server'));
}

/** The same layers in the same places with parameters of chance. */
export function withParameters(scenario: Scenario, extras: readonly LayerUse[]): Scenario {
  return rearranged(scenario, (layers) =>
    layers.map((layer) => {
      const other = extras.find(({ family, kind }) => family === layer.family && kind === layer.kind);
      if (other === undefined) return layer;
      const { exits = [] } = definitionOf(layer);
      return { ...layer, values: { ...other.values, ...Object.fromEntries(exits.map((name) => [name, layer.values[name]])) } };
    }),
  );
}

function readLayer(layer: unknown, atServer: boolean): LayerUse {
  const place = { patterns: [layer] };
  const scenario = {
    faultline: 1,
    title: 'One layer',
    duration: '1s',
    system: {
      users: { kind: 'client', arrivals: { constant: '1/s' }, calls: 'server', ...(atServer ? {} : place) },
      server: { kind: 'service', handler: [], ...(atServer ? place : {}) },
    },
  };
  return layersOf(documentOf(JSON.stringify(scenario)).base)[0]!;
}
