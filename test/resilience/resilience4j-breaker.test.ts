/**
 * Goal: what the golden traces of the Resilience4j breaker do not reach: its timers, its special states, permits that
 * come back from calls that are let go of, and its place in a stack of real calls.
 * Method: scripted calls through the real runtime; times are milliseconds.
 */
import { describe, expect, test } from 'vitest';
import { resilience4jBreaker } from '../../sim/resilience/resilience4j-breaker.ts';
import { IntervalFunction } from '../../sim/resilience/resilience4j/interval-function.ts';
import type { Given } from '../support/pattern-values.ts';
import { type Answer, fails, hangs, inTurn, type LayerSpec, MS, ok, type Script, TestWorld } from '../support/resilience-harness.ts';

/** Opens with two failures among the last four calls and stays open for 100 ms; three trials. */
function layerOf(values: Given = {}): LayerSpec {
  return {
    of: resilience4jBreaker,
    with: {
      slidingWindowSize: 4,
      minimumNumberOfCalls: 2,
      waitDurationInOpenState: 100 * MS,
      permittedNumberOfCallsInHalfOpenState: 3,
      ...values,
    },
  };
}

function play(values: Given, script: Script, ...atMs: readonly number[]): TestWorld {
  const t = new TestWorld();
  t.callAt(t.build([layerOf(values)], script), ...atMs);
  return t.run();
}

const twoFailures = [fails(5), fails(5)] as const;

test('it stays open for longer than the wait, and then lets its trials through and rejects the others', () => {
  const t = play({ minimumNumberOfCalls: 3, slidingWindowSize: 3 }, inTurn(fails(5), fails(5), fails(5), ok(50)), 0, 1, 2, 10, 107, 108, 109, 110, 111);
  expect(t.outcomes).toEqual(['error', 'error', 'error', 'breakerOpen', 'breakerOpen', 'ok', 'ok', 'ok', 'breakerOpen']);
  expect(t.transitions).toEqual(['7 opened', '108 halfOpened', '160 closed']);
});

test('slow calls open it although they succeed', () => {
  const slow = { slowCallRateThreshold: 50, slowCallDurationThreshold: 10 * MS };
  expect(play(slow, inTurn(ok(10)), 0, 0).transitions).toEqual([]);
  expect(play(slow, inTurn(ok(11)), 0, 0).transitions).toEqual(['11 opened']);
});

test('with fewer calls in the minimum than trials, that many results decide', () => {
  expect(play({}, inTurn(...twoFailures, ok(5)), 0, 0, 200, 201).transitions).toEqual(['5 opened', '200 halfOpened', '206 closed']);
});

test('half-open with trials that hang, it waits for ever', () => {
  const t = play({}, inTurn(...twoFailures, hangs), 0, 0, 200, 201, 202, 60_000);
  expect(t.outcomes.at(-1)).toBe('breakerOpen');
  expect(t.transitions.slice(0, 2)).toEqual(['5 opened', '200 halfOpened']);
});

test('a trial that its user gives up returns its permit', () => {
  const t = new TestWorld();
  const first = t.build([layerOf({ permittedNumberOfCallsInHalfOpenState: 1 })], inTurn(...twoFailures, hangs, ok(5)));
  t.callAt(first, 0, 0);
  t.call(first, { atNs: 200 * MS, cancelAtNs: 210 * MS });
  t.callAt(first, 205, 211);
  t.run();
  expect(t.outcomes.slice(2)).toEqual(['gaveUp', 'breakerOpen', 'ok']);
  expect(t.transitions.at(-1)).toBe('216 closed');
});

