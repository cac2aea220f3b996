/**
 * Goal: what the comparison with the real cockatiel does not reach: cancelled trials and waiters, and a corner of the
 * sampling strategy.
 * Method: scripted calls through the real runtime; times are milliseconds.
 */
import { describe, expect, test } from 'vitest';
import { cockatielBreaker } from '../../sim/resilience/cockatiel-breaker.ts';
import { fails, hangs, inTurn, MS, ok, type Script, TestWorld } from '../support/resilience-harness.ts';

/** Opens with two failures in a row, at 5, and may be half-open from 105. */
function opened(script: Script): { t: TestWorld; first: ReturnType<TestWorld['build']> } {
  const t = new TestWorld();
  const first = t.build([{ of: cockatielBreaker, with: { halfOpenAfter: 100 * MS, breaker: { consecutive: { threshold: 2 } } } }], script);
  t.callAt(first, 0, 0);
  return { t, first };
}

test('while half-open callers wait for the verdict, in order', () => {
  const { t, first } = opened(inTurn(fails(5), fails(5), ok(50)));
  t.callAt(first, 110, 120, 130);
  expect(t.run().sentAtMs).toEqual([0, 0, 110, 160, 160]);
  expect(t.endings.slice(2)).toEqual(['160 ok', '210 ok', '210 ok']);
  expect(t.marks('waited')).toBe(2);
});

test('a failed trial rejects everybody who waits', () => {
  const { t, first } = opened(inTurn(fails(5), fails(5), fails(50)));
  t.callAt(first, 110, 120, 130);
  expect(t.run().endings.slice(2)).toEqual(['160 error', '160 breakerOpen', '160 breakerOpen']);
});

test('a waiting caller that gives up leaves the line at once', () => {
  const { t, first } = opened(inTurn(fails(5), fails(5), ok(50)));
  t.callAt(first, 110);
  t.call(first, { atNs: 120 * MS, cancelAtNs: 125 * MS });
  t.callAt(first, 130);
  expect(t.run().endings.slice(3)).toEqual(['125 gaveUp', '210 ok']);
});

test('a trial that its user gives up makes room for the first who waits', () => {
  const { t, first } = opened(inTurn(fails(5), fails(5), hangs, ok(10)));
  t.call(first, { atNs: 110 * MS, cancelAtNs: 150 * MS });
  t.callAt(first, 120, 130);
  expect(t.run().endings.slice(2)).toEqual(['150 gaveUp', '160 ok', '170 ok']);
  expect(t.transitions).toEqual(['5 opened', '110 halfOpened', '160 closed']);
});

test('an isolated circuit rejects everything', () => {
  const t = new TestWorld();
  const isolated = { halfOpenAfter: 100 * MS, breaker: { consecutive: { threshold: 2 } }, isIsolated: true };
  t.callAt(t.build([{ of: cockatielBreaker, with: isolated }], inTurn(ok(1))), 0, 200);
  expect(t.run().endings).toEqual(['0 breakerOpen', '200 breakerOpen']);
  expect(t.transitions).toEqual([]);
});

describe('the sampling strategy after a pause', () => {
  const sampling = { threshold: 0.5, duration: 5000 * MS, minimumRps: 4.1 };
  /** Twenty failures, a pause, then four successes and a failure. */
  const transitions = (pauseMs: number, strategy: Readonly<Record<string, unknown>>): readonly string[] => {
    const t = new TestWorld();
    const first = t.build(
      [{ of: cockatielBreaker, with: { halfOpenAfter: 100 * MS, breaker: { sampling: strategy } } }],
      (n) => (n < 20 || n === 24 ? fails(0) : ok(0)),
    );
    for (let i = 0; i < 20; i++) t.callAt(first, i);
    for (let i = 0; i < 5; i++) t.callAt(first, pauseMs + i);
    return t.run().transitions;
  };

  test('has forgotten what came before', () => {
    expect(transitions(600_000, sampling)).toEqual([]);
  });

  test('has not forgotten what is younger than the period', () => {
    expect(transitions(4_999, sampling)).toEqual(['5003 opened']);
    expect(transitions(5_000, sampling)).toEqual([]);
  });

  test('still counts failures of long ago where the defect of the library is switched on', () => {
    expect(transitions(600_000, { ...sampling, oldWindowsStay: true })).toEqual(['600004 opened']);
  });
});
