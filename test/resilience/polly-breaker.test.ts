/**
 * Goal: our Polly breaker opens, tries and closes as the sources of Polly 8 say, at the very values where it matters.
 * Method: no program of .NET runs here, so calls are scripted through the real runtime and what must happen is worked out
 * by hand; each law is tried on both sides of its boundary. The windows are compared with a plain list of all results.
 * Times are milliseconds.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HealthMetrics } from '../../sim/resilience/polly/health-metrics.ts';
import { pollyBreaker } from '../../sim/resilience/polly-breaker.ts';
import { cases, fuzzSeed, scaled } from '../support/random-cases.ts';
import type { Given } from '../support/pattern-values.ts';
import { fails, hangs, inTurn, MS, ok, type Script, TestWorld } from '../support/resilience-harness.ts';

/** Opens when half of at least two results failed, for 100 ms. */
function world(script: Script, values: Given = {}): { t: TestWorld; first: ReturnType<TestWorld['build']> } {
  const t = new TestWorld();
  const usual = { failureRatio: 0.5, minimumThroughput: 2, samplingDuration: 1000 * MS, breakDuration: 100 * MS };
  return { t, first: t.build([{ of: pollyBreaker, with: { ...usual, ...values } }], script) };
}

function play(values: Given, script: Script, ...atMs: readonly number[]): TestWorld {
  const { t, first } = world(script, values);
  t.callAt(first, ...atMs);
  return t.run();
}

const twoFailures = [fails(5), fails(5)] as const;

describe('closed', () => {
  test('it opens at the ratio itself, and with the least throughput itself', () => {
    expect(play({ minimumThroughput: 4 }, inTurn(ok(1), ok(1), fails(1), fails(1)), 0, 10, 20, 30).transitions).toEqual(['31 opened']);
    expect(play({ minimumThroughput: 5 }, inTurn(ok(1), ok(1), fails(1), fails(1)), 0, 10, 20, 30).transitions).toEqual([]);
    expect(play({ minimumThroughput: 4 }, inTurn(ok(1), ok(1), ok(1), fails(1), fails(1)), 0, 10, 20, 30, 40).transitions).toEqual([]);
  });

  test('a success never opens it, although it may bring the throughput', () => {
    expect(play({ minimumThroughput: 3 }, inTurn(fails(1), fails(1), ok(1)), 0, 10, 20).transitions).toEqual([]);
    expect(play({ minimumThroughput: 3 }, inTurn(fails(1), fails(1), ok(1), fails(1)), 0, 10, 20, 30).transitions).toEqual(['31 opened']);
  });

  test('what it does not handle is a success', () => {
    const values = { shouldHandle: ['timeout'] };
    expect(play(values, inTurn(fails(1)), 0, 10, 20).transitions).toEqual([]);
    expect(play(values, inTurn(fails(1, 'timeout')), 0, 10, 20).transitions).toEqual(['11 opened']);
  });

  test('a window leaves when it is as old as the sampling duration, with all that is in it', () => {
    // The first two failures share a window that began at 1; it is gone at 1001.
    expect(play({ minimumThroughput: 3 }, inTurn(fails(1)), 0, 90, 999).transitions).toEqual(['1000 opened']);
    expect(play({ minimumThroughput: 3 }, inTurn(fails(1)), 0, 90, 1000).transitions).toEqual([]);
    // The second failure began a window of its own at 101.
    expect(play({ minimumThroughput: 2 }, inTurn(fails(1)), 0, 1000, 1010).transitions).toEqual(['1011 opened']);
  });
});

