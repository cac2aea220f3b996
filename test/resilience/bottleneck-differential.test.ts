/**
 * Goal: our bulkhead with its overflow strategies, the leaky bucket, and the rate limit by periods decide like Bottleneck
 * 2.19 where its users would expect the same.
 *
 * Method: random overlapping calls run through the real library under fake timers and through our pattern. Bottleneck
 * hands its jobs on through timers of its own, which makes each start up to a few milliseconds late; so the traces are
 * scaled such that things happen minutes apart, and times of the library that lie a moment behind ours count as ours.
 *
 * All jobs have the same priority: Bottleneck serves its queue by priority, our bulkhead by age. With equal priorities
 * OVERFLOW_PRIORITY is the same as OVERFLOW. A reservoir without maxConcurrent is compared with Resilience4j's limiter,
 * which lets a number of calls pass in each period as well and makes the others wait.
 */
import Bottleneck from 'bottleneck';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bulkhead } from '../../sim/resilience/bulkhead.ts';
import { leakyBucket } from '../../sim/resilience/rate-limit/leaky-bucket.ts';
import { resilience4jRateLimiter } from '../../sim/resilience/resilience4j-rate-limiter.ts';
import { observeLibrary, observeOurs, type TracedCall } from '../support/call-traces.ts';
import { cases, fuzzSeed } from '../support/random-cases.ts';
import { type LayerSpec, MS, SECONDS } from '../support/resilience-harness.ts';
import { standingClock } from '../support/standing-clock.ts';

/** Distances in a trace are small multiples of this; an offset of its own for each call keeps ties away. */
const UNIT_MS = 1_000_000;
/** More than the library's own timers add up to in a trace. */
const LATE_MS = 400;

const traces: fc.Arbitrary<TracedCall[]> = fc
  .array(fc.record({ gap: fc.nat(3), takes: fc.nat(9), ending: fc.constantFrom('ok' as const, 'error' as const) }), { minLength: 5, maxLength: 40, size: 'max' })
  .map((calls) => {
    let at = 1;
    return calls.map(({ gap, takes, ending }, i) => {
      at += gap;
      return { atMs: at * UNIT_MS + ((i + 1) * 618_033) % UNIT_MS, takesMs: takes * UNIT_MS + ((i + 1) * 377_777) % UNIT_MS, ending };
    });
  });

/** The instants that nothing but the trace and the clock decides: arrivals, and ends of what has begun. */
function instantsOf(calls: readonly TracedCall[], ours: readonly string[]): number[] {
  const ends = ours.filter((line) => !line.startsWith('-')).map((line) => Number(line.split(' ')[1]));
  return [...calls.map(({ atMs }) => atMs), ...ends].sort((a, b) => a - b);
}

/** Whether two things happen so close to each other that the library's delays could turn them round. */
function isTight(instants: readonly number[]): boolean {
  return instants.some((ms, i) => i > 0 && ms - instants[i - 1]! < 2 * LATE_MS);
}

/** Times of the library that are a moment late, as ours. */
function snapped(library: readonly string[], ours: readonly string[]): string[] {
  return library.map((line, i) => {
    const mine = ours[i]!.split(' ');
    const words = line.split(' ').map((word, at) => {
      const late = Number(word) - Number(mine[at]);
      return late >= 0 && late < LATE_MS ? mine[at] : word;
    });
    return words.join(' ');
  });
}

interface Comparison {
  readonly library: Bottleneck.ConstructorOptions;
  readonly ours: LayerSpec;
  /** Further instants at which something happens by itself. */
  readonly everyMs?: number;
}

async function compare({ library, ours, everyMs }: Comparison, calls: readonly TracedCall[]): Promise<readonly string[]> {
  const expected = observeOurs(ours, calls).calls;
  const instants = instantsOf(calls, expected);
  fc.pre(!isTight(instants));
  if (everyMs !== undefined) fc.pre(!calls.some(({ atMs }) => Math.min(atMs % everyMs, everyMs - (atMs % everyMs)) < 2 * LATE_MS));
  const limiter = new Bottleneck(library);
  const run = observeLibrary((work) => limiter.schedule(work), () => (ours.of === bulkhead ? 'bulkheadFull' : 'rateLimited'), calls, instants.at(-1)! + 100 * UNIT_MS);
  const seen = await run;
  void limiter.disconnect();
  expect(snapped(seen, expected)).toEqual(expected);
  return expected;
}

