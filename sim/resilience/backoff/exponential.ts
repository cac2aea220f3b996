import { MILLISECOND, SECOND } from '../../catalogue/units.ts';
import { duration, number } from '../../catalogue/param.ts';
import { type Backoff, defineBackoff } from './backoff.ts';

/** Retry n waits base * factor^(n-1): the first wait is the base itself. */
class Exponential implements Backoff {
  readonly maxNs: number;
  readonly #baseNs: number;
  readonly #factor: number;

  constructor(baseNs: number, factor: number, maxNs: number) {
    this.#baseNs = baseNs;
    this.#factor = factor;
    this.maxNs = maxNs;
  }

  delayNs(retry: number, previousNs: number): number {
    return retry === 1 ? this.#baseNs : previousNs * this.#factor;
  }
}

export const exponential = defineBackoff({
  kind: 'exponential',
  title: 'Exponential backoff',
  about: 'Multiplies the wait by the same factor before each further retry, up to a longest wait.',
  source: 'AWS Architecture Blog 2015 (Exponential Backoff and Jitter), whose exponent starts one higher: its first wait is twice the base',
  useWhen: 'The callee may need a while to recover. Combine it with jitter, or all callers come back together.',
  params: {
    base: duration({
      about: 'The wait before the first retry.',
      default: 100 * MILLISECOND,
      source: 'a common choice; Resilience4j 2.4 has 500 ms, cockatiel 4 128 ms, the chapters 1 s',
    }),
    factor: number({
      about: 'By how much each wait is longer than the one before.',
      min: 1,
      default: 2,
      source: 'the chapters and cockatiel 4; Resilience4j 2.4 has 1.5',
    }),
    max: duration({
      about: 'The longest wait.',
      default: 30 * SECOND,
      unlimited: true,
      source: 'cockatiel 4 (maxDelay); the chapters have 30 s to 60 s',
    }),
  },
  shorthand: 'base',
  create: ({ base, factor, max }) => new Exponential(base, factor, max),
});
