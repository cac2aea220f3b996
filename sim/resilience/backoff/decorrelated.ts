import { MILLISECOND, SECOND } from '../../catalogue/units.ts';
import { choice, duration } from '../../catalogue/param.ts';
import type { Call } from '../pattern.ts';
import { type Backoff, backoffOrdinal, defineBackoff, type Draws } from './backoff.ts';

/** Each wait lies anywhere between the base and three times the wait before it, which starts as the base. */
class Decorrelated implements Backoff {
  readonly maxNs: number;
  readonly #baseNs: number;
  readonly #isFirstDrawn: boolean;

  constructor(baseNs: number, maxNs: number, isFirstDrawn: boolean) {
    this.#baseNs = baseNs;
    this.maxNs = maxNs;
    this.#isFirstDrawn = isFirstDrawn;
  }

  delayNs(retry: number, previousNs: number, call: Call, fx: Draws): number {
    if (retry === 1 && !this.#isFirstDrawn) return this.#baseNs;
    const previous = retry === 1 ? this.#baseNs : previousNs;
    const delay = this.#baseNs + fx.uniform(call, backoffOrdinal(retry)) * (3 * previous - this.#baseNs);
    // The limit belongs to the recurrence: a wait grows from the limited one before it.
    return Math.min(delay, this.maxNs);
  }
}

export const decorrelated = defineBackoff({
  kind: 'decorrelated',
  title: 'Decorrelated jitter',
  about: 'Draws each wait between a base and three times the wait before, so that callers drift apart.',
  source: 'AWS Architecture Blog 2015 (Exponential Backoff and Jitter); Finagle (Backoff.decorrelatedJittered)',
  differs: 'The jitter is part of the growth; adding another jitter is not needed.',
  params: {
    base: duration({ about: 'The shortest wait.', default: 100 * MILLISECOND, source: 'own choice, as for the exponential backoff' }),
    max: duration({ about: 'The longest wait.', default: 30 * SECOND, unlimited: true, source: 'own choice, as for the exponential backoff' }),
    first: choice(
      { drawn: 'Drawn as well, as if the base had been the wait before it.', base: 'The base itself.' },
      { about: 'The first wait.', default: 'drawn', source: 'drawn: AWS Architecture Blog 2015; base: Finagle (Backoff.decorrelatedJittered)' },
    ),
  },
  shorthand: 'base',
  create: ({ base, max, first }) => new Decorrelated(base, max, first === 'drawn'),
  check: ({ base, max }) => (max < base ? [{ param: 'max', message: 'the longest wait must not be shorter than the base' }] : []),
});
