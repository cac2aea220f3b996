/**
 * Goal: rate limiters let through what they promise, and no more.
 * Method: scripted calls through the real runtime (times are milliseconds), and for the token bucket a random comparison
 * with tokens that are counted one by one.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resilience4jRateLimiter } from '../../sim/resilience/resilience4j-rate-limiter.ts';
import { tokenBucket } from '../../sim/resilience/token-bucket.ts';
import { cases, fuzzSeed, scaled } from '../support/random-cases.ts';
import type { Given } from '../support/pattern-values.ts';
import { type LayerSpec, inTurn, MS, ok, SECONDS, TestWorld } from '../support/resilience-harness.ts';

function play(layer: LayerSpec, ...atMs: readonly number[]): TestWorld {
  const t = new TestWorld();
  t.callAt(t.build([layer], inTurn(ok(0))), ...atMs);
  return t.run();
}

describe('token bucket', () => {
  const bucket = (values: Given): LayerSpec => ({ of: tokenBucket, with: { rate: 10, ...values } });

  test('a burst passes at once, then one call for each token that flows in', () => {
    const t = play(bucket({ burst: 3 }), 0, 0, 0, 0, 99, 100, 150, 200, 300);
    expect(t.outcomes).toEqual(['ok', 'ok', 'ok', 'rateLimited', 'rateLimited', 'ok', 'rateLimited', 'ok', 'ok']);
  });

  test('a pause fills the bucket up to its size and no further', () => {
    expect(play(bucket({ burst: 2 }), 0, 0, 60_000, 60_000, 60_000).outcomes).toEqual(['ok', 'ok', 'ok', 'ok', 'rateLimited']);
  });

  test('a rejected call is told when a token will be there, and rejections cost nothing', () => {
    const t = play(bucket({}), 0, 10, 40, 100);
    expect(t.results.map(({ retryAfterNs }) => retryAfterNs / MS)).toEqual([NaN, 90, 60, NaN]);
    expect(t.outcomes.at(-1)).toBe('ok');
  });

  test('calls that may wait pass in order, one for each token; those that would wait too long are rejected at once', () => {
    const t = play(bucket({ maxWait: 250 * MS }), 0, 0, 0, 0, 0, 60);
    expect(t.endings).toEqual(['0 ok', '100 ok', '200 ok', '0 rateLimited', '0 rateLimited', '300 ok']);
    expect([t.marks('waited'), t.marks('rejected')]).toEqual([3, 2]);
  });

  test('who gives up while waiting has used its token', () => {
    const t = new TestWorld();
    const first = t.build([bucket({ maxWait: SECONDS })], inTurn(ok(0)));
    t.callAt(first, 0);
    t.call(first, { atNs: 0, cancelAtNs: 50 * MS });
    t.callAt(first, 60);
    expect(t.run().endings).toEqual(['0 ok', '50 gaveUp', '200 ok']);
  });

  test(`the same calls pass as with tokens that are counted one by one, seed ${fuzzSeed}`, () => {
    const gapsUs = fc.array(fc.oneof(fc.nat(3000), fc.constantFrom(0, 1000, 2000)), { minLength: 5, maxLength: 60, size: 'max' });
    const property = fc.property(gapsUs, fc.integer({ min: 1, max: 5 }), (gapsUs, burst) => {
      const t = new TestWorld();
      // One token in a millisecond: in whole microseconds the count is exact.
      const first = t.build([bucket({ rate: 1000, burst })], inTurn(ok(0)));
      let thousandths = burst * 1000;
      let nowUs = 0;
      const expected = gapsUs.map((gap) => {
        nowUs += gap;
        t.call(first, { atNs: nowUs * 1000 });
        thousandths = Math.min(burst * 1000, thousandths + gap);
        if (thousandths < 1000) return 'rateLimited';
        thousandths -= 1000;
        return 'ok';
      });
      expect(t.run().outcomes).toEqual(expected);
    });
    fc.assert(property, cases(300));
  });
});

describe('Resilience4j', () => {
  const limiter = (values: Given): LayerSpec => ({
    of: resilience4jRateLimiter,
    with: { limitForPeriod: 2, limitRefreshPeriod: 100 * MS, timeoutDuration: 0, ...values },
  });

  test('each period has its calls, so twice the limit may pass at an edge', () => {
    expect(play(limiter({}), 98, 98, 99, 100, 100, 101).outcomes).toEqual(['ok', 'ok', 'rateLimited', 'ok', 'ok', 'rateLimited']);
  });

  test('a call waits for the period in which its turn comes', () => {
    expect(play(limiter({ timeoutDuration: 190 * MS }), 10, 10, 10, 10, 10).sentAtMs).toEqual([10, 10, 100, 100, 200]);
  });

  test('a call that cannot have its turn in time blocks for the whole timeout before it fails', () => {
    const blocked = { limitForPeriod: 1, timeoutDuration: 95 * MS };
    expect(play(limiter(blocked), 10, 10, 10).endings).toEqual(['10 ok', '100 ok', '105 rateLimited']);
    expect(play(limiter({ ...blocked, onRejection: 'fail' }), 10, 10, 10).endings).toEqual(['10 ok', '100 ok', '10 rateLimited']);
  });

  test('who gives up while waiting leaves at once', () => {
    const t = new TestWorld();
    const first = t.build([limiter({ limitForPeriod: 1, timeoutDuration: 95 * MS })], inTurn(ok(0)));
    t.callAt(first, 10);
    for (const cancelAtMs of [20, 30]) t.call(first, { atNs: 10 * MS, cancelAtNs: cancelAtMs * MS });
    expect(t.run().endings).toEqual(['10 ok', '20 gaveUp', '30 gaveUp']);
  });

  test('the default period of 500 ns lets almost everything pass', () => {
    const t = play({ of: resilience4jRateLimiter }, ...Array<number>(200).fill(0));
    expect(t.outcomes.every((outcome) => outcome === 'ok')).toBe(true);
    expect(Math.max(...t.wire.sentAtNs)).toBe(1500);
  });
});

/** Calls in bursts and pauses, in whole milliseconds. */
const instants = fc.array(fc.oneof(fc.nat(6), fc.constantFrom(0, 0, 0, 40, 300)), { minLength: 10, maxLength: 80, size: 'max' }).map((gaps) => {
  let atMs = 0;
  return gaps.map((gap) => (atMs += gap));
});

test(`in any stretch of time a token bucket lets no more pass than its size and what flows in, waiting or not, seed ${fuzzSeed}`, () => {
  const limits = fc.record({ rate: fc.integer({ min: 10, max: 500 }), burst: fc.integer({ min: 1, max: 8 }), maxWait: fc.constantFrom(0, 20 * MS, Infinity) });
  let atLimit = 0;
  let beyond = 0;
  fc.assert(
    fc.property(instants, limits, (atMs, { rate, burst, maxWait }) => {
      const { sentAtNs } = play({ of: tokenBucket, with: { rate, burst, maxWait } }, ...atMs).wire;
      for (let from = 0; from < sentAtNs.length; from++) {
        for (let to = from; to < sentAtNs.length; to++) {
          const allowed = burst + (rate * (sentAtNs[to]! - sentAtNs[from]!)) / SECONDS;
          // Instants are whole nanoseconds.
          if (to - from + 1 > allowed + 1e-6) beyond++;
          if (to - from + 1 > allowed - 1e-3 && to > from + burst) atLimit++;
        }
      }
      expect(beyond).toBe(0);
    }),
    cases(200),
  );
  // The bound is reached, so it could not be closer.
  expect(atLimit).toBeGreaterThan(scaled(100));
});
