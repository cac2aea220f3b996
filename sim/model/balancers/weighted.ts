import { Balancer, type Candidates, defineBalancer } from '../balancer.ts';

class Weighted extends Balancer {
  pick(candidates: Candidates, slot: number, purpose: number): number {
    const { list, count } = candidates;
    let total = 0;
    for (let i = 0; i < count; i++) total += this.weights[list[i]!]!;
    let left = this.engine.uniform(slot, purpose) * total;
    for (let i = 0; i < count - 1; i++) {
      left -= this.weights[list[i]!]!;
      if (left < 0) return list[i]!;
    }
    return list[count - 1]!;
  }
}

export const weighted = defineBalancer({
  family: 'balancer',
  kind: 'weighted',
  title: 'Weighted random',
  about: 'Any instance, with a chance in proportion to its weight (the `weights` of the balancer).',
  source: 'Envoy, weighted clusters; HAProxy, server weights',
  params: {},
  create: () => (engine, instances, weights) => new Weighted(engine, instances, weights),
});
