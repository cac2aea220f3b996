import { definePattern } from '../pattern.ts';
import { RecentTimes } from '../recent-times.ts';
import { type WindowCount, WindowLimiter, windowParams } from './window-limiter.ts';

class SlidingLog implements WindowCount {
  readonly #limit: number;
  readonly #windowNs: number;
  readonly #passed: RecentTimes;

  constructor(limit: number, windowNs: number) {
    this.#limit = limit;
    this.#windowNs = windowNs;
    this.#passed = new RecentTimes(windowNs);
  }

  admit(nowNs: number): number {
    if (this.#passed.count(nowNs) >= this.#limit) return this.#passed.earliest + this.#windowNs - nowNs;
    this.#passed.add(nowNs);
    return 0;
  }
}

export const slidingLog = definePattern({
  family: 'rateLimit',
  kind: 'slidingLog',
  title: 'Rate limit, sliding log',
  about: 'Remembers when calls passed, and lets no more than the limit pass in any window whatever.',
  source: 'the usual sorted set of instants, as in ZADD and ZREMRANGEBYSCORE of Redis',
  useWhen: 'The limit must hold exactly, over any window.',
  avoidWhen: 'Limits are high and callers many: each passed call is remembered for a window.',
  differs: 'A sliding counter remembers two numbers only, and is right on average.',
  side: 'both',
  defaultScope: 'instance',
  marks: ['rejected'],
  params: windowParams,
  create: ({ limit, window }, host) => new WindowLimiter(host, new SlidingLog(limit, window)),
});
