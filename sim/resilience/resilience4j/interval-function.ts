import { BARE_MS, MILLISECOND, MINUTE } from '../../catalogue/units.ts';
import { duration, number, type ValuesOf } from '../../catalogue/param.ts';

const SOURCE = 'Resilience4j 2.4 (IntervalFunction)';

export const intervalParams = {
  initialInterval: duration({ about: 'The first interval.', bareUnit: BARE_MS, min: MILLISECOND, default: 500 * MILLISECOND, source: SOURCE }),
  multiplier: number({ about: 'By how much each interval is longer than the one before.', min: 1, default: 1.5, source: SOURCE }),
  randomizationFactor: number({
    about: 'By which share an interval may be shorter or longer than computed.',
    min: 0,
    max: 1,
    maxExclusive: true,
    default: 0,
    source: `${SOURCE}: 0.5 for its random functions, none for the others`,
  }),
  maxInterval: duration({ about: 'The longest interval.', bareUnit: BARE_MS, min: MILLISECOND, default: MINUTE, source: `${SOURCE}, where it has no default` }),
} as const;

/** Intervals that grow; computed in whole milliseconds, each step rounded down. */
export class IntervalFunction {
  readonly #values: ValuesOf<typeof intervalParams>;
  #attempts = 0;
  #intervalMs = 0.5;

  constructor(values: ValuesOf<typeof intervalParams>) {
    this.#values = values;
  }

  /** Nanoseconds of the interval of one more attempt. @param uniform a random number between 0 and 1 */
  next(uniform: number): number {
    const { initialInterval, multiplier, randomizationFactor, maxInterval } = this.#values;
    const longestMs = Math.trunc(maxInterval / MILLISECOND);
    this.#attempts++;
    // What is beyond the longest is not multiplied further: an interval without end would leave the range of numbers.
    if (this.#attempts === 1) this.#intervalMs = Math.trunc(initialInterval / MILLISECOND);
    else if (this.#intervalMs * (1 - randomizationFactor) < longestMs) this.#intervalMs = Math.trunc(this.#intervalMs * multiplier);
    const delta = randomizationFactor * this.#intervalMs;
    const spreadMs = Math.trunc(this.#intervalMs - delta + uniform * (2 * delta + 1));
    return Math.min(spreadMs, longestMs) * MILLISECOND;
  }

  /** The next interval is the first one again. */
  reset(): void {
    this.#attempts = 0;
  }
}
