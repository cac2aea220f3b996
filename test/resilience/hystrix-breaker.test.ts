/**
 * Goal: our Hystrix breaker looks, opens, tries and closes as the sources of Hystrix 1.5 say, at the very values where it
 * matters, and shows the known defect only when asked to.
 * Method: no program of Java runs here, so calls are scripted through the real runtime and what must happen is worked out
 * by hand; each law is tried on both sides of its boundary. What the periods count is compared with a plain list of all
 * results. Times are milliseconds.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hystrixBreaker } from '../../sim/resilience/hystrix-breaker.ts';
import { RollingCounts } from '../../sim/resilience/rolling-counts.ts';
import { cases, fuzzSeed, scaled } from '../support/random-cases.ts';
import type { Given } from '../support/pattern-values.ts';
import { type Answer, fails, hangs, inTurn, MS, ok, type Script, TestWorld } from '../support/resilience-harness.ts';

/** Looks every 100 ms at the last 400, opens when half of at least two results failed, for 250 ms. */
function world(script: Script, values: Given = {}): { t: TestWorld; first: ReturnType<TestWorld['build']> } {
  const t = new TestWorld();
  const usual = {
    requestVolumeThreshold: 2,
    sleepWindowInMilliseconds: 250 * MS,
    rollingStatisticalWindowInMilliseconds: 400 * MS,
    healthSnapshotIntervalInMilliseconds: 100 * MS,
  };
  return { t, first: t.build([{ of: hystrixBreaker, with: { ...usual, ...values } }], script) };
}

/** Runs a little longer than the calls, because the circuit looks at its window later. */
function play(values: Given, script: Script, ...atMs: readonly number[]): TestWorld {
  const { t, first } = world(script, values);
  t.callAt(first, ...atMs);
  t.run();
  return t.run(t.now + 1000 * MS);
}

const twoFailures = [fails(5), fails(5)] as const;

describe('closed', () => {
  test('it opens when a period ends, not when the call fails', () => {
    const t = play({}, inTurn(...twoFailures), 0, 0, 50, 99, 100, 101);
    expect(t.outcomes).toEqual(['error', 'error', 'error', 'error', 'breakerOpen', 'breakerOpen']);
    expect(t.transitions).toEqual(['100 opened']);
  });

  test('nobody needs to call for it to open', () => {
    expect(play({}, inTurn(...twoFailures), 0, 0).transitions).toEqual(['100 opened']);
  });

  test('a result at the end of a period belongs to the next one', () => {
    expect(play({}, inTurn(fails(50)), 0, 49).transitions).toEqual(['100 opened']);
    expect(play({}, inTurn(fails(50)), 0, 50).transitions).toEqual(['200 opened']);
  });

  test('it opens with the least volume and the percentage itself', () => {
    const four = [ok(1), ok(1), fails(1), fails(1)];
    expect(play({ requestVolumeThreshold: 4 }, inTurn(...four), 0, 0, 0, 0).transitions).toEqual(['100 opened']);
    expect(play({ requestVolumeThreshold: 5 }, inTurn(...four), 0, 0, 0, 0).transitions).toEqual([]);
    expect(play({ errorThresholdPercentage: 51 }, inTurn(...four), 0, 0, 0, 0).transitions).toEqual([]);
  });

  test('the percentage is computed in floating point and cut off: 29 of 100 are 28 %', () => {
    const results = (failures: number): Script => (n) => (n < failures ? fails(1) : ok(1));
    const hundred = Array.from({ length: 100 }, () => 0);
    expect(play({ errorThresholdPercentage: 29 }, results(29), ...hundred).transitions).toEqual([]);
    expect(play({ errorThresholdPercentage: 28 }, results(29), ...hundred).transitions).toEqual(['100 opened']);
    expect(play({ errorThresholdPercentage: 30 }, results(30), ...hundred).transitions).toEqual(['100 opened']);
  });

  test('it opens when successes leave the window and failures remain', () => {
    // Three successes in the first period, two failures in the third; the first leaves after the fifth.
    const t = play({}, inTurn(ok(1), ok(1), ok(1), fails(1), fails(1)), 0, 0, 0, 210, 210);
    expect(t.transitions).toEqual(['500 opened']);
  });

  test('failures that have left the window do not count', () => {
    expect(play({}, inTurn(fails(1)), 0, 399).transitions).toEqual([]);
    expect(play({}, inTurn(fails(1)), 0, 398).transitions).toEqual(['400 opened']);
  });

  test.each([
    ['a rejected call', 'breakerOpen', ['100 opened']],
    ['a wrong request', 'badRequest', []],
  ] as const)('%s from further inside', (_, outcome, transitions) => {
    expect(play({}, inTurn(fails(1, outcome)), 0, 0, 0).transitions).toEqual(transitions);
  });

  test('its own rejections are not counted', () => {
    // Open from 100; at 351 a trial fails, beside many rejections; the window of the two failures is long gone.
    const t = play({}, inTurn(...twoFailures, ok(5)), 0, 0, 110, 120, 130, 140, 150, 351, 360, 370);
    expect(t.transitions).toEqual(['100 opened', '351 halfOpened', '356 closed']);
  });
});

