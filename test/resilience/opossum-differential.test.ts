/**
 * Goal: our opossum breaker behaves like the real library.
 *
 * Method: random sequences of overlapping calls run through opossum 10 under fake timers and through our pattern in the
 * test world. When each call started and ended and how, and every change of state, must be the same.
 */
import * as fc from 'fast-check';
import Opossum, { type Options } from 'opossum';
import { describe, expect, test } from 'vitest';
import { opossumBreaker } from '../../sim/resilience/opossum-breaker.ts';
import { CallError, type Observed, observeLibrary, observeOurs, type TracedCall, traces } from '../support/call-traces.ts';
import { cases, fuzzSeed } from '../support/random-cases.ts';
import type { Given } from '../support/pattern-values.ts';
import { MS } from '../support/resilience-harness.ts';
import { standingClock } from '../support/standing-clock.ts';

/** How long after the last call all calls have ended and any state has changed once more. */
const REST_MS = 400;

const OUTCOMES: Readonly<Record<string, string>> = { EOPENBREAKER: 'breakerOpen', ESEMLOCKED: 'bulkheadFull', ETIMEDOUT: 'timeout' };

async function observeOpossum(options: Options, calls: readonly TracedCall[], untilMs: number): Promise<Observed> {
  const start = Date.now();
  const breaker = new Opossum((work: () => Promise<string>) => work(), {
    ...options,
    errorFilter: (error: unknown) => error instanceof CallError && error.message === 'badRequest',
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
  });
  const states: string[] = [];
  const note = (state: string) => () => void states.push(`${Date.now() - start} ${state}`);
  breaker.on('open', note('opened'));
  breaker.on('halfOpen', note('halfOpened'));
  breaker.on('close', note('closed'));
  const outcomeOf = (error: unknown): string => OUTCOMES[(error as { code: string }).code]!;
  const observed = await observeLibrary((work) => breaker.fire(work), outcomeOf, calls, untilMs);
  breaker.shutdown();
  return { calls: observed, states };
}

interface Configuration {
  readonly name: string;
  readonly theirs: Options;
  readonly ours: Given;
}

const configurations: readonly Configuration[] = [
  {
    name: 'a share of all calls in the window',
    theirs: { timeout: false, resetTimeout: 60, rollingCountTimeout: 300, rollingCountBuckets: 5, errorThresholdPercentage: 50 },
    ours: { timeout: Infinity, resetTimeout: 60 * MS, rollingCountTimeout: 300 * MS, rollingCountBuckets: 5 },
  },
  {
    name: 'a timeout and a least number of calls',
    theirs: { timeout: 40, resetTimeout: 100, rollingCountTimeout: 1000, rollingCountBuckets: 3, errorThresholdPercentage: 40, volumeThreshold: 4 },
    ours: {
      timeout: 40 * MS,
      resetTimeout: 100 * MS,
      rollingCountTimeout: 1000 * MS,
      rollingCountBuckets: 3,
      errorThresholdPercentage: 40,
      volumeThreshold: 4,
    },
  },
  {
    name: 'a capacity of two and a time of warming up',
    theirs: { timeout: 70, resetTimeout: 30, rollingCountTimeout: 200, rollingCountBuckets: 10, errorThresholdPercentage: 60, capacity: 2, allowWarmUp: true },
    ours: {
      timeout: 70 * MS,
      resetTimeout: 30 * MS,
      rollingCountTimeout: 200 * MS,
      rollingCountBuckets: 10,
      errorThresholdPercentage: 60,
      capacity: 2,
      allowWarmUp: true,
    },
  },
  {
    name: 'an open period shorter than most calls',
    theirs: { timeout: false, resetTimeout: 5, rollingCountTimeout: 500, rollingCountBuckets: 5, errorThresholdPercentage: 25, volumeThreshold: 2 },
    ours: {
      timeout: Infinity,
      resetTimeout: 5 * MS,
      rollingCountTimeout: 500 * MS,
      rollingCountBuckets: 5,
      errorThresholdPercentage: 25,
      volumeThreshold: 2,
    },
  },
];

const options = cases(300);

describe(`seed ${fuzzSeed}`, () => {
  standingClock();

  test.each(configurations)('the breaker with $name', async ({ theirs, ours }) => {
    let changes = 0;
    await fc.assert(
      fc.asyncProperty(traces, async (calls) => {
        const untilMs = calls.at(-1)!.atMs + REST_MS;
        const expected = await observeOpossum({ ...theirs }, calls, untilMs);
        const spec = { of: opossumBreaker, with: { ...ours, errorFilter: ['badRequest'] } };
        expect(observeOurs(spec, calls, untilMs)).toEqual(expected);
        changes += expected.states.length;
      }),
      options,
    );
    // Traces in which nothing happens would prove nothing.
    expect(changes).toBeGreaterThan(2 * options.numRuns);
  });
});
