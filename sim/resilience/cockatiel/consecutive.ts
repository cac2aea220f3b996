import { count } from '../../catalogue/param.ts';
import { type BreakerStrategy, defineStrategy } from './breaker-strategy.ts';

class Consecutive implements BreakerStrategy {
  readonly #threshold: number;
  #failures = 0;

  constructor(threshold: number) {
    this.#threshold = threshold;
  }

  success(): void {
    this.#failures = 0;
  }

  failure(): boolean {
    return ++this.#failures >= this.#threshold;
  }
}

export const consecutive = defineStrategy({
  kind: 'consecutive',
  title: 'Consecutive failures',
  about: 'Opens with a number of failures in a row.',
  source: 'cockatiel 4 (ConsecutiveBreaker)',
  params: {
    threshold: count({ about: 'Failures in a row that open the circuit.', min: 1, default: 5, source: 'the example in the documentation of cockatiel 4' }),
  },
  shorthand: 'threshold',
  create: ({ threshold }) => () => new Consecutive(threshold),
});
