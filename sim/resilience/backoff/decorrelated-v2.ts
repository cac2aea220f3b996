import { MILLISECOND, SECOND } from '../../catalogue/units.ts';
import { duration, number } from '../../catalogue/param.ts';
import { exp, pow } from '../../kernel/math.ts';
import type { Call } from '../pattern.ts';
import { type Backoff, backoffOrdinal, defineBackoff, type Draws } from './backoff.ts';

/** Makes the median of the first wait come out near the base. */
const SCALE = 1 / 1.4;

/**
 * Retry n draws t = n - 1 + U(0, 1) and waits by how much f(t) = factor^t * tanh(sqrt(4 t)) has grown since the draw of
 * the retry before: a smooth curve, so that the waits of many callers show no steps.
 */
class DecorrelatedV2 implements Backoff {
  readonly maxNs: number;
  readonly #baseNs: number;
  readonly #factor: number;

  constructor(baseNs: number, factor: number, maxNs: number) {
    this.#baseNs = baseNs;
    this.#factor = factor;
    this.maxNs = maxNs;
  }

  delayNs(retry: number, _previousNs: number, call: Call, fx: Draws): number {
    const before = retry === 1 ? 0 : this.#curve(retry - 1, call, fx);
    const now = this.#curve(retry, call, fx);
    return now === Infinity ? Infinity : Math.max(0, now - before) * SCALE * this.#baseNs;
  }

  #curve(retry: number, call: Call, fx: Draws): number {
    const t = retry - 1 + fx.uniform(call, backoffOrdinal(retry));
    const tanh = 1 - 2 / (exp(2 * Math.sqrt(4 * t)) + 1);
    return pow(this.#factor, t) * tanh;
  }
}

export const decorrelatedV2 = defineBackoff({
  kind: 'decorrelatedV2',
  title: 'Decorrelated jitter, second version',
  about: 'Draws waits from a smooth growing curve, so that many callers come back evenly spread.',
  source: 'Polly 8 (exponential with UseJitter) and cockatiel 4 (decorrelatedJitterGenerator), one formula',
  differs: 'Unlike the first version its waits have no pile-ups at multiples of the base. Adding another jitter is not needed.',
  params: {
    base: duration({ about: 'About the median of the first wait.', default: 128 * MILLISECOND, source: 'cockatiel 4 (initialDelay)' }),
    factor: number({ about: 'By how much the waits grow.', min: 1, default: 2, source: 'cockatiel 4 (exponent)' }),
    max: duration({ about: 'The longest wait.', default: 30 * SECOND, unlimited: true, source: 'cockatiel 4 (maxDelay)' }),
  },
  shorthand: 'base',
  create: ({ base, factor, max }) => new DecorrelatedV2(base, factor, max),
});
