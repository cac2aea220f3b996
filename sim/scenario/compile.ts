/**
 * Turns a scenario in normal form into a running model. This is the one place where definitions are given their values:
 * names of families are looked up, distributions, steps and call sites become objects, and layers get their state.
 *
 * Two passes: components first, each with its handlers and call sites; then, when everything exists, call sites are
 * joined to their targets, and each layer gets as many pattern objects as its scope asks for.
 */
import type { AnyMakes } from '../catalogue/definition.ts';
import type { Fields, Param } from '../catalogue/param.ts';
import type { SystemDescription } from '../catalogue/system.ts';
import { formatDuration } from '../catalogue/units.ts';
import { InvariantError, assert } from '../kernel/assert.ts';
import type { Fault, FaultBuild } from '../faults/fault.ts';
import type { Client } from '../model/client.ts';
import type { Component, ComponentBuild, RequestClass } from '../model/component.ts';
import { Door } from '../model/door.ts';
import { Engine } from '../model/engine.ts';
import { Link, type LinkSettings } from '../model/link.ts';
import { type NetworkValues, networkParams } from '../model/network.ts';
import { Pick } from '../model/pick.ts';
import { WorkDone } from '../model/processor.ts';
import type { Grounds, Server } from '../model/server.ts';
import type { Step, StepBuild } from '../model/step.ts';
import { Exchanges, Wire } from '../model/wire.ts';
import { IDEMPOTENCY_KEYS } from '../resilience/idempotency-key.ts';
import { MARKS, Mark, type MarkName } from '../resilience/mark.ts';
import { type AnyPatternDefinition, CallFlag, type Gauges, NO_GAUGES, type Pattern, type PatternHost } from '../resilience/pattern.ts';
import { type Layer, type Partition, SHARED, type Site } from '../resilience/runtime.ts';
import type { RunEnd, RunRecord } from '../telemetry/record.ts';
import type { RowRange } from '../telemetry/recorder.ts';
import { describeScenario } from './describe-scenario.ts';
import { FaultRun } from './fault-run.ts';
import { registries } from './registries.ts';
import { allClasses } from './request-classes.ts';
import type { CallSiteUse, ComponentUse, DefinitionUse, FaultUse, LayerUse, Scenario, StepUse, Value, Values } from './scenario.ts';
import { Vocabulary } from './vocabulary.ts';
import { isWrite } from './writes.ts';

/** Version of the engine as far as results go: same scenario, seed and this give the same fingerprints. */
const ENGINE_VERSION = '1';

export interface CompileOptions {
  readonly variant: string;
  /** '' = the scenario's own. */
  readonly seed: string;
  /** Changes during the run: layers and faults switched on or off at an instant. */
  readonly interventions?: readonly { readonly atNs: number; readonly address: string; readonly enabled: boolean }[];
}

/** A scenario that can be run. */
export class Simulation {
  readonly system: SystemDescription;
  readonly engine: Engine;
  readonly durationNs: number;
  readonly clients: readonly Client[];
  readonly servers: readonly Server[];
  readonly #scenario: Scenario;
  readonly #options: CompileOptions;
  readonly #faults: readonly FaultRun[];
  #end: RunEnd | undefined;

  constructor(scenario: Scenario, options: CompileOptions, engine: Engine, clients: readonly Client[], servers: readonly Server[], faults: readonly FaultRun[]) {
    this.#scenario = scenario;
    this.#options = options;
    this.engine = engine;
    this.clients = clients;
    this.servers = servers;
    this.#faults = faults;
    this.durationNs = scenario.durationNs;
    this.system = describeScenario(scenario);
  }

  get now(): number {
    return this.engine.now;
  }

  get ended(): boolean {
    return this.#end !== undefined;
  }

  /**
   * Runs up to `untilNs` (at most the scenario's duration), or until the budget of events is used up.
   * @returns true when the run has ended
   */
  run(untilNs = Infinity, eventsMax = Infinity): boolean {
    if (this.#end !== undefined) return true;
    const until = Math.min(untilNs, this.durationNs);
    const end = this.#guard(() => this.#runWithinLimit(until, eventsMax));
    if (end !== undefined && (end.kind !== 'completed' || until === this.durationNs)) this.#end = end;
    return this.#end !== undefined;
  }

  #runWithinLimit(untilNs: number, eventsMax: number): RunEnd | undefined {
    const { engine } = this;
    const { maxEvents } = this.#scenario;
    const left = maxEvents - engine.kernel.dispatched;
    const end = engine.run(untilNs, Math.min(eventsMax, left));
    if (end !== undefined || engine.kernel.dispatched < maxEvents) return end;
    const message = `more than ${maxEvents} events in ${formatDuration(engine.now)}: make the run shorter, ask for less, or set maxEvents`;
    return { kind: 'budgetExceeded', atNs: engine.now, message };
  }

