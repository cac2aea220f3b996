/**
 * What the rules of the linter ask of a scenario: who calls whom, what stands around a call, and how long it may take.
 *
 * Times are those of a system that is well but slow to answer where something limits how slow: a call with a timeout
 * takes as long as its timeout lets it, a call without one as long as the work behind it takes on average.
 */
import type { Param } from '../../catalogue/param.ts';
import type { CallSiteUse, ComponentUse, DefinitionUse, LayerUse, Scenario, StepUse, Value, Values } from '../scenario.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { madeValues, meanOf } from './made.ts';
import { type Need, needOf, sequence } from './need.ts';

/** A call site and all that stands around it in its own component. */
export interface PlacedSite {
  readonly site: CallSiteUse;
  readonly component: ComponentUse;
  /** Name of the operation in whose handler it stands; '' where there is only one. */
  readonly operation: string;
  /** What a call passes on its way out, outermost first; only what is on. A fallback's own call passes what is around the fallback, too. */
  readonly layers: readonly LayerUse[];
  /** The shortest limit that a parallel step around it, its server for all its work, or a user's patience sets; Infinity when there is none. */
  readonly limitNs: number;
  /** How many calls one request makes here at once. */
  readonly copies: number;
  /** The thread is given back during the call. */
  readonly isAsync: boolean;
}

type Around = Omit<PlacedSite, 'site' | 'layers'> & { readonly outer: readonly LayerUse[] };

export class LintedSystem {
  readonly scenario: Scenario;
  readonly vocabulary: Vocabulary;
  readonly sites: readonly PlacedSite[];
  readonly #components: ReadonlyMap<string, ComponentUse>;
  readonly #sitesOf: ReadonlyMap<string, readonly PlacedSite[]>;
  readonly #callersOfAny: ReadonlyMap<string, readonly PlacedSite[]>;
  readonly #callersOf: ReadonlyMap<string, readonly PlacedSite[]>;
  readonly #bySite = new Map<CallSiteUse, PlacedSite>();
  readonly #needs = new Map<string, Need>();

  constructor(scenario: Scenario, vocabulary: Vocabulary) {
    this.scenario = scenario;
    this.vocabulary = vocabulary;
    this.#components = new Map(scenario.components.map((use) => [use.name, use]));
    this.sites = scenario.components.flatMap((use) => this.#sitesIn(use));
    this.#sitesOf = groupedBy(this.sites, ({ component, operation }) => keyOf(component.name, operation));
    this.#callersOfAny = groupedBy(this.sites, ({ site }) => site.target);
    this.#callersOf = groupedBy(this.sites, ({ site }) => keyOf(site.target, site.operation));
  }

  component(name: string): ComponentUse {
    return this.#components.get(name)!;
  }

  /** The calls that an operation makes. */
  sitesOf(component: string, operation: string): readonly PlacedSite[] {
    return this.#sitesOf.get(keyOf(component, operation)) ?? [];
  }

  /** The calls that arrive at an operation. */
  callersOf(component: string, operation: string): readonly PlacedSite[] {
    return this.#callersOf.get(keyOf(component, operation)) ?? [];
  }

  /** Calls that arrive at a component, whatever they ask of it. */
  callersOfAny(component: string): readonly PlacedSite[] {
    return this.#callersOfAny.get(component) ?? [];
  }

  // ---- layers -------------------------------------------------------------------------------------------------

  /** How long a call may take in a layer if what is inside takes at most `insideNs`. */
  longestNs(layer: LayerUse, insideNs: number): number {
    const definition = this.#patternOf(layer);
    return definition?.longestNs?.(madeValues(definition.params, layer.values, this.vocabulary), insideNs) ?? insideNs;
  }

  /** The limit that a layer itself sets to a call; Infinity for one that sets none. */
  limitNs(layer: LayerUse): number {
    return this.longestNs(layer, Infinity);
  }

  /** The longest that a call may take in these layers, whatever happens behind them. */
  boundNs(layers: readonly LayerUse[]): number {
    return layers.reduceRight((insideNs, layer) => this.longestNs(layer, insideNs), Infinity);
  }

  /** How many calls a layer makes of one. */
  attempts(layer: LayerUse): number {
    const definition = this.#patternOf(layer);
    return definition?.attempts?.(madeValues(definition.params, layer.values, this.vocabulary)) ?? 1;
  }

  /** Whether a budget of retries limits how many calls a layer makes of many. */
  hasBudget(layer: LayerUse): boolean {
    const params = this.#patternOf(layer)?.params ?? {};
    return Object.entries(params).some(([name, param]) => param.kind === 'oneOf' && param.family === 'retryBudget' && layer.values[name] !== undefined);
  }

  /** How many calls one state of the layer lets inside at once; Infinity for a layer that does not count. */
  concurrency(layer: LayerUse): number {
    const definition = this.#patternOf(layer);
    return definition?.concurrency?.(madeValues(definition.params, layer.values, this.vocabulary)) ?? Infinity;
  }

  #patternOf({ family, kind }: LayerUse) {
    return this.vocabulary.patternKinds(family)?.get(kind);
  }

