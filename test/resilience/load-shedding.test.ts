/**
 * Goal: load shedding turns away the least important requests first, by the load of the server.
 * Method: one request of each priority when so many are in hand, and a waiting line whose length the test sets.
 */
import { expect, test } from 'vitest';
import { loadShedding } from '../../sim/resilience/load-shedding.ts';
import { type Gauges, NO_GAUGES } from '../../sim/resilience/pattern.ts';
import type { Layer } from '../../sim/resilience/runtime.ts';
import type { Given } from '../support/pattern-values.ts';
import { hangs, inTurn, MS, ok, SECONDS, TestWorld } from '../support/resilience-harness.ts';
import { simulate } from '../support/run-scenario.ts';

const NOW_MS = 1;

/** A layer that has admitted so many requests which are not done, of the highest priority. @param queueLength from now on */
function loaded(values: Given, inHand: number, queueLength = 0): { readonly t: TestWorld; readonly first: Layer } {
  const t = new TestWorld();
  const gauges: Gauges = { ...NO_GAUGES, queueLength: () => (t.now < NOW_MS * MS ? 0 : queueLength) };
  const first = t.build([{ of: loadShedding, with: values, gauges }], (n) => (n < inHand ? hangs : ok(0)));
  t.callAt(first, ...Array<number>(inHand).fill(0));
  return { t, first };
}

/** Which of the priorities 0, 1, ... are admitted. */
function admitted(values: Given, inHand: number, queueLength = 0, priorities = 4): boolean[] {
  const { t, first } = loaded(values, inHand, queueLength);
  for (let priority = 0; priority < priorities; priority++) t.call(first, { atNs: NOW_MS * MS, priority });
  t.run(NOW_MS * MS);
  const outcomes = t.outcomes.slice(inHand);
  expect(t.marks('shed')).toBe(outcomes.filter((outcome) => outcome === 'shed').length);
  return outcomes.map((outcome) => outcome === 'ok');
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
  const { t, first } = loaded({ maxConcurrent: 1, retryAfter: 3 * SECONDS }, 1);
  t.callAt(first, NOW_MS);
  t.run(NOW_MS * MS);
  expect(t.results[1]).toMatchObject({ outcome: 'shed', retryAfterNs: 3 * SECONDS });
});

test('what is done counts no more', () => {
  const t = new TestWorld();
  t.callAt(t.build([{ of: loadShedding, with: { maxConcurrent: 2 } }], inTurn(ok(10))), 0, 1, 2, 10.5, 30, 30);
  expect(t.run().outcomes).toEqual(['ok', 'ok', 'shed', 'ok', 'ok', 'ok']);
});

test('of requests that come at one instant, as many are admitted as there is room for', () => {
  const simulation = simulate(`faultline: 1
title: herd
duration: 1s
system:
  users: {kind: client, arrivals: {burst: {size: 20}}, calls: api, classes: {low: {priority: 3}}}
  api: {kind: service, threads: unlimited, handler: [work: 100ms], patterns: [loadShedding: {maxConcurrent: 10}]}
`);
  // The eighth finds seven in hand, from which on the lowest priority is shed.
  expect(simulation.servers[0]!.rejected).toBe(13);
});

test('the mistake of the chapter: refusals that are counted off as done make the load fall until all are let in', () => {
  const shedOf = (countsShedAsDone: boolean): number[] => {
    const { t, first } = loaded({ maxConcurrent: 10, countsShedAsDone, thresholds: [Infinity, 1] }, 15);
    for (let n = 0; n < 20; n++) t.call(first, { atNs: (NOW_MS + n) * MS, priority: 1 });
    t.run((NOW_MS + 20) * MS);
    return t.outcomes.slice(15).flatMap((outcome, at) => (outcome === 'shed' ? [at] : []));
  };
  expect(shedOf(true)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(shedOf(false).length).toBe(20);
});
