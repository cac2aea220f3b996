/** A random system made runnable: parsed once, compiled as often as wanted, and looked at while it runs. */
import * as fc from 'fast-check';
import { type Directory, directoryOf } from '../../sim/scenario/directory.ts';
import { type CompileOptions, type Simulation, compile } from '../../sim/scenario/compile.ts';
import type { FaultUse, Scenario } from '../../sim/scenario/scenario.ts';
import { registries } from '../../sim/scenario/registries.ts';
import { Vocabulary } from '../../sim/scenario/vocabulary.ts';
import type { Exchange } from '../../sim/model/exchange.ts';
import { Wire } from '../../sim/model/wire.ts';
import { scenarioOf } from './run-scenario.ts';
import { RUN_MS, type RandomSystem } from './random-system.ts';
import { textOf } from './system-text.ts';
import { MS } from './resilience-harness.ts';

type Interventions = NonNullable<CompileOptions['interventions']>;

export class RandomWorld {
  readonly system: RandomSystem;
  readonly #text: string;
  #scenario: Scenario | undefined;

  constructor(system: RandomSystem, durationMs = RUN_MS) {
    this.system = system;
    this.#text = textOf(system, durationMs);
  }

  /** How fast-check shows a world that fails: the scenario, and what was switched while it ran. */
  [fc.toStringMethod](): string {
    const switched = this.interventions.map(({ atNs, address, enabled }) => `# at ${atNs / MS} ms, ${address} is switched ${enabled ? 'on' : 'off'}\n`);
    return `\n${this.#text}${switched.join('')}`;
  }

  get scenario(): Scenario {
    return (this.#scenario ??= scenarioOf(this.#text));
  }

  directory(): Directory {
    return directoryOf(this.scenario, new Vocabulary(registries));
  }

  get interventions(): Interventions {
    const { layers, faults } = this.directory();
    const addresses = [...layers.keys(), ...faults.keys()];
    return this.system.switches.map(({ atMs, which, enabled }) => ({ atNs: atMs * MS, address: addresses[which % addresses.length]!, enabled }));
  }

  /** @param change what is to be otherwise than in the file */
  compile(change: Partial<Scenario> = {}): Simulation {
    return compile({ ...this.scenario, ...change }, { variant: 'default', seed: '', interventions: this.interventions });
  }

  faultsThatHappen(): readonly FaultUse[] {
    return this.scenario.faults.filter((fault) => fault.enabled);
  }

  /** Instants at which faults begin and end, in nanoseconds. */
  faultEdges(): number[] {
    const edges = this.faultsThatHappen().flatMap(({ atNs, forNs }) => [atNs, atNs + forNs]);
    return [...new Set(edges)].filter((at) => at < END_NS).sort((a, b) => a - b);
  }

  /** Patterns, as `family/kind`, through which at least one call has gone. */
  patternsUsedBy({ engine }: Simulation): Set<string> {
    const { layers } = this.directory();
    const used = engine.runtime.calls.map((call) => layers.get(call.layer.address));
    return new Set(used.flatMap((layer) => (layer === undefined ? [] : [`${layer.family}/${layer.kind}`])));
  }
}

export const END_NS = RUN_MS * MS;

/** All call sites of a system. */
export function wiresOf(simulation: Simulation): Wire[] {
  return simulation.engine.accountables.filter((one) => one instanceof Wire);
}

/** Everything that is on its way, at a server, or on its way home. */
export function exchangesOf(simulation: Simulation): Exchange[] {
  const exchanges = wiresOf(simulation)[0]!.exchanges;
  const all: Exchange[] = [];
  for (let id = 0; ; id++) {
    const exchange = exchanges.get(id) as Exchange | undefined;
    if (exchange === undefined) return all.filter(({ phase }) => phase !== 0);
    all.push(exchange);
  }
}
