/**
 * Goal: backoffs and jitters give the waits that their sources say.
 *
 * Method: the waits are read from real retries of calls that always fail. Series without chance are compared exactly;
 * series with chance by the mean of 20,000 calls (within four standard errors, against the exact mean) and, for the
 * jitters, by the Kolmogorov-Smirnov distance to their distribution. The draws belong to fixed seeds, so nothing here is
 * flaky. The second decorrelated formula is compared with cockatiel's, fed with the same draws.
 */
import { ExponentialBackoff, type IBackoff } from 'cockatiel';
import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { backoffOrdinal } from '../../sim/resilience/backoff/backoff.ts';
import { decorrelatedV2 } from '../../sim/resilience/backoff/decorrelated-v2.ts';
import type { Call, Effects } from '../../sim/resilience/pattern.ts';
import { retry } from '../../sim/resilience/retry.ts';
import { cases } from '../support/random-cases.ts';
import { type Given, make } from '../support/pattern-values.ts';
import { fails, inTurn, MS, TestWorld } from '../support/resilience-harness.ts';

/** Milliseconds before retry 1, 2, ... of each of `calls` calls, which start far apart. */
function waits(values: Given, retries: number, calls = 1): number[][] {
  const t = new TestWorld();
  const first = t.build([{ of: retry, with: { maxAttempts: retries + 1, ...values } }], inTurn(fails(0)));
  const perCall: number[][] = [];
  for (let i = 0; i < calls; i++) {
    t.call(first, { atNs: t.now });
    const sends = t.wire.sentAtNs.length;
    t.run();
    const at = t.wire.sentAtNs.slice(sends);
    perCall.push(at.slice(1).map((ns, n) => (ns - at[n]!) / MS));
  }
  return perCall;
}

describe('without chance', () => {
  test.each([
    ['none', 'none', [0, 0, 0]],
    ['fixed', { fixed: { delay: 30 * MS } }, [30, 30, 30]],
    ['linear', { linear: { base: 100 * MS, max: 250 * MS } }, [100, 200, 250, 250]],
    ['exponential', { exponential: { base: 100 * MS, max: 2000 * MS } }, [100, 200, 400, 800, 1600, 2000]],
    ['exponential without chance, as cockatiel', { exponential: { base: 128 * MS, max: 30_000 * MS } }, [128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 30_000]],
    ['exponential by 1.5, as Resilience4j', { exponential: { base: 500 * MS, factor: 1.5 } }, [500, 750, 1125, 1687.5]],
  ])('%s', (_, backoff, expected) => {
    expect(waits({ backoff }, expected.length)).toEqual([expected]);
  });

  test('an exponential backoff without a limit never leaves the range of the clock', () => {
    const dayMs = 86_400_000;
    expect(waits({ backoff: { exponential: { base: 1000 * MS, factor: 1e200, max: Infinity } } }, 4)).toEqual([[1000, dayMs, dayMs, dayMs]]);
  });

  test('any distribution', () => {
    const distribution = { mean: 7 * MS, sample: () => 7 * MS };
    expect(waits({ backoff: { random: { delay: distribution } } }, 2)).toEqual([[7, 7]]);
  });
});

const CALLS = 20_000;

/** Compares the mean of each column with its exact value. */
function expectMeans(perCall: readonly number[][], means: readonly number[]): void {
  means.forEach((exact, n) => {
    const column = perCall.map((series) => series[n]!);
    const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
    const variance = column.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / column.length;
    expect(Math.abs(mean - exact), `wait ${n + 1}: ${mean} instead of ${exact}`).toBeLessThan(4 * Math.sqrt(variance / column.length));
  });
}

const exponential = { exponential: { base: 100 * MS, max: 2000 * MS } };

