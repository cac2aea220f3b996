import { count, number, type ValuesOf } from '../../catalogue/param.ts';
import { definePattern, type Effects, type PatternHost } from '../pattern.ts';
import { ConcurrencyLimiter, droppedParam, type LimitAlgorithm, meanings } from './concurrency-limiter.ts';

const SOURCE = 'concurrency-limits 0.5 (VegasLimit)';

const params = {
  initialLimit: count({ about: 'The limit at the start.', unit: 'calls', min: 1, default: 20, source: SOURCE }),
  maxConcurrency: count({ about: 'The limit never rises above this.', unit: 'calls', min: 1, default: 1000, source: SOURCE }),
  smoothing: number({ about: 'How much of each change is made: 1 is all of it.', min: 0, minExclusive: true, max: 1, default: 1, source: SOURCE }),
  probeMultiplier: count({
    about: 'The shortest time is measured anew after about so many samples for each call of the limit.',
    unit: 'samples',
    min: 1,
    default: 30,
    unlimited: true,
    source: SOURCE,
  }),
  droppedBy: droppedParam,
};

/** In units of the decimal logarithm of the limit: the queue up to which the limit is raised fast, raised, and left alone. */
const RAISED = 3;
const LEFT = 6;

/** The queue at the callee is estimated by how much longer calls take than the fastest of them. */
export class Vegas implements LimitAlgorithm {
  readonly #values: ValuesOf<typeof params>;
  readonly #host: PatternHost;
  #estimate: number;
  /** The shortest time since the last probe; Infinity before the first sample. */
  #noLoadNs = Infinity;
  #samples = 0;
  /** A number in 0.5 .. 1, drawn anew for each probe; 0 before the first. */
  #probeJitter = 0;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    this.#values = values;
    this.#host = host;
    this.#estimate = values.initialLimit;
  }

  get limit(): number {
    return Math.trunc(this.#estimate);
  }

  sample(_startedAtNs: number, rttNs: number, inFlight: number, dropped: boolean, fx: Effects): void {
    if (this.#probes(fx)) this.#noLoadNs = rttNs;
    else if (rttNs < this.#noLoadNs) this.#noLoadNs = rttNs;
    else this.#update(rttNs, inFlight, dropped);
  }

  /** Now and then the shortest time is forgotten, since the callee may have become slower for good. */
  #probes(fx: Effects): boolean {
    if (this.#values.probeMultiplier === Infinity) return false;
    if (this.#probeJitter === 0) this.#probeJitter = 0.5 + 0.5 * fx.uniformLayer(this.#host);
    if (++this.#samples < this.#probeJitter * this.#values.probeMultiplier * this.#estimate) return false;
    this.#probeJitter = 0;
    this.#samples = 0;
    return true;
  }

  #update(rttNs: number, inFlight: number, dropped: boolean): void {
    const { maxConcurrency, smoothing } = this.#values;
    const estimate = this.#estimate;
    const queue = Math.ceil(estimate * (1 - this.#noLoadNs / rttNs));
    const unit = logarithm(Math.trunc(estimate));
    let limit = estimate;
    if (dropped) limit -= unit;
    else if (2 * inFlight < estimate) return;
    else if (queue <= unit) limit += LEFT * unit;
    else if (queue < RAISED * unit) limit += unit;
    else if (queue > LEFT * unit) limit -= unit;
    else return;
    limit = Math.max(1, Math.min(maxConcurrency, limit));
    this.#estimate = (1 - smoothing) * estimate + smoothing * limit;
  }
}

/** The whole part of the decimal logarithm, at least 1. */
function logarithm(limit: number): number {
  let digits = 1;
  for (let power = 100; limit >= power; power *= 10) digits++;
  return digits;
}

export const vegas = definePattern({
  family: 'concurrencyLimit',
  kind: 'vegas',
  title: 'Adaptive concurrency limit, Vegas',
  about: 'Estimates the queue at the callee from how much longer calls take than the fastest, and keeps it short.',
  source: `${SOURCE}; Brakmo and Peterson, TCP Vegas, 1995`,
  useWhen: 'Calls take about equally long without load, so that slowness means a queue.',
  avoidWhen: 'Calls differ much among themselves: the fastest is no measure for the others.',
  differs: 'Gradient2 compares with a long average instead of the shortest time, and forgets slowly.',
  side: 'both',
  defaultScope: 'instance',
  marks: ['rejected', 'limitChanged'],
  params,
  concurrency: ({ maxConcurrency }) => maxConcurrency,
  create: (values, host) => new ConcurrencyLimiter(host, new Vegas(values, host), meanings(values.droppedBy)),
});
