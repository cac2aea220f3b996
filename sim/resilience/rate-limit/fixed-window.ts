import { definePattern } from '../pattern.ts';
import { type WindowCount, WindowLimiter, windowParams } from './window-limiter.ts';

/** Windows follow each other from the start of the simulation on. */
class FixedWindow implements WindowCount {
  readonly #limit: number;
  readonly #windowNs: number;
  #window = 0;
  #calls = 0;

  constructor(limit: number, windowNs: number) {
    this.#limit = limit;
    this.#windowNs = windowNs;
  }

  admit(nowNs: number): number {
    const window = Math.floor(nowNs / this.#windowNs);
    if (window !== this.#window) {
      this.#window = window;
      this.#calls = 0;
    }
    if (this.#calls >= this.#limit) return (window + 1) * this.#windowNs - nowNs;
    this.#calls++;
    return 0;
  }
}

export const fixedWindow = definePattern({
  family: 'rateLimit',
  kind: 'fixedWindow',
  title: 'Rate limit, fixed window',
  about: 'Lets a number of calls pass in each window of the clock, and rejects the rest until the next begins.',
  source: 'the usual counter with an expiry, as in INCR and EXPIRE of Redis',
  useWhen: 'The callee counts so too, or nothing simpler will do.',
  avoidWhen: 'Twice the limit within a moment would hurt: it may pass where two windows meet.',
  differs: 'Sliding windows have no edges at which twice the limit may pass.',
  side: 'both',
  defaultScope: 'instance',
  marks: ['rejected'],
  params: windowParams,
  create: ({ limit, window }, host) => new WindowLimiter(host, new FixedWindow(limit, window)),
});