describe('means', () => {
  test('full jitter', () => {
    expectMeans(waits({ backoff: exponential, jitter: 'full' }, 6, CALLS), [50, 100, 200, 400, 800, 1000]);
  });
  test('equal jitter', () => {
    expectMeans(waits({ backoff: exponential, jitter: 'equal' }, 6, CALLS), [75, 150, 300, 600, 1200, 1500]);
  });
  test('decorrelated jitter: each mean is (base + 3 x the mean before) / 2', () => {
    expectMeans(
      waits({ backoff: { decorrelated: { base: 100 * MS, max: Infinity } } }, 5, CALLS),
      [200, 350, 575, 912.5, 1418.75],
    );
  });
});

/** Largest distance between the distribution of the values and the uniform distribution on [from, to]. */
function distanceToUniform(values: readonly number[], from: number, to: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.max(
    ...sorted.map((x, i) => {
      const share = (x - from) / (to - from);
      return Math.max(Math.abs(share - i / sorted.length), Math.abs(share - (i + 1) / sorted.length));
    }),
  );
}

test('decorrelated jitter may begin with the base itself, as Finagle does', () => {
  const series = waits({ backoff: { decorrelated: { base: 100 * MS, max: Infinity, first: 'base' } } }, 3, CALLS);
  expect(new Set(series.map(([first]) => first))).toEqual(new Set([100]));
  expectMeans(series.map((each) => each.slice(1)), [200, 350]);
});

describe('every jitter of a wait of 100 ms is uniform', () => {
  test.each([
    ['full', 'full', 0, 100],
    ['equal', 'equal', 50, 100],
    ['proportional', 'proportional', 50, 150],
    ['proportional, as gRPC', { proportional: { min: 0.8, max: 1.2 } }, 80, 120],
    ['additive', 'additive', 100, 1100],
  ])('%s', (_, jitter, from, to) => {
    const values = waits({ backoff: { fixed: { delay: 100 * MS } }, jitter }, 1, CALLS).map((series) => series[0]!);
    // Exceeded by chance once in 1,000 seeds; the seed is fixed.
    expect(distanceToUniform(values, from, to)).toBeLessThan(1.95 / Math.sqrt(CALLS));
    // The same test finds a range that is off by 3 %.
    expect(distanceToUniform(values, from, to + 0.03 * (to - from))).toBeGreaterThan(1.95 / Math.sqrt(CALLS));
  });
});

test('the longest wait applies before jitter, or after it', () => {
  const longest = (capOrder: string): number =>
    Math.max(...waits({ backoff: exponential, jitter: 'proportional', capOrder }, 7, 200).map((series) => series[6]!));
  expect(longest('beforeJitter')).toBeGreaterThan(2500);
  expect(longest('afterJitter')).toBe(2000);
});

test('every retry of every call has a draw of its own', () => {
  const series = waits({ backoff: { fixed: { delay: 100 * MS } }, jitter: 'full' }, 5, 20);
  expect(new Set(series.flat()).size).toBe(100);
});

test('the draws of a call belong to the number of the retry: a longer series begins like a shorter one', () => {
  const short = waits({ backoff: exponential, jitter: 'full' }, 2, 20);
  const long = waits({ backoff: exponential, jitter: 'full' }, 5, 20);
  expect(long.map((series) => series.slice(0, 2))).toEqual(short);
});