  /**
   * After the run: sends nothing more, heals every fault and lets the system come to rest. For checks, not for results.
   * @returns what is still held; zero when nothing leaked
   */
  drain(forNs: number): number {
    for (const client of this.clients) client.stop();
    for (const server of this.servers) server.stop();
    for (const fault of this.#faults) fault.switch(false);
    this.engine.run(this.engine.now + forNs, Infinity);
    return this.engine.held();
  }

  record(): RunRecord {
    const { engine } = this;
    return engine.recorder.record({
      scenario: this.#scenario.title,
      variant: this.#options.variant,
      seed: this.#options.seed === '' ? this.#scenario.seed : this.#options.seed,
      engine: ENGINE_VERSION,
      fingerprints: { dispatch: engine.kernel.dispatchDigest.hex(), request: engine.requestFingerprint() },
      eventsDispatched: engine.kernel.dispatched,
      end: this.#end ?? { kind: 'completed' },
    });
  }

  framesFrom(bucket: number): RowRange {
    return this.engine.recorder.takeFrames(bucket);
  }

  #guard(run: () => RunEnd | undefined): RunEnd | undefined {
    try {
      return run();
    } catch (error) {
      if (error instanceof InvariantError) return { kind: 'invariantBroken', atNs: this.engine.now, message: error.message };
      throw error;
    }
  }
}

export function compile(scenario: Scenario, options: CompileOptions): Simulation {
  return new Compiler(scenario, options).compile();
}

/** Who makes calls: how many instances, and the server whose crash resets their patterns. */
interface Caller {
  readonly instances: number;
  readonly component: string;
}

/** A layer that waits for its pattern objects until all components exist. */
interface PendingLayer {
  readonly layer: Layer;
  readonly use: LayerUse;
  readonly caller: Caller;
  readonly make: (host: PatternHost) => Pattern;
  /** Of the instance in front of whose pool the layer stands. */
  readonly gauges: ((instance: number) => Gauges) | undefined;
  readonly hosts: number;
  readonly perInstance: boolean;
  readonly hostsPerInstance: number;
}

class Compiler {
  readonly #scenario: Scenario;
  readonly #options: CompileOptions;
  readonly #vocabulary = new Vocabulary(registries);
  readonly #engine: Engine;
  readonly #grounds: Grounds;
  readonly #classes: readonly RequestClass[];
  /** How many tenants all clients have together. */
  #tenants = 0;
  /** Number of each client's first tenant. */
  readonly #firstTenants = new Map<string, number>();
  readonly #components = new Map<string, Component>();
  readonly #uses: ReadonlyMap<string, ComponentUse>;
  readonly #wires: { readonly wire: Wire; readonly from: string; readonly to: string }[] = [];
  readonly #pending: PendingLayer[] = [];
  readonly #links = new Map<string, Link>();
  readonly #layers = new Map<string, Layer>();

  constructor(scenario: Scenario, options: CompileOptions) {
    this.#scenario = scenario;
    this.#options = options;
    const seed = options.seed === '' ? scenario.seed : options.seed;
    const { durationNs, warmupNs, bucketNs } = scenario;
    const engine = new Engine(seed, { durationNs, warmupNs, bucketNs });
    this.#engine = engine;
    this.#grounds = { engine, exchanges: new Exchanges(engine), workDone: new WorkDone(engine), flagStores: new Map() };
    this.#classes = allClasses(scenario);
    for (const { kind, name, values } of scenario.components) {
      if (kind !== 'client') continue;
      this.#firstTenants.set(name, this.#tenants);
      this.#tenants += (values['tenants'] as { readonly count: number } | undefined)?.count ?? 1;
    }
    this.#uses = new Map(scenario.components.map((use) => [use.name, use]));
  }

