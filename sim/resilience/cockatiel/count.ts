import { count as countParam, number } from '../../catalogue/param.ts';
import { type BreakerStrategy, defineStrategy } from './breaker-strategy.ts';

const NONE = 0;
const SUCCESS = 1;
const FAILURE = 2;

/** The last `size` calls, as a ring. */
class Count implements BreakerStrategy {
  readonly #threshold: number;
  readonly #minimum: number;
  readonly #ring: Uint8Array;
  #next = 0;
  #total = 0;
  #failures = 0;

  constructor(threshold: number, size: number, minimum: number) {
    this.#threshold = threshold;
    this.#minimum = minimum;
    this.#ring = new Uint8Array(size);
  }

  success(wasHalfOpen: boolean): void {
    if (wasHalfOpen) {
      this.#ring.fill(NONE);
      this.#total = 0;
      this.#failures = 0;
    }
    this.#push(SUCCESS);
  }

  failure(wasHalfOpen: boolean): boolean {
    this.#push(FAILURE);
    return wasHalfOpen || (this.#total >= this.#minimum && this.#failures > this.#threshold * this.#total);
  }

  #push(sample: number): void {
    const oldest = this.#ring[this.#next]!;
    if (oldest === NONE) this.#total++;
    if (oldest === FAILURE) this.#failures--;
    if (sample === FAILURE) this.#failures++;
    this.#ring[this.#next] = sample;
    this.#next = (this.#next + 1) % this.#ring.length;
  }
}

export const count = defineStrategy({
  kind: 'count',
  title: 'Share of the last calls',
  about: 'Opens when more than a share of the last calls failed.',
  source: 'cockatiel 4 (CountBreaker)',
  params: {
    threshold: number({ about: 'The share of failures above which the circuit opens, between 0 and 1.', min: 0, minExclusive: true, max: 1, maxExclusive: true }),
    size: countParam({ about: 'How many calls are remembered.', unit: 'calls', min: 1 }),
    minimumNumberOfCalls: countParam({ about: 'With fewer calls the circuit does not open; the size when left out.', unit: 'calls', min: 1, optional: true }),
  },
  create: ({ threshold, size, minimumNumberOfCalls = size }) => () => new Count(threshold, size, minimumNumberOfCalls),
  check: ({ size, minimumNumberOfCalls = size }) =>
    minimumNumberOfCalls > size ? [{ param: 'minimumNumberOfCalls', message: 'must not exceed size, or the circuit never opens' }] : [],
});
