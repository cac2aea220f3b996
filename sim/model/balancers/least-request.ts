import { Balancer, type Candidates, defineBalancer } from '../balancer.ts';

class LeastRequest extends Balancer {
  pick(candidates: Candidates, slot: number, purpose: number): number {
    const { list, count } = candidates;
    const { outstanding } = this;
    let least = 0x7fffffff;
    let ties = 0;
    for (let i = 0; i < count; i++) {
      const load = outstanding[list[i]!]!;
      if (load < least) {
        least = load;
        ties = 1;
      } else if (load === least) ties++;
    }
    // A fixed order among equals would send the first requests after every lull to the same instance.
    let nth = ties === 1 ? 0 : Math.floor(this.engine.uniform(slot, purpose) * ties);
    for (let i = 0; ; i++) {
      const instance = list[i]!;
      const load = outstanding[instance]!;
      if (load === least && nth-- === 0) return instance;
    }
  }
}

export const leastRequest = defineBalancer({
  family: 'balancer',
  kind: 'leastRequest',
  title: 'Least request',
  about: 'The instance with the fewest unanswered requests; equals are chosen among at random.',
  source: 'join the shortest queue; Envoy LEAST_REQUEST with a full scan, nginx least_conn',
  params: {},
  create: () => (engine, instances, weights) => new LeastRequest(engine, instances, weights),
});
