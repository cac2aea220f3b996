/**
 * Goal: our token bucket admits and delays like the TokenBucket of limiter 4.1.
 *
 * Method: random sequences of calls run through the real bucket under fake timers and through our pattern; when each call
 * started and ended and how must be the same to the millisecond. Rates are such that both compute without rounding: a
 * power of two of milliseconds for each token.
 *
 * The library's bucket begins empty; it is filled first, as ours is full at the beginning. (Its RateLimiter is such a
 * bucket with a second limit for each interval; that one is not compared.)
 */
import * as fc from 'fast-check';
import { TokenBucket } from 'limiter';
import { describe, expect, test } from 'vitest';
import { tokenBucket } from '../../sim/resilience/token-bucket.ts';
import { observeLibrary, observeOurs, traces } from '../support/call-traces.ts';
import { cases, fuzzSeed } from '../support/random-cases.ts';
import { standingClock } from '../support/standing-clock.ts';

const options = cases(300);

class RateLimited extends Error {}

/** Tokens for each interval of so many milliseconds. */
const limits = fc.record({
  bucketSize: fc.integer({ min: 1, max: 6 }),
  tokensPerInterval: fc.constantFrom(1, 2, 4),
  interval: fc.constantFrom(4, 8, 16, 32, 64),
});
type Limits = typeof limits extends fc.Arbitrary<infer T> ? T : never;

function fullBucket(chosen: Limits): TokenBucket {
  const bucket = new TokenBucket(chosen);
  bucket.content = chosen.bucketSize;
  return bucket;
}

function ours({ bucketSize, tokensPerInterval, interval }: Limits, maxWait: number) {
  return { of: tokenBucket, with: { rate: (tokensPerInterval * 1000) / interval, burst: bucketSize, maxWait } };
}

describe(`seed ${fuzzSeed}`, () => {
  standingClock();

  test('without waiting', async () => {
    let rejected = 0;
    let admitted = 0;
    await fc.assert(
      fc.asyncProperty(traces, limits, async (calls, chosen) => {
        const bucket = fullBucket(chosen);
        const execute = (work: () => Promise<string>): Promise<string> => (bucket.tryRemoveTokens(1) ? work() : Promise.reject(new RateLimited()));
        const expected = await observeLibrary(execute, () => 'rateLimited', calls);
        expect(observeOurs(ours(chosen, 0), calls).calls).toEqual(expected);
        rejected += expected.filter((line) => line.endsWith('rateLimited')).length;
        admitted += expected.filter((line) => !line.startsWith('-')).length;
      }),
      options,
    );
    expect(rejected).toBeGreaterThan(options.numRuns);
    expect(admitted).toBeGreaterThan(options.numRuns);
  });

  test('with waiting, first come, first served', async () => {
    let waited = 0;
    await fc.assert(
      fc.asyncProperty(traces, limits, async (calls, chosen) => {
        const bucket = fullBucket(chosen);
        const execute = (work: () => Promise<string>): Promise<string> => bucket.removeTokens(1).then(work);
        const expected = await observeLibrary(execute, () => 'rateLimited', calls);
        expect(observeOurs(ours(chosen, Infinity), calls).calls).toEqual(expected);
        waited += expected.filter((line, i) => Number(line.split(' ')[0]) > calls[i]!.atMs).length;
      }),
      options,
    );
    expect(waited).toBeGreaterThan(options.numRuns);
  });
});
