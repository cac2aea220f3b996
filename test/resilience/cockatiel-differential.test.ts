/**
 * Goal: our cockatiel breaker, and our bulkhead where the two overlap, behave like the real library.
 *
 * Method: random sequences of overlapping calls run through cockatiel 4 under fake timers and through our pattern in the
 * test world. When each call started and ended and how, and every change of state, must be the same. All times are
 * whole milliseconds, so that calls arrive exactly when a period ends, and several things happen at one instant.
 */
import {
  BrokenCircuitError,
  bulkhead as cockatielBulkhead,
  BulkheadRejectedError,
  CircuitState,
  circuitBreaker,
  ConsecutiveBreaker,
  CountBreaker,
  handleWhen,
  type ICircuitBreakerOptions,
  type IPolicy,
  SamplingBreaker,
} from 'cockatiel';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { bulkhead } from '../../sim/resilience/bulkhead.ts';
import { cockatielBreaker } from '../../sim/resilience/cockatiel-breaker.ts';
import { failuresExcept } from '../../sim/resilience/failures.ts';
import { Outcome } from '../../sim/resilience/outcome.ts';
import { fuzzSeed } from '../support/fuzz-seed.ts';
import { type LayerSpec, MS, TestWorld } from '../support/resilience-harness.ts';

type Ending = 'ok' | 'error' | 'badRequest';

interface TracedCall {
  readonly atMs: number;
  readonly takesMs: number;
  readonly ending: Ending;
}

interface Observed {
  /** For each call: when it started inside, when it ended, and how; in milliseconds from the start of the trace. */
  readonly calls: string[];
  readonly states: string[];
}

/** Gaps between calls, with pauses that let a breaker recover and whole windows pass. */
const gapMs = fc.oneof(
  { weight: 12, arbitrary: fc.nat(12) },
  { weight: 3, arbitrary: fc.constantFrom(0, 50, 100) },
  { weight: 1, arbitrary: fc.constantFrom(101, 700, 2600) },
);

const traces: fc.Arbitrary<TracedCall[]> = fc
  .array(
    fc.record({
      gapMs,
      takesMs: fc.oneof(fc.nat(30), fc.constantFrom(0, 50, 100, 150)),
      ending: fc.constantFrom<Ending>('ok', 'ok', 'ok', 'error', 'error', 'error', 'badRequest'),
    }),
    { minLength: 5, maxLength: 40, size: 'max' },
  )
  .map((calls) => {
    let atMs = 0;
    return calls.map(({ gapMs, takesMs, ending }) => ({ atMs: (atMs += gapMs), takesMs, ending }));
  });

class CallError extends Error {}

/** Runs a trace through the real library. */
async function observeLibrary(policy: IPolicy, calls: readonly TracedCall[]): Promise<string[]> {
  const start = Date.now();
  const started: (number | undefined)[] = [];
  const ended: string[] = [];
  calls.forEach(({ atMs, takesMs, ending }, i) => {
    const answer = (resolve: (value: string) => void, reject: (error: Error) => void): void =>
      ending === 'ok' ? resolve(ending) : reject(new CallError(ending));
    const work = (): Promise<string> => {
      started[i] = Date.now() - start;
      return new Promise((resolve, reject) => {
        if (takesMs === 0) answer(resolve, reject);
        else setTimeout(answer, takesMs, resolve, reject);
      });
    };
    setTimeout(() => {
      void policy
        .execute(work)
        .catch((error: unknown) => outcomeOf(error))
        .then((outcome) => (ended[i] = `${Date.now() - start} ${outcome}`));
    }, atMs);
  });
  await vi.runAllTimersAsync();
  return calls.map((_, i) => `${started[i] ?? '-'} ${ended[i]}`);
}

function outcomeOf(error: unknown): string {
  if (error instanceof BrokenCircuitError) return 'breakerOpen';
  if (error instanceof BulkheadRejectedError) return 'bulkheadFull';
  if (error instanceof CallError) return error.message;
  throw error;
}

/** Runs a trace through our pattern. */
function observeOurs(spec: LayerSpec, calls: readonly TracedCall[]): Observed {
  const t = new TestWorld();
  const started: number[] = [];
  const first = t.build([spec], (_, call) => {
    const number = (call as unknown as { context: { request: number } }).context.request;
    started[number] = t.now / MS;
    const { takesMs, ending } = calls[number]!;
    return { afterNs: takesMs * MS, code: Outcome[ending] };
  });
  for (const { atMs } of calls) t.call(first, { atNs: atMs * MS });
  t.run();
  return {
    calls: t.results.map((result, i) => `${started[i] ?? '-'} ${result.endedAtNs / MS} ${result.outcome}`),
    states: t.transitions,
  };
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
  return { calls: await observeLibrary(policy, calls), states };
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
    ours: { halfOpenAfter: 50 * MS, breaker: { sampling: { threshold: 0.5, duration: 500 * MS, minimumRps: 8 } } },
  },
  {
    name: 'a share of recent calls, with the rate that the library chooses',
    library: () => ({ halfOpenAfter: 100, breaker: new SamplingBreaker({ threshold: 0.3, duration: 333 }) }),
    ours: { halfOpenAfter: 100 * MS, breaker: { sampling: { threshold: 0.3, duration: 333 * MS } } },
  },
];

const options = { seed: fuzzSeed, numRuns: 300 };

describe(`seed ${fuzzSeed}`, () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000_000_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

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
        const expected = await observeLibrary(cockatielBulkhead(limit, queue), calls);
        const spec = { of: bulkhead, with: { maxConcurrentCalls: limit, queueCapacity: queue, maxWaitDuration: Infinity } };
        expect(observeOurs(spec, calls).calls).toEqual(expected);
        rejected += expected.filter((line) => line.endsWith('bulkheadFull')).length;
      }),
      options,
    );
    expect(rejected).toBeGreaterThan(options.numRuns);
  });
});
