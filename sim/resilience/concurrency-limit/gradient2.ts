import { count, number, type ValuesOf } from '../../catalogue/param.ts';
import { definePattern } from '../pattern.ts';
import { ConcurrencyLimiter, droppedParam, type LimitAlgorithm, meanings } from './concurrency-limiter.ts';

const SOURCE = 'concurrency-limits 0.5 (Gradient2Limit)';

const params = {
  initialLimit: count({ about: 'The limit at the start.', unit: 'calls', min: 1, default: 20, source: SOURCE }),
  minLimit: count({ about: 'The limit never falls below this.', unit: 'calls', min: 1, default: 20, source: SOURCE }),
  maxConcurrency: count({ about: 'The limit never rises above this.', unit: 'calls', min: 1, default: 200, source: SOURCE }),
  smoothing: number({ about: 'How much of each change is made: 1 is all of it.', min: 0, minExclusive: true, max: 1, default: 0.2, source: SOURCE }),
  queueSize: count({ about: 'Calls that may wait at the callee: what the limit grows by when nothing is slow.', unit: 'calls', default: 4, source: SOURCE }),
  longWindow: count({ about: 'Over about how many samples the long average reaches.', unit: 'samples', min: 1, default: 600, source: SOURCE }),
  rttTolerance: number({ about: 'How many times the long average a call may take before the limit falls.', min: 1, default: 1.5, source: SOURCE }),
  droppedBy: droppedParam,
};

/** The first samples of the long average are averaged plainly. */
const PLAIN_SAMPLES = 10;
/** When the average is so many times the present time, it has to forget faster, by this factor. */
const FAR_ABOVE = 2;
const FORGETTING = 0.95;
/** One sample lowers the limit to no less than this share. */
const GRADIENT_MIN = 0.5;

/** Compares each call with a long average of all: it takes longer when a queue has formed. Exported for its golden traces. */
export class Gradient2 implements LimitAlgorithm {
  readonly #values: ValuesOf<typeof params>;
  #estimate: number;
  #longNs = 0.5;
  #sumNs = 0.5;
  #samples = 0;

  constructor(values: ValuesOf<typeof params>) {
    this.#values = values;
    this.#estimate = values.initialLimit;
    this.#sumNs = 0;
  }

  get limit(): number {
    return Math.trunc(this.#estimate);
  }

  sample(_startedAtNs: number, rttNs: number, inFlight: number): void {
    const { smoothing, queueSize, rttTolerance, minLimit, maxConcurrency } = this.#values;
    const longNs = this.#average(rttNs);
    if (longNs / rttNs > FAR_ABOVE) this.#longNs *= FORGETTING;
    const estimate = this.#estimate;
    if (inFlight < estimate / 2) return;
    const gradient = Math.max(GRADIENT_MIN, Math.min(1, (rttTolerance * longNs) / rttNs));
    const limit = estimate * (1 - smoothing) + (estimate * gradient + queueSize) * smoothing;
    this.#estimate = Math.max(minLimit, Math.min(maxConcurrency, limit));
  }

  #average(rttNs: number): number {
    if (this.#samples < PLAIN_SAMPLES) {
      this.#samples++;
      this.#sumNs += rttNs;
      this.#longNs = this.#sumNs / this.#samples;
    } else {
      const share = 2 / (this.#values.longWindow + 1);
      this.#longNs = this.#longNs * (1 - share) + rttNs * share;
    }
    return this.#longNs;
  }
}

export const gradient2 = definePattern({
  family: 'concurrencyLimit',
  kind: 'gradient2',
  title: 'Adaptive concurrency limit, Gradient2',
  about: 'Lowers the limit when calls take longer than they have on average for long, and raises it otherwise.',
  source: SOURCE,
  useWhen: 'Calls differ among themselves and the callee changes slowly, but queues form fast.',
  avoidWhen: 'Slowness lasts: after some hundred samples the average has learned it, and the limit rises again.',
  differs: 'It looks at times only, not at drops; Vegas compares with the shortest time.',
  side: 'both',
  defaultScope: 'instance',
  marks: ['rejected', 'limitChanged'],
  params,
  concurrency: ({ maxConcurrency }) => maxConcurrency,
  check: ({ minLimit, maxConcurrency }) => (minLimit > maxConcurrency ? [{ param: 'minLimit', message: 'must not exceed maxConcurrency' }] : []),
  create: (values, host) => new ConcurrencyLimiter(host, new Gradient2(values), meanings(values.droppedBy)),
});