describe('the waits of real libraries', () => {
  /** The ends of the range of each wait: what it is with the least and with the greatest draw. */
  const ends = (values: Given, retries: number): [number, number][] => {
    const series = waits(values, retries, 8000);
    return Array.from({ length: retries }, (_, n) => {
      const column = series.map((each) => each[n]!);
      return [Math.min(...column), Math.max(...column)];
    });
  };
  test.each<readonly [string, Given, readonly number[], readonly number[]]>([
    ['the chapters: a factor of 0.5 to 1.5', { backoff: exponential, jitter: 'proportional' }, [50, 100, 200], [150, 300, 600]],
    ['the chapters: half to all of it', { backoff: exponential, jitter: { proportional: { min: 0.5, max: 1 } } }, [50, 100, 200], [100, 200, 400]],
    ['the chapters: up to a second more', { backoff: exponential, jitter: 'additive' }, [100, 200, 400], [1100, 1200, 1400]],
    [
      'Resilience4j: initial 500 ms, by 1.5, half up or down, the limit last',
      { backoff: { exponential: { base: 500 * MS, factor: 1.5, max: 1000 * MS } }, jitter: 'proportional', capOrder: 'afterJitter' },
      [250, 375, 562.5],
      [750, 1000, 1000],
    ],
    ['Polly: constant, a quarter up or down', { backoff: { fixed: { delay: 2000 * MS } }, jitter: { proportional: { min: 0.75, max: 1.25 } } }, [1500, 1500], [2500, 2500]],
    [
      'Polly: linear, a quarter up or down, the limit last',
      { backoff: { linear: { base: 1000 * MS, max: 2100 * MS } }, jitter: { proportional: { min: 0.75, max: 1.25 } }, capOrder: 'afterJitter' },
      [750, 1500, 2100],
      [1250, 2100, 2100],
    ],
    [
      'gRPC: a fifth up or down, beyond the limit as well',
      { backoff: { exponential: { base: 100 * MS, factor: 1.6, max: 200 * MS } }, jitter: { proportional: { min: 0.8, max: 1.2 } } },
      [80, 128, 160],
      [120, 192, 240],
    ],
    ['Envoy: up to 25 ms, doubling to 250 ms', { backoff: { exponential: { base: 25 * MS, max: 250 * MS } }, jitter: 'full' }, [0, 0, 0, 0, 0], [25, 50, 100, 200, 250]],
    ['AWS SDK, standard mode: up to 1 s, doubling to 20 s', { backoff: { exponential: { base: 1000 * MS, max: 20_000 * MS } }, jitter: 'full' }, [0, 0, 0, 0, 0, 0], [1000, 2000, 4000, 8000, 16_000, 20_000]],
    ['undici: 500 ms, doubling to 30 s', { backoff: { exponential: { base: 500 * MS } } }, [500, 1000, 2000, 4000, 8000, 16_000, 30_000], [500, 1000, 2000, 4000, 8000, 16_000, 30_000]],
  ])('%s', (_, values, from, to) => {
    ends(values, from.length).forEach((seen, n) => {
      // That the ends of 8,000 draws are further from those of their range is next to impossible.
      [from[n]!, to[n]!].forEach((end, at) => expect(Math.abs(seen[at]! - end)).toBeLessThanOrEqual(0.003 * to[n]!));
    });
  });
});

test('the second decorrelated formula is that of cockatiel', () => {
  const ours = make(decorrelatedV2, {}, undefined);
  const uniforms = fc.array(fc.double({ min: 0, max: 1, minExcluded: true, maxExcluded: true, noNaN: true }), { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(uniforms, (draws) => {
      const fx = { uniform: (_: Call, ordinal: number) => draws[ordinal / backoffOrdinal(1) - 1]! } as Effects;
      const delays = draws.map((_, i) => Math.min(ours.delayNs(i + 1, NaN, {} as Call, fx), ours.maxNs) / MS);
      expect(relativeErrors(delays, libraryDelays(draws))).toEqual(draws.map(() => expect.closeTo(0, 9)));
    }),
    cases(100),
  );
});

/** What cockatiel waits, in milliseconds, when it is given these random numbers. */
function libraryDelays(draws: readonly number[]): number[] {
  let drawn = 0;
  const random = vi.spyOn(Math, 'random').mockImplementation(() => draws[drawn++]!);
  let backoff: IBackoff<unknown> = new ExponentialBackoff().next();
  const delays = draws.map((_, i) => {
    if (i > 0) backoff = backoff.next(undefined);
    return backoff.duration;
  });
  random.mockRestore();
  return delays;
}

function relativeErrors(values: readonly number[], expected: readonly number[]): number[] {
  return values.map((value, i) => (value - expected[i]!) / (1 + expected[i]!));
}
