/**
 * Goal: our cockatiel breaker, and our bulkhead where the two overlap, behave like the real library.
 *
 * Method: random sequences of overlapping calls run through cockatiel 4 under fake timers and through our pattern in the
 * test world. When each call started and ended and how, and every change of state, must be the same.
 */
import {
  BrokenCircuitError,
  bulkhead as cockatielBulkhead,
  BulkheadRejectedError,
  CircuitState,
  circuitBreaker,
  ConsecutiveBreaker,
  CountBreaker,
  ExponentialBackoff,
  handleWhen,
  type ICircuitBreakerOptions,
  noJitterGenerator,
  SamplingBreaker,
} from 'cockatiel';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bulkhead } from '../../sim/resilience/bulkhead.ts';
import { cockatielBreaker } from '../../sim/resilience/cockatiel-breaker.ts';
import { failuresExcept } from '../../sim/resilience/failures.ts';
import { type Observed, observeLibrary, observeOurs, type TracedCall, traces } from '../support/call-traces.ts';
import { cases, fuzzSeed } from '../support/random-cases.ts';
import { MS } from '../support/resilience-harness.ts';
import { standingClock } from '../support/standing-clock.ts';

function outcomeOf(error: unknown): string {
  if (error instanceof BrokenCircuitError) return 'breakerOpen';
  if (error instanceof BulkheadRejectedError) return 'bulkheadFull';
  throw error;
}

const STATES: Readonly<Record<number, string>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'opened',
  [CircuitState.HalfOpen]: 'halfOpened',
};

async function observeLibraryBreaker(options: ICircuitBreakerOptions, calls: readonly TracedCall[]): Promise<Observed> {
  const start = Date.now();
  const policy = circuitBreaker(
    handleWhen((error) => (error as Error).message !== 'badRequest'),
    options,
  );
  const states: string[] = [];
  policy.onStateChange((state) => states.push(`${Date.now() - start} ${STATES[state]}`));
  return { calls: await observeLibrary((work) => policy.execute(work), outcomeOf, calls), states };
}

interface Configuration {
  readonly name: string;
  readonly library: () => ICircuitBreakerOptions;
  readonly ours: Readonly<Record<string, unknown>>;
}

const configurations: readonly Configuration[] = [
  {
    name: 'consecutive failures',
    library: () => ({ halfOpenAfter: 50, breaker: new ConsecutiveBreaker(3) }),
    ours: { halfOpenAfter: 50 * MS, breaker: { consecutive: { threshold: 3 } } },
  },
  {
    name: 'an open period shorter than most calls',
    library: () => ({ halfOpenAfter: 5, breaker: new ConsecutiveBreaker(2) }),
    ours: { halfOpenAfter: 5 * MS, breaker: { consecutive: { threshold: 2 } } },
  },
  {
    name: 'two trials of which exactly the permitted half may fail',
    library: () => ({ halfOpenAfter: 20, breaker: new ConsecutiveBreaker(2), halfOpenSampling: { calls: 2, threshold: 0.5 } }),
    ours: { halfOpenAfter: 20 * MS, breaker: { consecutive: { threshold: 2 } }, halfOpenSampling: { calls: 2, threshold: 0.5 } },
  },
  {
    name: 'open periods that grow with each failed trial',
    library: () => ({
      halfOpenAfter: new ExponentialBackoff({ generator: noJitterGenerator, initialDelay: 5, maxDelay: 100 }),
      breaker: new ConsecutiveBreaker(2),
    }),
    ours: { halfOpenBackoff: { exponential: { base: 5 * MS, factor: 2, max: 100 * MS } }, breaker: { consecutive: { threshold: 2 } } },
  },
  {
    name: 'a share of the last calls',
    library: () => ({ halfOpenAfter: 50, breaker: new CountBreaker({ threshold: 0.5, size: 6, minimumNumberOfCalls: 4 }) }),
    ours: { halfOpenAfter: 50 * MS, breaker: { count: { threshold: 0.5, size: 6, minimumNumberOfCalls: 4 } } },
  },
  {
    name: 'a share of the last calls and of three trials',
    library: () => ({
      halfOpenAfter: 30,
      breaker: new CountBreaker({ threshold: 0.4, size: 5 }),
      halfOpenSampling: { calls: 3, threshold: 0.34 },
    }),
    ours: {
      halfOpenAfter: 30 * MS,
      breaker: { count: { threshold: 0.4, size: 5 } },
      halfOpenSampling: { calls: 3, threshold: 0.34 },
    },
  },
  {
    name: 'a share of recent calls',
    library: () => ({ halfOpenAfter: 50, breaker: new SamplingBreaker({ threshold: 0.5, duration: 500, minimumRps: 8 }) }),
    ours: { halfOpenAfter: 50 * MS, breaker: { sampling: { threshold: 0.5, duration: 500 * MS, minimumRps: 8, oldWindowsStay: true } } },
  },
  {
    name: 'a share of recent calls, with the rate that the library chooses',
    library: () => ({ halfOpenAfter: 100, breaker: new SamplingBreaker({ threshold: 0.3, duration: 333 }) }),
    ours: { halfOpenAfter: 100 * MS, breaker: { sampling: { threshold: 0.3, duration: 333 * MS, oldWindowsStay: true } } },
  },
];

const options = cases(300);

describe(`seed ${fuzzSeed}`, () => {
  standingClock();

  test.each(configurations)('the breaker with $name', async ({ library, ours }) => {
    let changes = 0;
    let waited = 0;
    await fc.assert(
      fc.asyncProperty(traces, async (calls) => {
        const expected = await observeLibraryBreaker(library(), calls);
        const spec = { of: cockatielBreaker, with: { ...ours, handle: failuresExcept('badRequest') } };
        expect(observeOurs(spec, calls)).toEqual(expected);
        changes += expected.states.length;
        waited += expected.calls.filter((line, i) => Number(line.split(' ')[0]) > calls[i]!.atMs).length;
      }),
      options,
    );
    // Traces in which nothing happens would prove nothing.
    expect(changes).toBeGreaterThan(2 * options.numRuns);
    expect(waited).toBeGreaterThan(options.numRuns / 10);
  });

  test('the bulkhead with a queue', async () => {
    let rejected = 0;
    await fc.assert(
      fc.asyncProperty(traces, fc.integer({ min: 1, max: 3 }), fc.nat(4), async (calls, limit, queue) => {
        const policy = cockatielBulkhead(limit, queue);
        const expected = await observeLibrary((work) => policy.execute(work), outcomeOf, calls);
        const spec = { of: bulkhead, with: { maxConcurrentCalls: limit, queueCapacity: queue, maxWaitDuration: Infinity } };
        expect(observeOurs(spec, calls).calls).toEqual(expected);
        rejected += expected.filter((line) => line.endsWith('bulkheadFull')).length;
      }),
      options,
    );
    expect(rejected).toBeGreaterThan(options.numRuns);
  });
});
