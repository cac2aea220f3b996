import type { ComponentUse, LayerUse, Values } from '../scenario.ts';
import type { LintedSystem, PlacedSite } from './system.ts';
import type { LintRule } from './rule.ts';

export const poolBelowCallers: LintRule = {
  name: 'pool-below-callers',
  why: 'When the callee becomes slow its callers fill it up: the rest of them waits, each on a thread of its own, or is turned away.',
  find: (system) => {
    const crowd = new Crowd(system);
    return system.scenario.components.flatMap((use) => {
      const pool = crowd.poolOf(use);
      const callers = crowd.at(use);
      if (pool === Infinity || callers === Infinity || callers <= pool) return [];
      const queue = system.vocabulary.outlineOf(use)?.queueCapacity ?? 0;
      const rest = queue === Infinity ? 'the others wait in a line without end' : `a line of ${queue} may wait, the others are turned away`;
      return [
        {
          address: use.name,
          what: `${use.name} can serve ${pool} at once, but its callers may send ${callers} at once; ${rest}`,
          advice: `Let ${pool} calls at most out of the callers, with bulkheads or fewer threads, or make ${use.name} larger if what is behind it can bear that.`,
        },
      ];
    });
  },
};

/** How many calls may be under way at once. */
class Crowd {
  readonly #system: LintedSystem;
  readonly #at = new Map<ComponentUse, number>();

  constructor(system: LintedSystem) {
    this.#system = system;
  }

  /** Threads or connections of all instances that can be called, as far as patterns in front of them let calls in. */
  poolOf(use: ComponentUse): number {
    const outline = this.#system.vocabulary.outlineOf(use);
    if (outline === undefined) return Infinity;
    const admitted = ((use.values['patterns'] ?? []) as readonly LayerUse[])
      .filter((layer) => layer.enabled && isForAll(layer))
      .map((layer) => this.#system.concurrency(layer) / (layer.scope === 'shared' ? outline.instances : 1));
    // Everything goes to the primary unless replicas answer reads.
    const instances = use.values['readFrom'] === 'primary' ? 1 : outline.instances;
    return instances * Math.min(outline.capacity, ...admitted);
  }

  /** Calls that may arrive at once: the sum over all who call. Users of an open loop may be any number. */
  at(use: ComponentUse): number {
    const known = this.#at.get(use);
    if (known !== undefined) return known;
    this.#at.set(use, Infinity);
    const sum = this.#system.callersOfAny(use.name).reduce((total, placed) => total + this.#from(placed), 0);
    this.#at.set(use, sum);
    return sum;
  }

  #from({ site, component, layers, copies, isAsync }: PlacedSite): number {
    const instances = this.#system.vocabulary.outlineOf(component)?.instances ?? 1;
    const permits = layers.map((layer) => this.#permits(layer, instances, site.target));
    return Math.min(...permits, isAsync ? Infinity : copies * this.#busy(component));
  }

  /** Requests that a component may be working on at once. */
  #busy(use: ComponentUse): number {
    if (this.#system.vocabulary.findComponent(use.kind)?.role !== 'client') return Math.min(this.poolOf(use), this.at(use));
    const arrivals = use.values['arrivals'] as { readonly kind?: string; readonly values?: Values } | undefined;
    const users = arrivals?.kind === 'closed' ? arrivals.values?.['users'] : undefined;
    return typeof users === 'number' ? users : Infinity;
  }

  /** What the states of a layer let through together. */
  #permits(layer: LayerUse, instances: number, target: string): number {
    const callees = this.#system.vocabulary.outlineOf(this.#system.component(target))?.instances ?? 1;
    const states = (layer.scope === 'shared' ? 1 : instances) * (layer.perCallee ? callees : 1);
    return isForAll(layer) ? states * this.#system.concurrency(layer) : Infinity;
  }
}

/** Whether one state of the layer, of each instance perhaps, counts the calls of all classes and tenants. */
function isForAll({ perClass, perTenant, classes }: LayerUse): boolean {
  return !perClass && !perTenant && classes.length === 0;
}