describe('open and half-open', () => {
  test('the trial comes after more than the sleep window, and others are rejected until it ends', () => {
    const t = play({}, inTurn(...twoFailures, ok(50)), 0, 0, 350, 351, 360, 400, 402);
    expect(t.outcomes.slice(2)).toEqual(['breakerOpen', 'ok', 'breakerOpen', 'breakerOpen', 'ok']);
    expect(t.transitions).toEqual(['100 opened', '351 halfOpened', '401 closed']);
  });

  test.each<[string, Answer]>([
    ['fails', fails(10)],
    ['is a wrong request', fails(10, 'badRequest')],
    ['was rejected further inside', fails(10, 'bulkheadFull')],
  ])('a trial that %s opens it for a whole sleep window', (_, answer) => {
    const t = play({}, inTurn(...twoFailures, answer, ok(5)), 0, 0, 351, 611, 612);
    expect(t.transitions).toEqual(['100 opened', '351 halfOpened', '361 opened', '612 halfOpened', '617 closed']);
  });

  test('a trial that its user gives up opens it', () => {
    const { t, first } = world(inTurn(...twoFailures, hangs));
    t.callAt(first, 0, 0);
    t.call(first, { atNs: 351 * MS, cancelAtNs: 380 * MS });
    expect(t.run().transitions).toEqual(['100 opened', '351 halfOpened', '380 opened']);
  });

  test.each([
    [ok(380), '380 closed'],
    [fails(380), '380 opened'],
  ])('a call from before it opened decides when it ends while the trial is under way', (late, decision) => {
    const t = play({}, inTurn(late, fails(5), fails(5), hangs), 0, 1, 2, 351);
    expect(t.transitions.slice(0, 3)).toEqual(['100 opened', '351 halfOpened', decision]);
  });

  test('closing empties the window and begins its periods anew; the success that closed it is in it', () => {
    // Closed at 356; the periods end at 456, 556 …. With the success, three failures of four are 75 %.
    const script = inTurn(...twoFailures, ok(5), fails(1));
    expect(play({}, script, 0, 0, 351, 360).transitions.slice(3)).toEqual(['456 opened']);
    expect(play({ errorThresholdPercentage: 75 }, script, 0, 0, 351, 360, 360, 454).transitions.slice(3)).toEqual(['456 opened']);
    expect(play({ errorThresholdPercentage: 76 }, script, 0, 0, 351, 360, 360, 454).transitions.slice(3)).toEqual([]);
  });
});

describe('the known defect', () => {
  const calls = [0, 0, 351, 360, 401, 611, 620, 700];

  test('a call that is rejected while the trial is under way opens it, and the success of the trial is lost', () => {
    const t = play({ hystrixIssue1853: true }, inTurn(...twoFailures, ok(50)), ...calls);
    expect(t.outcomes.slice(2)).toEqual(['ok', 'breakerOpen', 'breakerOpen', 'ok', 'breakerOpen', 'breakerOpen']);
    expect(t.transitions).toEqual(['100 opened', '351 halfOpened', '360 opened', '611 halfOpened', '620 opened']);
  });

  test('is off unless it is wanted', () => {
    const t = play({}, inTurn(...twoFailures, ok(50)), ...calls);
    expect(t.transitions).toEqual(['100 opened', '351 halfOpened', '401 closed']);
  });
});

describe('forced', () => {
  const failing = inTurn(fails(1));

  test.each([
    [{ forceOpen: true }, 'breakerOpen'],
    [{ forceClosed: true }, 'error'],
    [{ forceOpen: true, forceClosed: true }, 'breakerOpen'],
  ])('%o never changes', (values, outcome) => {
    const t = play(values, failing, 0, 0, 110, 500, 1000);
    expect(new Set(t.outcomes)).toEqual(new Set([outcome]));
    expect(t.transitions).toEqual([]);
  });
});

test(`periods count what belongs to them, seed ${fuzzSeed}`, () => {
  const PERIODS = 4;
  const PERIOD_MS = 10;
  const steps = fc.array(fc.record({ gapMs: fc.oneof(fc.nat(12), fc.constantFrom(10, 40, 70)), failed: fc.boolean() }), { minLength: 5, maxLength: 60, size: 'max' });
  let forgotten = 0;
  fc.assert(
    fc.property(steps, fc.nat(15), (results, originMs) => {
      const counts = new RollingCounts(PERIODS, PERIOD_MS);
      counts.restart(originMs);
      const periodOf = (ms: number): number => Math.floor((ms - originMs) / PERIOD_MS);
      let atMs = originMs;
      const all = results.map(({ gapMs, failed }) => ({ atMs: (atMs += gapMs), failed }));
      all.forEach(({ atMs, failed }, i) => {
        counts.moveTo(atMs);
        counts.addCall();
        if (failed) counts.addFailure();
        const alive = all.slice(0, i + 1).filter((one) => periodOf(one.atMs) > periodOf(atMs) - PERIODS);
        const now = alive.filter((one) => periodOf(one.atMs) === periodOf(atMs));
        const failures = (list: typeof all): number => list.filter((one) => one.failed).length;
        const counted = [counts.calls, counts.failures, counts.callsNow, counts.failuresNow];
        expect(counted).toEqual([alive.length, failures(alive), now.length, failures(now)]);
        expect(counts.periodEndsAtNs).toBe(originMs + (periodOf(atMs) + 1) * PERIOD_MS);
      });
      if (counts.calls < all.length) forgotten++;
    }),
    cases(200),
  );
  expect(forgotten).toBeGreaterThan(scaled(100));
});
