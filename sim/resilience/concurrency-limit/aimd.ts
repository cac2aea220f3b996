import { count, duration, number, type ValuesOf } from '../../catalogue/param.ts';
import { SECOND } from '../../catalogue/units.ts';
import { definePattern } from '../pattern.ts';
import { ConcurrencyLimiter, droppedParam, type LimitAlgorithm, meanings } from './concurrency-limiter.ts';

const SOURCE = 'concurrency-limits 0.5 (AIMDLimit)';

const params = {
  initialLimit: count({ about: 'The limit at the start.', unit: 'calls', min: 1, default: 20, source: SOURCE }),
  minLimit: count({ about: 'The limit never falls below this.', unit: 'calls', min: 1, default: 20, source: SOURCE }),
  maxLimit: count({ about: 'The limit never rises above this.', unit: 'calls', min: 1, default: 200, source: SOURCE }),
  backoffRatio: number({ about: 'By what the limit is multiplied after a drop.', min: 0.5, max: 1, maxExclusive: true, default: 0.9, source: SOURCE }),
  timeout: duration({ about: 'A call that took longer counts as dropped.', minExclusive: true, default: 5 * SECOND, source: SOURCE }),
  droppedBy: droppedParam,
};

/** Additive increase, multiplicative decrease. Exported for its golden traces. */
export class Aimd implements LimitAlgorithm {
  readonly #values: ValuesOf<typeof params>;
  limit: number;

  constructor(values: ValuesOf<typeof params>) {
    this.#values = values;
    this.limit = values.initialLimit;
  }

  sample(_startedAtNs: number, rttNs: number, inFlight: number, dropped: boolean): void {
    const { backoffRatio, timeout, minLimit, maxLimit } = this.#values;
    let limit = this.limit;
    if (dropped || rttNs > timeout) limit = Math.trunc(limit * backoffRatio);
    else if (2 * inFlight >= limit) limit++;
    this.limit = Math.min(maxLimit, Math.max(minLimit, limit));
  }
}

export const aimd = definePattern({
  family: 'concurrencyLimit',
  kind: 'aimd',
  title: 'Adaptive concurrency limit, AIMD',
  about: 'Allows one call more after each success under load, and a share fewer after each drop.',
  source: SOURCE,
  useWhen: 'Overload shows as timeouts or rejections, and the right limit changes or is not known.',
  avoidWhen: 'Overload shows only as slowness: without drops the limit rises to its maximum.',
  differs: 'Vegas and Gradient2 look at how long calls take; AIMD looks at drops only.',
  side: 'both',
  defaultScope: 'instance',
  marks: ['rejected', 'limitChanged'],
  params,
  concurrency: ({ maxLimit }) => maxLimit,
  check: ({ minLimit, maxLimit }) => (minLimit > maxLimit ? [{ param: 'minLimit', message: 'must not exceed maxLimit' }] : []),
  create: (values, host) => new ConcurrencyLimiter(host, new Aimd(values), meanings(values.droppedBy)),
});
