import type { RunRecord } from '../../sim/telemetry/record.ts';
import { makeRecord } from '../support/make-record.ts';

/** Of 1,000 requests per second so many more fail: in `worse` always, in `noisy` now more and now less. */
function extraFailures(variant: string, seed: number): number {
  if (variant === 'worse') return 100;
  return variant === 'noisy' ? (seed % 2 === 0 ? 20 : -20) : 0;
}

/** How many of the good answers of a second are degraded. */
const degradedAnswers = (variant: string): number => (variant === 'degraded' ? 50 : 0);

const SECONDS = 10;

/** A run of ten seconds with one request per millisecond, of which 100 a second and as many as the seed says fail. */
export function fakeRecord(variant: string, seed: string, end: RunRecord['end'] = { kind: 'completed' }): RunRecord {
  const degraded = degradedAnswers(variant);
  const failed = 100 + Number(seed) + extraFailures(variant, Number(seed));
  const always = (count: number) => Array<number>(SECONDS).fill(count);
  return makeRecord({
    bucketNs: 1e9,
    variant,
    seed,
    end,
    eventsDispatched: SECONDS * 1000,
    columns: {
      'users offered': always(1000),
      'users ok': always(1000 - failed - degraded),
      'users degraded': always(degraded),
      'users failed': always(failed),
    },
    events: [
      { atNs: 2e9, address: 'faults/a', kind: 'faultStart', what: 'A' },
      { atNs: 3e9, address: 'faults/b', kind: 'faultStart', what: 'B' },
      { atNs: 4e9, address: 'faults/a', kind: 'faultEnd', what: 'A' },
    ],
  });
}