describe('a wait that grows', () => {
  const growing = { waitIntervalFunctionInOpenState: { initialInterval: 10 * MS, multiplier: 2.5, maxInterval: 50 * MS }, permittedNumberOfCallsInHalfOpenState: 1 };

  test('with each trial that fails, up to the longest, and begins again after it has closed', () => {
    // Trials fail at 12, 38 and 89 and the waits are 10, 25, 50 and 50; then it closes and opens again.
    const script = (n: number): Answer => (n === 5 ? ok(0) : fails(0));
    const t = play(growing, script, 0, 1, 12, 37, 38, 88, 89, 139, 140, 141, 142, 152, 153);
    expect(t.transitions).toEqual([
      '1 opened',
      '12 halfOpened',
      '12 opened',
      '38 halfOpened',
      '38 opened',
      '89 halfOpened',
      '89 opened',
      '140 halfOpened',
      '140 closed',
      '142 opened',
      '153 halfOpened',
      '153 opened',
    ]);
  });

  test('also where a timer makes it half-open', () => {
    const automatic = { ...growing, automaticTransitionFromOpenToHalfOpenEnabled: true, maxWaitDurationInHalfOpenState: 5 * MS };
    const t = play(automatic, inTurn(fails(0)), 0, 0);
    expect(t.run(60 * MS).transitions).toEqual(['0 opened', '10 halfOpened', '15 opened', '40 halfOpened', '45 opened']);
  });

  test('random intervals lie around what is computed, and fill that range', () => {
    const values = { initialInterval: 100 * MS, multiplier: 2, randomizationFactor: 0.5, maxInterval: 280 * MS };
    const series = (uniform: number): number[] => {
      const intervals = new IntervalFunction(values);
      return [1, 2, 3].map(() => intervals.next(uniform) / MS);
    };
    expect(series(1e-9)).toEqual([50, 100, 200]);
    expect(series(0.5)).toEqual([100, 200, 280]);
    expect(series(1 - 1e-9)).toEqual([150, 280, 280]);
  });
});

describe('timers', () => {
  const automatic = { automaticTransitionFromOpenToHalfOpenEnabled: true };

  test('with the automatic transition it becomes half-open without a call, at the very end of the wait', () => {
    const t = play(automatic, inTurn(...twoFailures), 0, 0);
    expect(t.run(1000 * MS).transitions).toEqual(['5 opened', '105 halfOpened']);
  });

  test.each([
    ['OPEN', ['5 opened', '105 halfOpened', '155 opened', '255 halfOpened']],
    ['CLOSED', ['5 opened', '105 halfOpened', '155 closed']],
  ])('half-open for longer than allowed, it becomes %s', (state, expected) => {
    const bounded = { ...automatic, maxWaitDurationInHalfOpenState: 50 * MS, transitionToStateAfterWaitDuration: state };
    expect(play(bounded, inTurn(...twoFailures), 0, 0).run(300 * MS).transitions).toEqual(expected);
  });

  test('a verdict in time removes the timer', () => {
    const bounded = { maxWaitDurationInHalfOpenState: 50 * MS, transitionToStateAfterWaitDuration: 'OPEN' };
    const t = play(bounded, inTurn(...twoFailures, ok(5)), 0, 0, 200, 200);
    expect(t.run(1000 * MS).transitions).toEqual(['5 opened', '200 halfOpened', '205 closed']);
  });
});

describe('special states', () => {
  const failing = inTurn(fails(1));

  test.each([
    ['DISABLED', 'error'],
    ['METRICS_ONLY', 'error'],
    ['FORCED_OPEN', 'breakerOpen'],
  ])('%s never changes', (initialState, outcome) => {
    const t = play({ initialState }, failing, 0, 10, 20, 30, 1000);
    expect(new Set(t.outcomes)).toEqual(new Set([outcome]));
    expect(t.transitions).toEqual([]);
  });
});

test('recorded, ignored and other outcomes: ignored ones are not counted, other failures are successes', () => {
  const values = { recordExceptions: ['timeout'], ignoreExceptions: ['badRequest'] };
  expect(play(values, inTurn(fails(1, 'badRequest'), fails(1, 'timeout'), fails(1, 'timeout')), 0, 10, 20).transitions).toEqual(['21 opened']);
  expect(play(values, inTurn(fails(1)), 0, 10, 20, 30).transitions).toEqual([]);
});

test('a time-based window follows the seconds of the wall clock', () => {
  const values = { slidingWindowType: 'TIME_BASED', slidingWindowSize: 1, waitDurationInOpenState: 1 * MS };
  const script = inTurn(fails(0));
  // Two failures 400 ms apart fall into one second, unless the clock's second ends between them.
  expect(play(values, script, 500, 900).transitions).toEqual(['900 opened']);
  expect(play({ ...values, epochOffsetMs: 300 }, script, 500, 900).transitions).toEqual([]);
});