describe('open and half-open', () => {
  test('the trial comes exactly after the break, and others are rejected until it ends', () => {
    const t = play({}, inTurn(...twoFailures, ok(50)), 0, 0, 104, 105, 110, 154, 156);
    expect(t.outcomes.slice(2)).toEqual(['breakerOpen', 'ok', 'breakerOpen', 'breakerOpen', 'ok']);
    expect(t.transitions).toEqual(['5 opened', '105 halfOpened', '155 closed']);
  });

  test('a rejection says how long the break will last; that a trial is under way counts as a further break', () => {
    const t = play({}, inTurn(...twoFailures, ok(150)), 0, 0, 25, 105, 125, 225);
    expect(t.results.map((result) => result.retryAfterNs / MS)).toEqual([NaN, NaN, 80, NaN, 80, 0]);
  });

  test('a failed trial opens it for a whole break', () => {
    expect(play({}, inTurn(...twoFailures, fails(5), ok(5)), 0, 0, 105, 209, 210).transitions).toEqual([
      '5 opened',
      '105 halfOpened',
      '110 opened',
      '210 halfOpened',
      '215 closed',
    ]);
  });

  test('a trial that hangs keeps everybody out for as long as it hangs', () => {
    const t = play({}, inTurn(...twoFailures, hangs), 0, 0, 105, 1000, 60_000, 3_599_000);
    expect(t.outcomes.slice(3)).toEqual(['breakerOpen', 'breakerOpen', 'breakerOpen']);
  });

  test('a trial that its user gives up closes it, as any outcome does that is not handled', () => {
    const { t, first } = world(inTurn(...twoFailures, hangs));
    t.callAt(first, 0, 0);
    t.call(first, { atNs: 105 * MS, cancelAtNs: 120 * MS });
    expect(t.run().transitions.at(-1)).toBe('120 closed');
  });

  test.each([
    [ok(160), '160 closed'],
    [fails(160), '160 opened'],
  ])('a call from before the break decides when it ends while the trial is under way', (late, decision) => {
    // The call at 0 takes so long that it ends after the trial of 150 has begun.
    const t = play({}, inTurn(late, fails(5), fails(5), hangs), 0, 1, 2, 150);
    expect(t.transitions).toEqual(['7 opened', '150 halfOpened', decision]);
  });

  test('results that come while it is open are only counted', () => {
    const t = play({}, inTurn(fails(5), fails(5), fails(50), ok(60), ok(5)), 0, 0, 1, 2, 110);
    expect(t.transitions).toEqual(['5 opened', '110 halfOpened', '115 closed']);
  });

  test('closing forgets all results', () => {
    const t = play({ minimumThroughput: 3 }, inTurn(fails(1), fails(1), fails(1), ok(1), fails(1)), 0, 0, 0, 101, 110, 120);
    expect(t.transitions).toEqual(['1 opened', '101 halfOpened', '102 closed']);
  });
});

test('breaks that grow with each trial that fails begin again after it has closed', () => {
  const generator = { breakDurationGenerator: { exponential: { base: 10 * MS, factor: 3, max: 50 * MS } } };
  const calls = [0, 0, 11, 42, 93, 144, 150, 150, 161];
  const t = play(generator, inTurn(...[1, 1, 1, 1, 1].map((ms) => fails(ms)), ok(1), fails(1)), ...calls);
  expect(t.transitions).toEqual([
    '1 opened',
    '11 halfOpened',
    '12 opened',
    '42 halfOpened',
    '43 opened',
    '93 halfOpened',
    '94 opened',
    '144 halfOpened',
    '145 closed',
    '151 opened',
    '161 halfOpened',
    '162 opened',
  ]);
});

test('an isolated circuit rejects every call and never changes', () => {
  const t = play({ isIsolated: true }, inTurn(ok(1)), 0, 10, 100_000);
  expect(t.outcomes).toEqual(['breakerOpen', 'breakerOpen', 'breakerOpen']);
  expect(t.transitions).toEqual([]);
});

describe(`windows, seed ${fuzzSeed}`, () => {
  /** The same by its definition: all results, each with the beginning of its window. */
  function plainly(samplingMs: number, nowMs: number, results: readonly { atMs: number; failed: boolean }[]): [number, number] {
    const isSingle = samplingMs < 200;
    let beganAtMs = isSingle ? 0 : -Infinity;
    const counted = results.map(({ atMs, failed }) => {
      if (atMs - beganAtMs >= (isSingle ? samplingMs : samplingMs / 10)) beganAtMs = atMs;
      return { beganAtMs, failed };
    });
    const alive = counted.filter((result) => nowMs - result.beganAtMs < samplingMs);
    return [alive.filter(({ failed }) => !failed).length, alive.filter(({ failed }) => failed).length];
  }

  test.each([1000, 200, 199, 50])('of %i ms together', (samplingMs) => {
    let forgotten = 0;
    const results = fc.array(fc.record({ gapMs: fc.oneof(fc.nat(30), fc.constantFrom(Math.floor(samplingMs / 10), samplingMs, 2 * samplingMs)), failed: fc.boolean() }), {
      minLength: 5,
      maxLength: 80,
      size: 'max',
    });
    fc.assert(
      fc.property(results, (steps) => {
        const metrics = new HealthMetrics(samplingMs * MS);
        let atMs = 0;
        const counted: [number, number][] = [];
        const expected: [number, number][] = [];
        const so: { atMs: number; failed: boolean }[] = [];
        for (const { gapMs, failed } of steps) {
          atMs += gapMs;
          so.push({ atMs, failed });
          if (failed) metrics.addFailure(atMs * MS);
          else metrics.addSuccess(atMs * MS);
          counted.push([metrics.successes, metrics.failures]);
          expected.push(plainly(samplingMs, atMs, so));
        }
        expect(counted).toEqual(expected);
        if (metrics.throughput < so.length) forgotten++;
      }),
      cases(200),
    );
    expect(forgotten).toBeGreaterThan(scaled(100));
  });
});
