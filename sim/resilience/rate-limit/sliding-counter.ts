import { definePattern } from '../pattern.ts';
import { type WindowCount, WindowLimiter, windowParams } from './window-limiter.ts';

/** Calls of the window before are taken as spread evenly: the part of it counts that the sliding window still covers. */
class SlidingCounter implements WindowCount {
  readonly #limit: number;
  readonly #windowNs: number;
  #window = 0;
  #calls = 0;
  #callsBefore = 0;

  constructor(limit: number, windowNs: number) {
    this.#limit = limit;
    this.#windowNs = windowNs;
  }

  admit(nowNs: number): number {
    this.#moveTo(Math.floor(nowNs / this.#windowNs));
    const begunAt = this.#window * this.#windowNs;
    const covered = 1 - (nowNs - begunAt) / this.#windowNs;
    if (this.#callsBefore * covered + this.#calls + 1 > this.#limit) return Math.max(1, this.#admitsAt(begunAt) - nowNs);
    this.#calls++;
    return 0;
  }

  #moveTo(window: number): void {
    if (window === this.#window) return;
    this.#callsBefore = window === this.#window + 1 ? this.#calls : 0;
    this.#calls = 0;
    this.#window = window;
  }

  /** The first instant from which one more call may pass, if none does before. */
  #admitsAt(begunAt: number): number {
    const free = this.#limit - 1 - this.#calls;
    if (free >= 0) return Math.ceil(begunAt + this.#windowNs * (1 - free / this.#callsBefore));
    return Math.ceil(begunAt + this.#windowNs * (2 - (this.#limit - 1) / this.#calls));
  }
}

export const slidingCounter = definePattern({
  family: 'rateLimit',
  kind: 'slidingCounter',
  title: 'Rate limit, sliding counter',
  about: 'Weighs the calls of the previous window of the clock by how much of it a sliding window still covers.',
  source: 'Cloudflare, How we built rate limiting capable of scaling to millions of domains, 2017',
  useWhen: 'Many callers are limited and a small error does not matter.',
  avoidWhen: 'Calls come in bursts: they are taken as spread over their window.',
  differs: 'A sliding log is exact and remembers every call.',
  side: 'both',
  defaultScope: 'instance',
  marks: ['rejected'],
  params: windowParams,
  create: ({ limit, window }, host) => new WindowLimiter(host, new SlidingCounter(limit, window)),
});
