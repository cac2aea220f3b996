import { Balancer, type Candidates, defineBalancer } from '../balancer.ts';

class Random extends Balancer {
  pick(candidates: Candidates, slot: number, purpose: number): number {
    return candidates.list[Math.floor(this.engine.uniform(slot, purpose) * candidates.count)]!;
  }
}

export const random = defineBalancer({
  family: 'balancer',
  kind: 'random',
  title: 'Random',
  about: 'Any instance, each with the same chance.',
  source: 'Envoy, RANDOM',
  params: {},
  create: () => (engine, instances, weights) => new Random(engine, instances, weights),
});
