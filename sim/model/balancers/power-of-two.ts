import { count, flag } from '../../catalogue/param.ts';
import { Balancer, type BalancerFactory, type Candidates, defineBalancer } from '../balancer.ts';

class PowerOfTwo extends Balancer {
  #choices = 2;
  #replacement = false;
  /** Positions drawn for the present send, ascending, so that the next draw can step over them. */
  readonly #drawn: number[] = [];

  static factory(choices: number, replacement: boolean): BalancerFactory {
    return (engine, instances, weights) => {
      const balancer = new PowerOfTwo(engine, instances, weights);
      balancer.#choices = choices;
      balancer.#replacement = replacement;
      return balancer;
    };
  }

  pick(candidates: Candidates, slot: number, purpose: number): number {
    const { list, count: available } = candidates;
    const choices = this.#replacement ? this.#choices : Math.min(this.#choices, available);
    const drawn = this.#drawn;
    drawn.length = 0;
    let best = -1;
    let least = 0x7fffffff;
    for (let i = 0; i < choices; i++) {
      const u = this.engine.uniform(slot, purpose + i);
      const at = this.#replacement ? Math.floor(u * available) : this.#distinct(Math.floor(u * (available - i)));
      const load = this.outstanding[list[at]!]!;
      // The order of the draws is random, so taking the first of equals breaks ties at random.
      if (load < least) {
        least = load;
        best = list[at]!;
      }
    }
    return best;
  }

  /** The `nth` position that has not been drawn yet. */
  #distinct(nth: number): number {
    const drawn = this.#drawn;
    let position = nth;
    let i = 0;
    while (i < drawn.length && drawn[i]! <= position) {
      position++;
      i++;
    }
    drawn.splice(i, 0, position);
    return position;
  }
}

export const powerOfTwo = defineBalancer({
  family: 'balancer',
  kind: 'powerOfTwo',
  title: 'Power of two choices',
  about: 'Draws two instances at random and takes the less busy one: nearly as good as asking all, and safe with old news.',
  source: 'Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, IEEE TPDS 12(10), 2001',
  params: {
    choices: count({ about: 'How many instances are drawn.', default: 2, min: 1, max: 200, unit: 'instances' }),
    replacement: flag({
      about: 'The same instance may be drawn twice, as in Envoy; Finagle draws distinct ones.',
      default: false,
      source: 'Envoy LEAST_REQUEST draws with replacement, Finagle p2c without',
    }),
  },
  create: ({ choices, replacement }) => PowerOfTwo.factory(choices, replacement),
});