const options = cases(300);
const semaphore = (values: Readonly<Record<string, unknown>>): LayerSpec => ({ of: bulkhead, with: { maxWaitDuration: Infinity, ...values } });

describe(`seed ${fuzzSeed}`, () => {
  standingClock();

  const strategies = [
    { name: 'OVERFLOW', strategy: Bottleneck.strategy.OVERFLOW, ours: { overflow: 'rejectNew' } },
    { name: 'OVERFLOW_PRIORITY', strategy: Bottleneck.strategy.OVERFLOW_PRIORITY, ours: { overflow: 'rejectNew' } },
    { name: 'LEAK', strategy: Bottleneck.strategy.LEAK, ours: { overflow: 'dropOldest' } },
    { name: 'BLOCK', strategy: Bottleneck.strategy.BLOCK, ours: { overflow: 'block', penalty: 2.5 * UNIT_MS * MS } },
  ] as const;

  test.each(strategies)('maxConcurrent and highWater with strategy $name', async ({ strategy, ours }) => {
    let rejected = 0;
    let waited = 0;
    await fc.assert(
      fc.asyncProperty(traces, fc.integer({ min: 1, max: 3 }), fc.nat(4), async (calls, maxConcurrent, highWater) => {
        const library = { maxConcurrent, highWater, strategy, penalty: 2.5 * UNIT_MS };
        const seen = await compare({ library, ours: semaphore({ maxConcurrentCalls: maxConcurrent, queueCapacity: highWater, ...ours }) }, calls);
        rejected += seen.filter((line) => line.endsWith('bulkheadFull')).length;
        waited += seen.filter((line, i) => Number(line.split(' ')[0]) > calls[i]!.atMs).length;
      }),
      options,
    );
    expect(rejected).toBeGreaterThan(options.numRuns);
    expect(waited).toBeGreaterThan(options.numRuns / 2);
  });

  test('maxConcurrent alone', async () => {
    await fc.assert(
      fc.asyncProperty(traces, fc.integer({ min: 1, max: 4 }), async (calls, maxConcurrent) => {
        await compare({ library: { maxConcurrent }, ours: semaphore({ maxConcurrentCalls: maxConcurrent }) }, calls);
      }),
      options,
    );
  });

  test('minTime, as a leaky bucket without an end', async () => {
    let waited = 0;
    await fc.assert(
      fc.asyncProperty(traces, fc.integer({ min: 1, max: 3 }), async (calls, units) => {
        const minTime = units * UNIT_MS;
        const ours = { of: leakyBucket, with: { rate: SECONDS / (minTime * MS), capacity: 1000 } };
        const seen = await compare({ library: { minTime }, ours }, calls);
        waited += seen.filter((line, i) => Number(line.split(' ')[0]) > calls[i]!.atMs).length;
      }),
      options,
    );
    expect(waited).toBeGreaterThan(options.numRuns);
  });

  test('a reservoir that is refilled, as a limit for each period', async () => {
    let waited = 0;
    await fc.assert(
      fc.asyncProperty(traces, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 6 }), async (calls, amount, units) => {
        const everyMs = units * UNIT_MS;
        const library = { reservoir: amount, reservoirRefreshAmount: amount, reservoirRefreshInterval: everyMs, heartbeatInterval: everyMs };
        const ours = {
          of: resilience4jRateLimiter,
          with: { limitForPeriod: amount, limitRefreshPeriod: everyMs * MS, timeoutDuration: 1e9 * MS },
        };
        const seen = await compare({ library, ours, everyMs }, calls);
        waited += seen.filter((line, i) => Number(line.split(' ')[0]) > calls[i]!.atMs).length;
      }),
      options,
    );
    expect(waited).toBeGreaterThan(options.numRuns);
  });
});
