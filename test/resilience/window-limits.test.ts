/**
 * Goal: limits that count calls in windows, shape them in a line, refill in ticks or learn their rate let through what
 * their sources say.
 * Method: scripted calls through the real runtime (times are milliseconds), random comparisons with counts made from the
 * definition, the token bucket beside npm's `limiter` under a fake clock, and the published numbers of the cubic curve.
 */
import * as fc from 'fast-check';
import { TokenBucket } from 'limiter';
import { describe, expect, test, vi } from 'vitest';
import { awsAdaptive, Cubic } from '../../sim/resilience/rate-limit/aws-adaptive.ts';
import { fixedWindow } from '../../sim/resilience/rate-limit/fixed-window.ts';
import { leakyBucket } from '../../sim/resilience/rate-limit/leaky-bucket.ts';
import { slidingCounter } from '../../sim/resilience/rate-limit/sliding-counter.ts';
import { slidingLog } from '../../sim/resilience/rate-limit/sliding-log.ts';
import { tokenBucket } from '../../sim/resilience/token-bucket.ts';
import { cases, fuzzSeed } from '../support/random-cases.ts';
import { fails, inTurn, type LayerSpec, MS, ok, type Script, SECONDS, TestWorld } from '../support/resilience-harness.ts';

const instantly = inTurn(ok(0));

function play(layer: LayerSpec, ...atMs: readonly number[]): TestWorld {
  const t = new TestWorld();
  t.callAt(t.build([layer], instantly), ...atMs);
  return t.run();
}

const passed = (t: TestWorld): boolean[] => t.outcomes.map((outcome) => outcome === 'ok');
const twoIn100 = { limit: 2, window: 100 * MS };

test('a fixed window lets twice the limit pass at an edge', () => {
  const t = play({ of: fixedWindow, with: twoIn100 }, 98, 98, 99, 100, 100, 101, 250);
  expect(passed(t)).toEqual([true, true, false, true, true, false, true]);
  expect(t.results[2]!.retryAfterNs).toBe(1 * MS);
});

test('a sliding log knows no edges; rejected calls do not count', () => {
  const t = play({ of: slidingLog, with: twoIn100 }, 90, 98, 99, 150, 189, 190, 197, 198);
  expect(passed(t)).toEqual([true, true, false, false, false, true, false, true]);
  expect(t.results[2]!.retryAfterNs).toBe(91 * MS);
});

test('a sliding counter weighs the window before by the part that is still covered', () => {
  const four = { limit: 4, window: 100 * MS };
  // Four calls in the first window count as 4 at 100, 3 at 125, 2 at 150, and 1 at 175.
  const t = play({ of: slidingCounter, with: four }, 10, 20, 30, 40, 100, 124, 125, 149, 150, 160, 175);
  expect(passed(t)).toEqual([true, true, true, true, false, false, true, false, true, false, true]);
  expect([4, 5, 7].map((call) => t.results[call]!.retryAfterNs / MS)).toEqual([25, 1, 1]);
});

const gaps = fc.array(fc.oneof(fc.nat(30), fc.constantFrom(0, 50, 100)), { minLength: 10, maxLength: 80, size: 'max' });

/** Instants in milliseconds. */
function instants(gaps: readonly number[]): number[] {
  let now = 0;
  return gaps.map((gap) => (now += gap));
}

test(`in any window whatever, a sliding log lets no more pass than the limit, and rejects no call that might pass, seed ${fuzzSeed}`, () => {
  const property = fc.property(gaps, fc.integer({ min: 1, max: 4 }), (gaps, limit) => {
    const at = instants(gaps);
    const t = play({ of: slidingLog, with: { limit, window: 100 * MS } }, ...at);
    const sent = t.sentAtMs;
    at.forEach((now, call) => {
      const before = at.filter((time, other) => other < call && time > now - 100 && t.outcomes[other] === 'ok').length;
      expect(t.outcomes[call] === 'ok').toBe(before < limit);
    });
    expect(sent.every((time, i) => i < limit || time - sent[i - limit]! >= 100)).toBe(true);
  });
  fc.assert(property, cases(150));
});

test.each([
  ['fixed window', fixedWindow],
  ['sliding log', slidingLog],
  ['sliding counter', slidingCounter],
])(`%s: who comes back when told to is admitted, seed ${fuzzSeed}`, (_, of) => {
  const property = fc.property(gaps, fc.integer({ min: 1, max: 4 }), (gaps, limit) => {
    const layer = { of, with: { limit, window: 100 * MS } };
    const at = instants(gaps);
    const first = play(layer, ...at);
    const rejected = first.outcomes.indexOf('rateLimited');
    if (rejected < 0) return;
    // The same calls up to the rejected one, and it again when it was told, and a little earlier.
    const againAt = first.results[rejected]!.retryAfterNs + at[rejected]! * MS;
    const again = (atNs: number): string => {
      const t = new TestWorld();
      const outermost = t.build([layer], instantly);
      t.callAt(outermost, ...at.slice(0, rejected));
      t.call(outermost, { atNs });
      return t.run().outcomes.at(-1)!;
    };
    expect([again(againAt), again(againAt - 2)]).toEqual(['ok', 'rateLimited']);
  });
  fc.assert(property, cases(80));
});