  compile(): Simulation {
    const { components, faults } = this.#scenario;
    for (const use of components) this.#components.set(use.name, this.#component(use));
    this.#joinWires();
    for (const pending of this.#pending) this.#fill(pending);
    const runs = new Map(faults.map((use, at) => [use.address, new FaultRun(this.#engine, use, this.#fault(use, at + 1))]));
    this.#intervene(runs);
    this.#engine.recorder.seal();
    const built = [...this.#components.values()];
    const clients = built.flatMap((component) => (component.role === 'client' ? [component.client] : []));
    const servers = built.flatMap((component) => (component.role === 'server' ? [component.server] : []));
    for (const client of clients) client.start();
    return new Simulation(this.#scenario, this.#options, this.#engine, clients, servers, [...runs.values()]);
  }

  // ---- components ---------------------------------------------------------------------------------------------

  #component(use: ComponentUse): Component {
    const definition = this.#makerOf<Component, ComponentBuild>(use);
    const caller: Caller = { instances: this.#instancesOf(use.name), component: use.name };
    const values = this.#fields(definition.params, use.values, caller);
    const component = definition.create(values as never, { grounds: this.#grounds, name: use.name, classes: this.#classes, firstTenant: this.#firstTenants.get(use.name) ?? 0 });
    if (component.role === 'server') this.#admission(component.server, use, caller);
    return component;
  }

  /** Patterns in front of a component's pool. */
  #admission(server: Server, use: ComponentUse, caller: Caller): void {
    const uses = (use.values['patterns'] ?? []) as readonly LayerUse[];
    server.admission = this.#chain(uses, server.poolLayer, caller, use.name, (instance) => server.instances[instance]!.gauges);
  }

  #instancesOf(name: string): number {
    return this.#vocabulary.outlineOf(this.#uses.get(name)!)?.instances ?? 1;
  }

  // ---- call sites and layers ----------------------------------------------------------------------------------

  #site(use: CallSiteUse, caller: Caller): Site {
    const engine = this.#engine;
    const wire = new Wire(this.#grounds.exchanges, use.address, use.cancelDownstream);
    this.#wires.push({ wire, from: caller.component, to: use.target });
    const terminal = engine.runtime.newLayer(use.address, engine.purpose(use.address), SHARED, caller.component);
    engine.runtime.newHost(terminal, 0, () => wire);
    const target = this.#uses.get(use.target)!;
    const operations = this.#vocabulary.operationsOf(target);
    const operation = Math.max(0, operations.indexOf(use.operation));
    const writes = isWrite(target, operations[operation] ?? '');
    const keyedBy = IDEMPOTENCY_KEYS.indexOf(use.idempotencyKey);
    terminal.door = this.#door(use, wire, operation, caller);
    return {
      address: use.address,
      target: use.target,
      word: engine.word(use.address),
      first: this.#chain(use.patterns, terminal, caller, use.target, undefined, wire),
      operation,
      flags: (use.idempotent ? CallFlag.idempotent : 0) | (writes ? CallFlag.write : 0) | (keyedBy > 0 ? CallFlag.keyed : 0),
      keyedBy,
    };
  }

  /** Where the site's pools set up their connections, if it has any. */
  #door(use: CallSiteUse, wire: Wire, operation: number, caller: Caller): Layer | null {
    if (!use.patterns.some((layer) => this.#patternOf(layer).connects === true)) return null;
    const { runtime } = this.#engine;
    const layer = runtime.newLayer(`${use.address}/connect`, 0, SHARED, caller.component);
    const door = new Door(this.#engine, wire, operation);
    runtime.newHost(layer, 0, () => door);
    return layer;
  }

  /** Lays patterns around `terminal`. @returns the outermost layer */
  #chain(uses: readonly LayerUse[], terminal: Layer, caller: Caller, callee: string, gauges?: (instance: number) => Gauges, wire?: Wire): Layer {
    const outermostPerCallee = uses.findIndex((use) => use.perCallee);
    let inner = terminal;
    for (let at = uses.length - 1; at >= 0; at--) {
      inner = this.#layer(uses[at]!, inner, caller, callee, gauges);
      if (at === outermostPerCallee && wire !== undefined) inner = this.#pick(inner, wire, caller);
    }
    return inner;
  }

  #pick(inner: Layer, wire: Wire, caller: Caller): Layer {
    const { runtime } = this.#engine;
    const layer = runtime.newLayer(`${wire.address}/pick`, 0, SHARED, caller.component);
    layer.inner = inner;
    layer.door = inner.door;
    const pick = new Pick(this.#engine, wire);
    runtime.newHost(layer, 0, () => pick);
    return layer;
  }

  #layer(use: LayerUse, inner: Layer, caller: Caller, callee: string, gauges: ((instance: number) => Gauges) | undefined): Layer {
    const engine = this.#engine;
    const definition = this.#patternOf(use);
    // In front of a server the callee is the very instance in which the layer stands.
    const perCallee = use.perCallee && gauges === undefined;
    const perInstance = use.scope === 'instance' || (use.perCallee && gauges !== undefined);
    const tenants = use.perTenant ? this.#tenants : 1;
    const classes = use.perClass ? this.#classes.length : 1;
    const endpoints = perCallee ? this.#instancesOf(callee) : 1;
    const partition: Partition = {
      byTenant: use.perTenant ? 1 : 0,
      byClass: use.perClass ? tenants : 0,
      byEndpoint: perCallee ? tenants * classes : 0,
      byInstance: perInstance ? tenants * classes * endpoints : 0,
    };
    const layer = engine.runtime.newLayer(use.address, engine.purpose(use.address), partition, caller.component);
    layer.inner = inner;
    layer.door = inner.door;
    layer.enabled = use.enabled;
    layer.passedBy = use.classes.length === 0 ? null : Uint8Array.from(this.#classes, ({ name }) => (use.classes.includes(name) ? 0 : 1));
    const values = this.#fields(definition.params, use.values, caller);
    layer.exits = (definition.exits ?? []).flatMap((name) => (values[name] === undefined ? [] : [values[name] as Site]));
    this.#layers.set(use.address, layer);
    this.#pending.push({
      layer,
      use,
      caller,
      gauges,
      make: (host) => definition.create(values as never, host),
      hosts: (perInstance ? caller.instances : 1) * tenants * classes * endpoints,
      perInstance,
      hostsPerInstance: tenants * classes * endpoints,
    });
    this.#recordLayer(layer, use, definition);
    return layer;
  }

  #recordLayer(layer: Layer, { address, family }: LayerUse, definition: AnyPatternDefinition): void {
    const { recorder, runtime } = this.#engine;
    const gauge = (name: string, read: () => number): void => recorder.gauge(recorder.register(address, name, 'gauge', 'count'), read);
    gauge('enabled', () => (layer.enabled ? 1 : 0));
    if (family === 'circuitBreaker') {
      const inState = (state: number) => (): number => layer.hosts.reduce((sum, host) => sum + (host.state === state ? 1 : 0), 0);
      gauge('open', inState(Mark.opened));
      gauge('halfOpen', inState(Mark.halfOpened));
      gauge('states', () => layer.hosts.length);
    }
    const marks: readonly MarkName[] = definition.marks;
    const counters = marks.map((name) => ({ index: recorder.register(address, name, 'counter', 'count'), at: layer.index * MARKS.length + Mark[name] }));
    this.#engine.accountables.push({
      address,
      integrate: () => {
        for (const { index, at } of counters) recorder.values[index] = runtime.marks[at]!;
      },
      audit() {},
      held: () => 0,
    });
  }

  #fill({ layer, use, caller, make, gauges, hosts, perInstance, hostsPerInstance }: PendingLayer): void {
    const { runtime } = this.#engine;
    const home = this.#components.get(caller.component)!;
    for (let at = 0; at < hosts; at++) {
      const instance = perInstance ? Math.floor(at / hostsPerInstance) : 0;
      const slot = this.#engine.entitySlot(`${use.address}#${at}`);
      const host = runtime.newHost(layer, slot, make, gauges === undefined ? NO_GAUGES : gauges(instance));
      host.instance = instance;
      if (layer.partition.byEndpoint > 0) host.endpoint = Math.floor((at % hostsPerInstance) / layer.partition.byEndpoint);
      if (perInstance && home.role === 'server') home.server.resident.push({ host, instance, make });
    }
  }

  #joinWires(): void {
    for (const { wire, from, to } of this.#wires) {
      const target = this.#components.get(to)!;
      assert(target.role === 'server', `${to} cannot be called`);
      wire.server = target.server;
      wire.link = this.#link(from, to);
    }
  }

  #link(from: string, to: string): Link {
    const key = `${from}\n${to}`;
    let link = this.#links.get(key);
    if (link === undefined) {
      link = new Link(this.#engine, from, to, this.#linkSettings(from, to));
      this.#links.set(key, link);
    }
    return link;
  }

  #linkSettings(from: string, to: string): LinkSettings {
    const network = this.#fields(networkParams, this.#scenario.network, undefined) as unknown as NetworkValues;
    const { latency, loss, lossModel, retransmitAfter } = network.links.find((one) => one.from === from && one.to === to) ?? network.default;
    return { latency, loss, lossModel, retransmitAfterNs: retransmitAfter };
  }

