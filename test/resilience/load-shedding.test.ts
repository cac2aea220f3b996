/**
 * Goal: load shedding turns away the least important requests first, by the load of the server.
 * Method: one request of each priority against gauges that the test sets.
 */
import { expect, test } from 'vitest';
import { loadShedding } from '../../sim/resilience/load-shedding.ts';
import type { Gauges } from '../../sim/resilience/pattern.ts';
import type { Given } from '../support/pattern-values.ts';
import { inTurn, ok, SECONDS, TestWorld } from '../support/resilience-harness.ts';

/** Which of the priorities 0, 1, ... are admitted. */
function admitted(values: Given, inFlight: number, queueLength = 0, priorities = 4): boolean[] {
  const gauges: Gauges = { inFlight: () => inFlight, queueLength: () => queueLength, capacity: () => 10 };
  const t = new TestWorld();
  const first = t.build([{ of: loadShedding, with: values, gauges }], inTurn(ok(0)));
  for (let priority = 0; priority < priorities; priority++) t.call(first, { atNs: 0, priority });
  t.run();
  expect(t.marks('shed')).toBe(t.outcomes.filter((outcome) => outcome === 'shed').length);
  return t.outcomes.map((outcome) => outcome === 'ok');
}

test.each([
  [0, [true, true, true, true]],
  [699, [true, true, true, true]],
  [700, [true, true, true, false]],
  [849, [true, true, true, false]],
  [850, [true, true, false, false]],
  [949, [true, true, false, false]],
  [950, [true, false, false, false]],
  [999, [true, false, false, false]],
  [1000, [false, false, false, false]],
])('with %i of 1000 requests in hand, priorities 0 to 3 are admitted: %j', (inFlight, expected) => {
  expect(admitted({}, inFlight)).toEqual(expected);
});

test('as in the chapter, the most important may be exempt', () => {
  const thresholds = [Infinity, 0.95, 0.85, 0.7];
  expect(admitted({ thresholds }, 5000)).toEqual([true, false, false, false]);
});

test('the waiting line counts as well: the fuller of the two decides', () => {
  const values = { maxConcurrent: 10, maxQueue: 20 };
  expect(admitted(values, 1, 16)).toEqual([true, true, true, false]);
  expect(admitted(values, 9, 1)).toEqual([true, true, false, false]);
  expect(admitted(values, 1, 20)).toEqual([false, false, false, false]);
});

test('priorities beyond the list are treated like the last', () => {
  expect(admitted({ thresholds: [1, 0.5] }, 600, 0, 4)).toEqual([true, false, false, false]);
});

test('who is shed is told when to come back', () => {
  const gauges: Gauges = { inFlight: () => 1000, queueLength: () => 0, capacity: () => 10 };
  const t = new TestWorld();
  t.callAt(t.build([{ of: loadShedding, with: { retryAfter: 3 * SECONDS }, gauges }], inTurn(ok(0))), 0);
  expect(t.run().results[0]).toMatchObject({ outcome: 'shed', retryAfterNs: 3 * SECONDS });
});

test('the mistake of the chapter: refusals that are counted off as done make the load fall until all are let in', () => {
  const gauges: Gauges = { inFlight: () => 1005, queueLength: () => 0, capacity: () => 10 };
  const shedOf = (countsShedAsDone: boolean): number[] => {
    const t = new TestWorld();
    const first = t.build([{ of: loadShedding, with: { countsShedAsDone }, gauges }], inTurn(ok(0)));
    t.callAt(first, ...Array.from({ length: 20 }, (_, at) => at));
    t.run();
    return t.outcomes.flatMap((outcome, at) => (outcome === 'shed' ? [at] : []));
  };
  expect(shedOf(true)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(shedOf(false).length).toBe(20);
});
