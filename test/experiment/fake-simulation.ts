import type { Runnable } from '../../sim/experiment/run.ts';
import type { RunRecord } from '../../sim/telemetry/record.ts';
import { makeRecord } from '../support/make-record.ts';

/** Of 1,000 requests per second so many more fail: in `worse` always, in `noisy` now more and now less. */
function extraFailures(variant: string, seed: number): number {
  if (variant === 'worse') return 100;
  return variant === 'noisy' ? (seed % 2 === 0 ? 20 : -20) : 0;
}

/** How many of the good answers of a second are degraded. */
const degradedAnswers = (variant: string): number => (variant === 'degraded' ? 50 : 0);

/** One request per millisecond, of which 100 a second and as many as the seed says fail; an event per request. */
export class FakeSimulation implements Runnable {
  now = 0;
  readonly #variant: string;
  readonly #seed: string;
  readonly #end: RunRecord['end'];

  constructor(variant: string, seed: string, end: RunRecord['end'] = { kind: 'completed' }) {
    this.#variant = variant;
    this.#seed = seed;
    this.#end = end;
  }

  run(untilNs: number, eventsMax: number): boolean {
    const step = Math.min(eventsMax * 1e6, untilNs - this.now);
    this.now += step;
    return this.now === untilNs;
  }

  record(): RunRecord {
    const seconds = this.now / 1e9;
    const degraded = degradedAnswers(this.#variant);
    const failed = 100 + Number(this.#seed) + extraFailures(this.#variant, Number(this.#seed));
    return makeRecord({
      bucketNs: 1e9,
      variant: this.#variant,
      seed: this.#seed,
      end: this.#end,
      eventsDispatched: seconds * 1000,
      columns: {
        'users offered': Array<number>(seconds).fill(1000),
        'users ok': Array<number>(seconds).fill(1000 - failed - degraded),
        'users degraded': Array<number>(seconds).fill(degraded),
        'users failed': Array<number>(seconds).fill(failed),
      },
      events: [
        { atNs: 2e9, address: 'faults/a', kind: 'faultStart', what: 'A' },
        { atNs: 3e9, address: 'faults/b', kind: 'faultStart', what: 'B' },
        { atNs: 4e9, address: 'faults/a', kind: 'faultEnd', what: 'A' },
      ],
    });
  }
}
