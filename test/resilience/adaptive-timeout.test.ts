/**
 * Goal: the adaptive timeout follows what it measures as the chapter computes it, and follows an overload up to its maximum.
 * Method: scripted calls through the real runtime, with timeouts worked out by hand; the percentile is compared with a
 * list that is sorted anew each time. Times are milliseconds.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { adaptiveTimeout } from '../../sim/resilience/adaptive-timeout.ts';
import { RecentDurations } from '../../sim/resilience/recent-durations.ts';
import { cases, fuzzSeed } from '../support/random-cases.ts';
import type { Given } from '../support/pattern-values.ts';
import { type Answer, fails, hangs, inTurn, MS, ok, type Script, TestWorld } from '../support/resilience-harness.ts';

const GAP_MS = 20_000;

/** How long each of so many calls took, one long after another. */
function durations(script: Script, calls: number, values: Given = {}): number[] {
  const t = new TestWorld();
  const first = t.build([{ of: adaptiveTimeout, with: values }], script);
  const atMs = Array.from({ length: calls }, (_, i) => i * GAP_MS);
  t.callAt(first, ...atMs);
  t.run();
  return t.results.map((result, i) => result.endedAtNs / MS - atMs[i]!);
}

/** So many answers after the given time, then a call that hangs, whose duration is the timeout. */
const thenHangs = (...answers: readonly Answer[]): Script => inTurn(...answers, hangs);

test('the first timeout is the initial one', () => {
  expect(durations(thenHangs(), 1)).toEqual([1000]);
});

test.each([
  ['one and a half times what has been measured', [ok(600)], 900],
  ['not shorter than the minimum', [ok(10)], 500],
  ['what is exactly the minimum', [ok(333)], 500],
  ['the largest of less than a hundred durations', [...Array.from({ length: 98 }, () => ok(400)), ok(499)], 748.5],
  ['the ninety-ninth of a hundred durations', [...Array.from({ length: 99 }, () => ok(400)), ok(499)], 600],
  ['what the last hundred say', [ok(499), ok(499), ...Array.from({ length: 99 }, () => ok(400))], 600],
  ['what answers say, and not failures', [ok(600), fails(800)], 900],
])('it is %s', (_, answers, expected) => {
  expect(durations(thenHangs(...answers), answers.length + 1).at(-1)).toBe(expected);
});

test('in an overload each timeout lengthens the next one, up to the maximum', () => {
  expect(durations(thenHangs(), 8)).toEqual([1000, 1500, 2250, 3375, 5062.5, 7593.75, 10_000, 10_000]);
});

test('unless timeouts leave no trace', () => {
  expect(durations(thenHangs(ok(600)), 4, { recordTimeouts: false })).toEqual([600, 900, 900, 900]);
});

test.each([
  ['cancel', 1],
  ['abandon', 0],
])('when the time is up it can %s the call inside', (mode, cancelled) => {
  const t = new TestWorld();
  t.callAt(t.build([{ of: adaptiveTimeout, with: { mode } }], inTurn(ok(1500))), 0);
  t.run();
  expect(t.trace.filter((entry) => entry.includes('send cancelled'))).toHaveLength(cancelled);
  expect(t.runtime.lateOutcomes).toBe(1 - cancelled);
});

test('a share of so many durations is a whole number of them, whatever the last digits of the product', () => {
  const recent = new RecentDurations(100);
  for (let duration = 1; duration <= 100; duration++) recent.add(duration);
  const percents = Array.from({ length: 100 }, (_, i) => i + 1);
  expect(percents.map((percent) => recent.quantile(percent / 100))).toEqual(percents);
});

test(`quantiles of the last durations, seed ${fuzzSeed}`, () => {
  const percentiles = [0, 1, 50, 90, 99, 99.9, 100];
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(20), fc.double({ min: 0, max: 1e9, noNaN: true })), { minLength: 1, maxLength: 60, size: 'max' }), fc.integer({ min: 1, max: 30 }), (all, capacity) => {
      const recent = new RecentDurations(capacity);
      expect(recent.quantile(0.5)).toBe(0);
      all.forEach((duration, i) => {
        recent.add(duration);
        const sorted = all.slice(Math.max(0, i + 1 - capacity), i + 1).sort((a, b) => a - b);
        const expected = percentiles.map((percent) => sorted.find((_, at) => 100 * (at + 1) >= percent * sorted.length));
        expect(percentiles.map((percent) => recent.quantile(percent / 100))).toEqual(expected);
      });
    }),
    cases(200),
  );
});