describe('leaky bucket', () => {
  const layer: LayerSpec = { of: leakyBucket, with: { rate: 100, capacity: 3 } };

  test('calls leave one by one, evenly spaced; a full bucket rejects', () => {
    const t = play(layer, 0, 0, 0, 0, 0, 35, 100);
    expect(t.endings).toEqual(['0 ok', '10 ok', '20 ok', '30 ok', '0 rateLimited', '40 ok', '100 ok']);
    expect([t.marks('waited'), t.marks('rejected')]).toEqual([4, 1]);
  });

  test('who gives up frees a place, and those behind move up', () => {
    const t = new TestWorld();
    const first = t.build([layer], instantly);
    t.callAt(first, 0);
    t.call(first, { atNs: 0, cancelAtNs: 5 * MS });
    t.callAt(first, 0, 0, 6);
    expect(t.run().endings).toEqual(['0 ok', '5 gaveUp', '10 ok', '20 ok', '30 ok']);
  });
});

describe('token bucket', () => {
  test('refilled in ticks, tokens come together at the end of each, also to those who wait', () => {
    const perTick = { rate: 20, burst: 4, refill: 'perTick', tick: 100 * MS };
    expect(passed(play({ of: tokenBucket, with: perTick }, 0, 0, 0, 0, 50, 99, 100, 100, 100, 199, 200))).toEqual([
      true, true, true, true, false, false, true, true, false, false, true,
    ]);
    const waiting = { ...perTick, burst: 1, maxWait: SECONDS };
    expect(play({ of: tokenBucket, with: waiting }, 10, 10, 10, 10, 10).sentAtMs).toEqual([10, 100, 100, 200, 200]);
  });

  test('refilled in ticks, a fraction of a token is kept for the next', () => {
    expect(passed(play({ of: tokenBucket, with: { rate: 15, burst: 2, refill: 'perTick' } }, 0, 0, 100, 100, 200, 200, 300, 300))).toEqual([
      true, true, true, false, true, true, true, false,
    ]);
  });

  test(`passes what npm's limiter passes, seed ${fuzzSeed}`, () => {
    vi.useFakeTimers({ toFake: ['performance', 'Date'] });
    // Rates that flow in whole fractions of a token, so that the sums of the library are exact.
    const property = fc.property(gaps, fc.constantFrom(125, 250, 500), fc.integer({ min: 1, max: 5 }), (gaps, rate, burst) => {
      const theirs = new TokenBucket({ bucketSize: burst, tokensPerInterval: rate, interval: 'second' });
      theirs.content = burst;
      const expected = gaps.map((gap) => {
        vi.advanceTimersByTime(gap);
        return theirs.tryRemoveTokens(1);
      });
      expect(passed(play({ of: tokenBucket, with: { rate, burst } }, ...instants(gaps)))).toEqual(expected);
    });
    try {
      fc.assert(property, cases(300));
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('adaptive mode of the AWS SDK', () => {
  const near = (value: number, expected: number): void => expect(Math.abs(value - expected)).toBeLessThan(5e-5);

  test('the rate follows the cubic curve as botocore computed it', () => {
    const started = new Cubic(0.7, 0.4, 10, 5);
    [7, 9.6489, 10, 10.4533, 13.4087, 21.2663].forEach((rate, i) => near(started.succeeded(5 + i), rate));
    near(started.throttled(8, 10), 5.6);
    near(started.plateauS, 1.81712);
    for (const [at, rate] of [[10, 5.6], [11, 7.7818], [12, 8.0024], [13, 8.662], [15, 20.8979]] as const) near(started.succeeded(at), rate);
  });

  const callsPerSecond = (script: Script, rate: number, seconds: number): TestWorld => {
    const t = new TestWorld();
    const first = t.build([{ of: awsAdaptive }], script);
    t.callAt(first, ...Array.from({ length: rate * seconds }, (_, call) => (call * 1000) / rate));
    return t.run();
  };

  test('nothing waits until the callee throttles', () => {
    const t = callsPerSecond(inTurn(ok(1)), 50, 4);
    expect([t.marks('waited'), t.sentAtMs.length]).toEqual([0, 200]);
  });

  test('before a callee that takes 20 a second, sends fall from 50 a second to about that', () => {
    const accepted: number[] = [];
    let now = 0;
    const t = new TestWorld();
    const first = t.build([{ of: awsAdaptive }], () => {
      now = t.now;
      while (accepted.length > 0 && accepted[0]! <= now - SECONDS) accepted.shift();
      if (accepted.length >= 20) return fails(1, 'rateLimited');
      accepted.push(now);
      return ok(1);
    });
    t.callAt(first, ...Array.from({ length: 1500 }, (_, call) => call * 20));
    t.run(30 * SECONDS);
    const late = t.sentAtMs.filter((ms) => ms >= 10_000).length / 20;
    expect(late).toBeGreaterThan(14);
    expect(late).toBeLessThan(26);
    expect(t.marks('waited')).toBeGreaterThan(500);
  });

  test('calls pass in the order in which they came, and who gives up while waiting leaves the line', () => {
    const t = new TestWorld();
    const first = t.build([{ of: awsAdaptive }], inTurn(fails(1, 'rateLimited'), ok(1)));
    t.callAt(first, 0, 2);
    t.call(first, { atNs: 3 * MS, cancelAtNs: 4 * MS });
    t.callAt(first, 5);
    t.run();
    // Nothing was measured yet: half a call a second, and a token has to be filled from nothing.
    expect(t.endings).toEqual(['1 rateLimited', '2002 ok', '4 gaveUp', expect.stringMatching(/ ok$/)]);
    expect(t.sentAtMs).toEqual([0, 2001, expect.any(Number)]);
  });
});