  // ---- how long calls need ------------------------------------------------------------------------------------

  /** What a call needs inside these layers, outermost first. */
  needInside(layers: readonly LayerUse[], { site, component }: PlacedSite): Need {
    const boundNs = this.boundNs(layers);
    const behind = boundNs < Infinity ? needOf(Infinity) : sequence([this.#networkNeed(component.name, site.target), this.#operationNeed(site.target, site.operation)]);
    return layers.reduceRight((need, layer) => this.#needIn(layer, need), behind);
  }

  #needIn(layer: LayerUse, inside: Need): Need {
    const ns = this.longestNs(layer, inside.ns);
    const attempts = this.attempts(layer);
    // A layer may turn to another call when the first has failed.
    const others = sitesIn(this.#patternOf(layer)?.params ?? {}, layer.values).map((site) => this.#siteNeed(site));
    if (ns === inside.ns) return sequence([inside, ...others]);
    if (inside.ns === Infinity || ns < inside.ns) return sequence([needOf(ns), ...others]);
    // Attempts beside one another take less time than one after the other.
    if (ns < attempts * inside.ns) return sequence([inside, needOf(ns - inside.ns, 'before the last attempt'), ...others]);
    return sequence([inside.times(attempts), needOf(ns - attempts * inside.ns, 'of waiting'), ...others]);
  }

  #siteNeed(site: CallSiteUse): Need {
    return this.needInside(site.patterns.filter(isOn), this.#bySite.get(site)!).at(site.address);
  }

  /** What the work of an operation needs, its own calls included. */
  #operationNeed(name: string, operation: string): Need {
    const key = keyOf(name, operation);
    const known = this.#needs.get(key);
    if (known !== undefined) return known;
    // Work that leads back to itself is counted once.
    this.#needs.set(key, needOf(0));
    const { kind, values } = this.component(name);
    const { params = {} } = this.vocabulary.findComponent(kind) ?? {};
    const parts = Object.entries(params).flatMap(([param, { kind: kindOfParam }]): Need[] => {
      const value = values[param];
      if (value === undefined) return [];
      if (kindOfParam === 'steps') return [this.#stepsNeed(value as readonly StepUse[])];
      const steps = holdsSteps(params[param]!) ? (value as Values)[operation] : undefined;
      if (steps !== undefined) return [this.#stepsNeed(steps as readonly StepUse[])];
      // A database says how long its operations take in parameters of their names.
      return kindOfParam === 'distribution' && param === operation ? [needOf(meanOf(value as DefinitionUse, this.vocabulary), 'of work')] : [];
    });
    const admission = ((values['patterns'] ?? []) as readonly LayerUse[]).filter(isOn);
    const work = this.#limited(sequence(parts), ownLimitOf(this.component(name)));
    const need = admission.reduceRight((inside, layer) => this.#needIn(layer, inside), work);
    this.#needs.set(key, need);
    return need;
  }

  #stepsNeed(steps: readonly StepUse[]): Need {
    return sequence(steps.map((step) => this.#stepNeed(step)));
  }

  /** One after the other: work, calls, nested steps; of branches and alternatives the longest. */
  #stepNeed(step: StepUse): Need {
    const { params = {} } = this.vocabulary.find('step', step.kind) ?? {};
    const needs = Object.entries(params).flatMap(([name, param]): Need[] => {
      const value = step.values[name];
      if (value === undefined) return [];
      if (param.kind === 'distribution') return [needOf(meanOf(value as DefinitionUse, this.vocabulary), 'of work')];
      return param.kind === 'callSite' ? [this.#siteNeed(value as CallSiteUse)] : [];
    });
    const ways = waysOf(params, step.values).map((steps) => this.#stepsNeed(steps));
    const longest = ways.reduce((most, way) => (way.ns > most.ns ? way : most), needOf(0));
    const whole = sequence([...needs, longest]);
    return this.#limited(whole, limitOf(step));
  }

  #limited(need: Need, limitNs: number): Need {
    return need.ns > limitNs ? needOf(limitNs) : need;
  }

  /** There and back. */
  #networkNeed(from: string, to: string): Need {
    const { links, default: otherwise } = this.scenario.network as { links?: readonly Values[]; default?: Values };
    const link = links?.find((one) => one['from'] === from && one['to'] === to) ?? otherwise;
    const latency = link?.['latency'] as DefinitionUse | undefined;
    return needOf(latency === undefined ? 0 : 2 * meanOf(latency, this.vocabulary), 'on the network');
  }

  // ---- where calls stand --------------------------------------------------------------------------------------

  #sitesIn(use: ComponentUse): readonly PlacedSite[] {
    const params = this.vocabulary.fieldsWithParts(use.family, use.kind);
    const deadline = use.values['deadline'];
    const around: Around = { component: use, operation: '', outer: [], limitNs: typeof deadline === 'number' ? deadline : ownLimitOf(use), copies: 1, isAsync: false };
    return params.flatMap(([name, param]) => {
      const value = use.values[name];
      if (value === undefined) return [];
      if (param.kind === 'steps') return this.#inSteps(value as readonly StepUse[], around);
      if (param.kind === 'callSite') return this.#atSite(value as CallSiteUse, around);
      if (!holdsSteps(param)) return [];
      return Object.entries(value as Values).flatMap(([operation, steps]) => this.#inSteps(steps as readonly StepUse[], { ...around, operation }));
    });
  }

  #inSteps(steps: readonly StepUse[], around: Around): readonly PlacedSite[] {
    return steps.flatMap((step) => {
      const { params = {} } = this.vocabulary.find('step', step.kind) ?? {};
      const repeat = step.values['repeat'];
      const inside: Around = {
        ...around,
        limitNs: Math.min(around.limitNs, limitOf(step)),
        copies: around.copies * (typeof repeat === 'number' ? repeat : 1),
        isAsync: around.isAsync || step.values['async'] === true,
      };
      return [
        ...sitesIn(params, step.values).flatMap((site) => this.#atSite(site, inside)),
        ...waysOf(params, step.values).flatMap((way) => this.#inSteps(way, inside)),
      ];
    });
  }

  #atSite(site: CallSiteUse, around: Around): readonly PlacedSite[] {
    const { outer, ...rest } = around;
    const own = site.patterns.filter(isOn);
    const placed: PlacedSite = { site, ...rest, layers: [...outer, ...own] };
    this.#bySite.set(site, placed);
    const others = own.flatMap((layer, at) =>
      sitesIn(this.#patternOf(layer)?.params ?? {}, layer.values).flatMap((other) => this.#atSite(other, { ...around, outer: [...outer, ...own.slice(0, at)] })),
    );
    return [placed, ...others];
  }
}

const isOn = (layer: LayerUse): boolean => layer.enabled;
const keyOf = (component: string, operation: string): string => `${component}\n${operation}`;

function groupedBy(sites: readonly PlacedSite[], keyOfSite: (placed: PlacedSite) => string): ReadonlyMap<string, readonly PlacedSite[]> {
  const groups = new Map<string, PlacedSite[]>();
  for (const placed of sites) {
    const key = keyOfSite(placed);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [placed]);
    else group.push(placed);
  }
  return groups;
}

/** Handlers by name. */
function holdsSteps(param: Param): boolean {
  return param.kind === 'map' && param.value.kind === 'steps';
}

/** Call sites among parameters. */
function sitesIn(params: Readonly<Record<string, Param>>, values: Values): readonly CallSiteUse[] {
  return Object.entries(params).flatMap(([name, { kind }]) => (kind === 'callSite' && values[name] !== undefined ? [values[name] as CallSiteUse] : []));
}

/** Lists of steps among parameters: branches that run beside one another, or alternatives. */
function waysOf(params: Readonly<Record<string, Param>>, values: Values): readonly (readonly StepUse[])[] {
  return Object.entries(params).flatMap(([name, param]) => waysIn(param, values[name]));
}

function waysIn(param: Param, value: Value): readonly (readonly StepUse[])[] {
  if (value === undefined) return [];
  if (param.kind === 'steps') return [value as readonly StepUse[]];
  if (param.kind === 'list') return (value as readonly Value[]).flatMap((item) => waysIn(param.item, item));
  if (param.kind === 'record') return waysOf(param.fields, value as Values);
  return [];
}

/** After this long a server ends its own work, and what that has asked of others. */
function ownLimitOf({ values }: ComponentUse): number {
  const limits = [values['requestTimeout'], values['statementTimeout']].filter((limit) => typeof limit === 'number');
  return Math.min(Infinity, ...limits);
}

/** After this long a step ends what is going on inside. */
function limitOf({ values }: StepUse): number {
  return typeof values['timeout'] === 'number' ? values['timeout'] : Infinity;
}
