import { Balancer, type Candidates, defineBalancer } from '../balancer.ts';

class RoundRobin extends Balancer {
  #last = -1;

  pick(candidates: Candidates): number {
    const { list, count } = candidates;
    let at = 0;
    while (at < count && list[at]! <= this.#last) at++;
    this.#last = list[at === count ? 0 : at]!;
    return this.#last;
  }
}

export const roundRobin = defineBalancer({
  family: 'balancer',
  kind: 'roundRobin',
  title: 'Round robin',
  about: 'Each instance in turn, however busy it is.',
  source: 'nginx, HAProxy and Envoy defaults',
  params: {},
  create: () => (engine, instances, weights) => new RoundRobin(engine, instances, weights),
});