  // ---- faults and interventions -------------------------------------------------------------------------------

  #fault(use: FaultUse, id: number): Fault {
    const definition = this.#makerOf<Fault, FaultBuild>(use);
    const server = (name: string): Server => {
      const component = this.#components.get(name);
      assert(component?.role === 'server', `${name} has no instances`);
      return component.server;
    };
    const client = (name: string): Client => {
      const component = this.#components.get(name);
      assert(component?.role === 'client', `${name} is not a client`);
      return component.client;
    };
    const build: FaultBuild = { engine: this.#engine, id, address: use.address, slot: this.#engine.newSlot(), server, client, links: () => [...this.#links.values()] };
    return definition.create(this.#fields(definition.params, use.values, undefined) as never, build);
  }

  #intervene(faults: ReadonlyMap<string, FaultRun>): void {
    for (const { atNs, address, enabled } of this.#options.interventions ?? []) {
      this.#engine.scheduleControl(atNs, () => {
        const layer = this.#layers.get(address);
        if (layer !== undefined) layer.enabled = enabled;
        else faults.get(address)?.switch(enabled);
        this.#engine.recorder.event(address, 'intervention', enabled ? 'on' : 'off');
      });
    }
  }

  // ---- values -------------------------------------------------------------------------------------------------

  /** Gives parameters the form in which `create` wants them. `caller` is who makes the calls among them. */
  #fields(fields: Fields, values: Values, caller: Caller | undefined): Record<string, unknown> {
    return Object.fromEntries(Object.entries(fields).map(([name, param]) => [name, this.#value(param, values[name], caller)]));
  }

  #value(param: Param, value: Value, caller: Caller | undefined): unknown {
    if (value === undefined) return undefined;
    switch (param.kind) {
      case 'amount':
      case 'number':
      case 'flag':
      case 'choice':
      case 'text':
      case 'causes':
      case 'address':
        return value;
      case 'distribution':
      case 'oneOf':
        return this.#use(value as DefinitionUse, caller);
      case 'steps':
        return (value as readonly StepUse[]).map((use) => this.#step(use, caller!));
      case 'callSite':
        return this.#site(value as CallSiteUse, caller!);
      case 'patterns':
        return undefined;
      case 'list':
        return (value as readonly Value[]).map((item) => this.#value(param.item, item, caller));
      case 'record':
        return this.#fields(param.fields, value as Values, caller);
      case 'map':
        return Object.fromEntries(Object.entries(value as Values).map(([name, one]) => [name, this.#value(param.value, one, caller)]));
    }
  }

  #use(use: DefinitionUse, caller: Caller | undefined): unknown {
    const definition = this.#makerOf<unknown, undefined>(use);
    return definition.create(this.#fields(definition.params, use.values, caller) as never, undefined);
  }

  #step(use: StepUse, caller: Caller): Step {
    const engine = this.#engine;
    const definition = this.#makerOf<Step, StepBuild>(use);
    const classOf = (name: string): number => this.#classes.findIndex((one) => one.name === name);
    return definition.create(this.#fields(definition.params, use.values, caller) as never, {
      address: use.address,
      purpose: engine.purpose(use.address),
      word: engine.word(use.address),
      engine,
      classOf,
    });
  }

  // ---- definitions --------------------------------------------------------------------------------------------

  #makerOf<T, Context>({ family, kind }: DefinitionUse): AnyMakes<T, Context> {
    const found = this.#vocabulary.find(family, kind);
    assert(found !== undefined, `there is no ${family} ${kind}`);
    return found as unknown as AnyMakes<T, Context>;
  }

  #patternOf({ family, kind }: LayerUse): AnyPatternDefinition {
    const found = this.#vocabulary.pattern(family, kind);
    assert(found !== undefined, `there is no pattern ${family} ${kind}`);
    return found;
  }
}
