import { count, duration, ratio, type ValuesOf } from '../../catalogue/param.ts';
import { MILLISECOND, SECOND } from '../../catalogue/units.ts';
import { OUTCOMES } from '../outcome.ts';
import { definePattern, type Effects, type PatternHost } from '../pattern.ts';
import { ConcurrencyLimiter, type LimitAlgorithm, Meaning } from './concurrency-limiter.ts';

const SOURCE = 'Envoy (adaptive_concurrency, gradient controller)';

const params = {
  maxConcurrencyLimit: count({ about: 'The limit never rises above this.', unit: 'calls', min: 1, default: 1000, source: SOURCE }),
  minConcurrency: count({ about: 'The limit while the shortest time is measured, and at least.', unit: 'calls', min: 1, default: 3, source: SOURCE }),
  concurrencyUpdateInterval: duration({ about: 'How often the limit is set anew.', minExclusive: true, default: 100 * MILLISECOND, source: 'Envoy requires it; its example has 0.1 s' }),
  minRttInterval: duration({ about: 'How often the time without load is measured anew.', minExclusive: true, default: 60 * SECOND, source: 'Envoy requires it; its example has 60 s' }),
  requestCount: count({ about: 'Calls that are timed to learn the time without load.', unit: 'calls', min: 1, default: 50, source: SOURCE }),
  jitter: ratio({ about: 'By up to this share the time until the next measurement is longer.', default: 0.15, source: SOURCE }),
  buffer: ratio({ about: 'How much longer than without load calls may take.', max: Infinity, default: 0.25, source: SOURCE }),
  sampleAggregatePercentile: ratio({ about: 'Which of the times of a window stands for all.', default: 0.5, source: SOURCE }),
};

const GRADIENT_MIN = 0.5;
const GRADIENT_MAX = 2;
/** After so many windows at the lowest limit the time without load is measured anew. */
const LOWEST_WINDOWS_MAX = 5;

/** Times in order of arrival; a quantile sorts them and forgets them. */
class Times {
  #times = new Float64Array(64);
  length = 0;

  add(timeNs: number): void {
    if (this.length === this.#times.length) {
      const times = new Float64Array(2 * this.length);
      times.set(this.#times);
      this.#times = times;
    }
    this.#times[this.length++] = timeNs;
  }

  clear(): void {
    this.length = 0;
  }

  take(share: number): number {
    const sorted = this.#times.subarray(0, this.length).sort();
    const at = Math.max(0, Math.ceil(share * this.length) - 1);
    this.length = 0;
    return sorted[at]!;
  }
}

/**
 * The limit follows the ratio of the time without load to the present one. The time without load is measured by holding
 * the limit at its lowest for some calls. Windows end with the first call or outcome after their time: nothing that
 * happens between could tell the difference.
 */
export class EnvoyGradient implements LimitAlgorithm {
  readonly #values: ValuesOf<typeof params>;
  readonly #host: PatternHost;
  readonly #times = new Times();
  limit: number;
  #measuring = true;
  /** Calls that began before do not count. */
  #measuringSince = 0;
  /** What the limit was before it was held at its lowest. */
  #limitBefore: number;
  #minRttNs = 0.5;
  #windowEndsAt = 0;
  #nextMeasurementAt = 0;
  #lowestWindows = 0;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    this.#values = values;
    this.#host = host;
    this.limit = values.minConcurrency;
    this.#limitBefore = this.limit;
  }

  advance({ now }: Effects): void {
    if (this.#measuring) return;
    if (now >= this.#windowEndsAt && this.#windowEndsAt <= this.#nextMeasurementAt) this.#endWindow(now);
    if (now >= this.#nextMeasurementAt) this.#measure(this.#nextMeasurementAt);
  }

  sample(startedAtNs: number, rttNs: number, _inFlight: number, _dropped: boolean, fx: Effects): void {
    if (startedAtNs < this.#measuringSince) return;
    this.#times.add(rttNs);
    if (this.#measuring && this.#times.length >= this.#values.requestCount) this.#endMeasurement(fx);
  }

  #measure(sinceNs: number): void {
    this.#measuring = true;
    this.#measuringSince = sinceNs;
    this.#limitBefore = this.limit;
    this.limit = this.#values.minConcurrency;
    this.#times.clear();
    this.#lowestWindows = 0;
  }

  #endMeasurement(fx: Effects): void {
    const { sampleAggregatePercentile, concurrencyUpdateInterval, minRttInterval, jitter } = this.#values;
    this.#minRttNs = this.#times.take(sampleAggregatePercentile);
    this.#measuring = false;
    this.limit = this.#limitBefore;
    this.#windowEndsAt = fx.now + concurrencyUpdateInterval;
    this.#nextMeasurementAt = Math.round(fx.now + minRttInterval * (1 + jitter * fx.uniformLayer(this.#host)));
  }

  /** The windows that have ended by now: samples lie in the first of them only. */
  #endWindow(nowNs: number): void {
    const { concurrencyUpdateInterval, sampleAggregatePercentile, minConcurrency } = this.#values;
    const endedAt = this.#windowEndsAt;
    this.#windowEndsAt += concurrencyUpdateInterval * (1 + Math.floor((nowNs - endedAt) / concurrencyUpdateInterval));
    if (this.#times.length === 0) return;
    const wasLowest = this.limit === minConcurrency;
    this.limit = this.#next(this.#times.take(sampleAggregatePercentile));
    this.#lowestWindows = wasLowest && this.limit === minConcurrency ? this.#lowestWindows + 1 : 0;
    if (this.#lowestWindows >= LOWEST_WINDOWS_MAX) this.#nextMeasurementAt = endedAt;
  }

  #next(rttNs: number): number {
    const { buffer, minConcurrency, maxConcurrencyLimit } = this.#values;
    const gradient = Math.max(GRADIENT_MIN, Math.min(GRADIENT_MAX, (this.#minRttNs * (1 + buffer)) / rttNs));
    const limit = this.limit * gradient;
    return Math.max(minConcurrency, Math.min(maxConcurrencyLimit, Math.trunc(limit + Math.sqrt(limit))));
  }
}

/** Every answer is a sample, whatever it says; what the proxy or the network made is none. */
const ANSWERS = Uint8Array.from(OUTCOMES, ({ class: kind, status }) =>
  kind === 'ok' || kind === 'degraded' || (kind === 'failed' && status > 0 && status !== 499) ? Meaning.sample : Meaning.nothing,
);

export const envoyGradient = definePattern({
  family: 'concurrencyLimit',
  kind: 'envoy',
  title: 'Adaptive concurrency limit of Envoy',
  about: 'Measures now and then how long calls take without load, and sets the limit by how much longer they take now.',
  source: SOURCE,
  useWhen: 'Envoy stands in front of the service, or the time without load changes and must be learned again and again.',
  avoidWhen: 'Traffic cannot bear that almost everything is rejected while the time without load is measured.',
  differs: 'It holds the limit at its lowest to measure; Gradient2 compares with a long average instead.',
  side: 'both',
  defaultScope: 'instance',
  marks: ['rejected', 'limitChanged'],
  params,
  concurrency: ({ maxConcurrencyLimit }) => maxConcurrencyLimit,
  check: ({ minConcurrency, maxConcurrencyLimit }) =>
    minConcurrency > maxConcurrencyLimit ? [{ param: 'minConcurrency', message: 'must not exceed maxConcurrencyLimit' }] : [],
  create: (values, host) => new ConcurrencyLimiter(host, new EnvoyGradient(values, host), ANSWERS),
});
