/**
 * Load balancers: which instance gets the next send. They see only what they are told: the instances that the last
 * health checks found healthy, and their own count of sends that have not ended. Choices that need luck draw it under the
 * key of the send, since the order of arrivals differs between arms.
 */
import type { AnyMakes, Makes } from '../catalogue/definition.ts';
import type { Fields } from '../catalogue/param.ts';
import { assert } from '../kernel/assert.ts';
import type { Engine } from './engine.ts';

/** Instances that may be chosen, in ascending order: `list[0 .. count-1]`. */
export class Candidates {
  readonly list: Int32Array;
  count = 0;

  constructor(instances: number) {
    this.list = new Int32Array(instances);
  }

  has(instance: number): boolean {
    for (let i = 0; i < this.count; i++) if (this.list[i] === instance) return true;
    return false;
  }

  set(indices: readonly number[]): void {
    this.count = indices.length;
    for (let i = 0; i < indices.length; i++) this.list[i] = indices[i]!;
  }
}

export abstract class Balancer {
  readonly engine: Engine;
  /** Sends started and not ended, by instance. */
  readonly outstanding: Int32Array;
  readonly weights: Float64Array;

  constructor(engine: Engine, instances: number, weights: readonly number[] | undefined) {
    this.engine = engine;
    this.outstanding = new Int32Array(instances);
    this.weights = new Float64Array(instances).fill(1);
    if (weights !== undefined) for (let i = 0; i < instances; i++) this.weights[i] = weights[i % weights.length]!;
  }

  /**
   * @param slot key of the send  @param purpose of the draw; low byte free
   * @returns the index of an instance among the candidates (there is at least one)
   */
  abstract pick(candidates: Candidates, slot: number, purpose: number): number;

  started(instance: number): void {
    this.outstanding[instance]!++;
  }

  ended(instance: number): void {
    assert(this.outstanding[instance]! > 0, 'a balancer counted more ends than starts');
    this.outstanding[instance]!--;
  }
}

export type BalancerFactory = (engine: Engine, instances: number, weights: readonly number[] | undefined) => Balancer;
export type BalancerDefinition<F extends Fields = Fields> = Makes<F, BalancerFactory>;
export type AnyBalancerDefinition = AnyMakes<BalancerFactory, void>;

export function defineBalancer<const F extends Fields>(definition: BalancerDefinition<F>): BalancerDefinition<F> {
  return definition;
}
