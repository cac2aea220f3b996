/**
 * Goal: our bulkhead lends its permits like generic-pool 3.9 lends its resources.
 *
 * Method: random sequences of overlapping calls run through a real pool under fake timers and through our pattern; when
 * each call started and ended and how must be the same to the millisecond. Resources are made at once, so that a permit of
 * ours is a resource of theirs; what it costs to make one is the matter of our connection pools, which follow other
 * libraries.
 */
import * as fc from 'fast-check';
import { createPool } from 'generic-pool';
import { describe, expect, test } from 'vitest';
import { bulkhead } from '../../sim/resilience/bulkhead.ts';
import { CallError, observeLibrary, observeOurs, traces } from '../support/call-traces.ts';
import { cases, fuzzSeed } from '../support/random-cases.ts';
import { MS } from '../support/resilience-harness.ts';
import { standingClock } from '../support/standing-clock.ts';

const options = cases(300);

interface Limits {
  readonly max: number;
  readonly maxWaitingClients?: number;
  readonly acquireTimeoutMillis?: number;
}

/** Runs each call with a resource of the pool. */
function lending(limits: Limits): (work: () => Promise<string>) => Promise<string> {
  const pool = createPool({ create: () => Promise.resolve({}), destroy: () => Promise.resolve() }, { ...limits, fifo: true });
  return (work) => pool.use(work);
}

/** What the pool says when it has no resource in time; everything else is the work's own. */
function outcomeOf(error: unknown): string {
  if (error instanceof CallError) throw error;
  return 'bulkheadFull';
}

function ours({ max, maxWaitingClients = Infinity, acquireTimeoutMillis }: Limits) {
  const maxWaitDuration = acquireTimeoutMillis === undefined ? Infinity : acquireTimeoutMillis * MS;
  return { of: bulkhead, with: { maxConcurrentCalls: max, queueCapacity: maxWaitingClients, maxWaitDuration } };
}

const max = fc.integer({ min: 1, max: 4 });
const configurations: readonly { readonly name: string; readonly limits: fc.Arbitrary<Limits>; readonly rejects: boolean }[] = [
  { name: 'max alone', limits: fc.record({ max }), rejects: false },
  { name: 'max and maxWaitingClients', limits: fc.record({ max, maxWaitingClients: fc.nat(4) }), rejects: true },
  { name: 'max and acquireTimeoutMillis', limits: fc.record({ max, acquireTimeoutMillis: fc.integer({ min: 1, max: 40 }) }), rejects: true },
  {
    name: 'all of them',
    limits: fc.record({ max, maxWaitingClients: fc.nat(6), acquireTimeoutMillis: fc.integer({ min: 1, max: 40 }) }),
    rejects: true,
  },
];

describe(`seed ${fuzzSeed}`, () => {
  standingClock();

  test.each(configurations)('$name', async ({ limits, rejects }) => {
    let rejected = 0;
    let waited = 0;
    await fc.assert(
      fc.asyncProperty(traces, limits, async (calls, chosen) => {
        const expected = await observeLibrary(lending(chosen), outcomeOf, calls);
        expect(observeOurs(ours(chosen), calls).calls).toEqual(expected);
        rejected += expected.filter((line) => line.endsWith('bulkheadFull')).length;
        waited += expected.filter((line, i) => Number(line.split(' ')[0]) > calls[i]!.atMs).length;
      }),
      options,
    );
    expect(waited).toBeGreaterThan(options.numRuns);
    expect(rejected > options.numRuns).toBe(rejects);
  });
});
