/**
 * Goal: what the comparison with the real opossum does not reach: trials and permits of calls that are let go of, calls
 * that are aborted, and failures that outlive the calls they belong to.
 * Method: scripted calls through the real runtime; times are milliseconds.
 */
import { expect, test } from 'vitest';
import { opossumBreaker } from '../../sim/resilience/opossum-breaker.ts';
import type { Given } from '../support/pattern-values.ts';
import { fails, hangs, inTurn, MS, ok, type Script, TestWorld } from '../support/resilience-harness.ts';

/** Half-open 100 ms after each opening. */
function world(script: Script, values: Given = {}): { t: TestWorld; first: ReturnType<TestWorld['build']> } {
  const t = new TestWorld();
  return { t, first: t.build([{ of: opossumBreaker, with: { resetTimeout: 100 * MS, timeout: Infinity, ...values } }], script) };
}

test('a trial that its user gives up makes room for another one, and only one', () => {
  const { t, first } = world(inTurn(fails(5), hangs, ok(10)));
  t.callAt(first, 0);
  t.call(first, { atNs: 110 * MS, cancelAtNs: 150 * MS });
  t.callAt(first, 120, 160, 165);
  t.run();
  expect(t.outcomes).toEqual(['error', 'gaveUp', 'breakerOpen', 'ok', 'breakerOpen']);
  expect(t.transitions).toEqual(['5 opened', '105 halfOpened', '170 closed']);
});

test('a call that its user gives up returns its permit', () => {
  const { t, first } = world(inTurn(hangs, ok(1)), { capacity: 1 });
  t.call(first, { atNs: 0, cancelAtNs: 10 * MS });
  t.callAt(first, 5, 20);
  expect(t.run().endings).toEqual(['10 gaveUp', '5 bulkheadFull', '21 ok']);
});

test.each([
  [false, 0],
  [true, 1],
])('after a timeout the call inside goes on, unless it is aborted (%s)', (abortController, aborted) => {
  const { t, first } = world(inTurn(ok(50)), { timeout: 20 * MS, abortController });
  t.callAt(first, 0);
  expect(t.run().endings).toEqual(['20 timeout']);
  expect(t.trace.filter((entry) => entry.includes('cancelled'))).toHaveLength(aborted);
});

test('a failure whose call has left the window is infinitely many of no calls', () => {
  const { t, first } = world(inTurn(fails(50)), { rollingCountTimeout: 40 * MS, rollingCountBuckets: 4, errorThresholdPercentage: 100 });
  t.callAt(first, 5);
  expect(t.run().transitions).toEqual(['55 opened']);
});

test('one failure that is all there is opens it, where half of the calls may fail', () => {
  const { t, first } = world(inTurn(fails(5)));
  t.callAt(first, 0);
  expect(t.run().transitions).toEqual(['5 opened']);
});
