/**
 * Goal: a bulkhead never lets more calls through than it has permits, serves those who wait in order, and gets every
 * permit back, when and only when it should.
 * Method: scripted calls through the real runtime, and random ones; times are milliseconds.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bulkhead } from '../../sim/resilience/bulkhead.ts';
import { Outcome } from '../../sim/resilience/outcome.ts';
import { timeout } from '../../sim/resilience/timeout.ts';
import { cases, fuzzSeed } from '../support/random-cases.ts';
import type { Given } from '../support/pattern-values.ts';
import { fails, hangs, inTurn, type LayerSpec, MS, ok, patternWith, type Script, TestWorld } from '../support/resilience-harness.ts';

const layerOf = (values: Given): LayerSpec => ({ of: bulkhead, with: { maxConcurrentCalls: 2, ...values } });

function play(layers: readonly LayerSpec[], script: Script, ...atMs: readonly number[]): TestWorld {
  const t = new TestWorld();
  t.callAt(t.build(layers, script), ...atMs);
  return t.run();
}

test('without waiting, a call beyond the limit is rejected at once, and a failure returns its permit like a success', () => {
  const t = play([layerOf({})], inTurn(fails(10), ok(10)), 0, 1, 2, 11);
  expect(t.endings).toEqual(['10 error', '11 ok', '2 bulkheadFull', '21 ok']);
  expect(t.marks('rejected')).toBe(1);
});

test('with waiting, permits go to those who wait, first come, first served', () => {
  const t = play([layerOf({ maxWaitDuration: 100 * MS })], inTurn(ok(10), ok(20), ok(1)), 0, 0, 1, 2, 3);
  expect(t.sentAtMs).toEqual([0, 0, 10, 11, 12]);
  expect(t.marks('waited')).toBe(3);
});

test('who has waited for maxWaitDuration is rejected, and the next in line is served', () => {
  const t = play([layerOf({ maxWaitDuration: 5 * MS })], inTurn(ok(10)), 0, 0, 3, 6);
  expect(t.endings).toEqual(['10 ok', '10 ok', '8 bulkheadFull', '20 ok']);
});

test('a full queue rejects', () => {
  const t = play([layerOf({ maxWaitDuration: Infinity, queueCapacity: 1 })], inTurn(ok(10)), 0, 0, 1, 2);
  expect(t.endings).toEqual(['10 ok', '10 ok', '20 ok', '2 bulkheadFull']);
});

test('a full queue can let go of who has waited longest', () => {
  const t = play([layerOf({ maxWaitDuration: Infinity, queueCapacity: 1, overflow: 'dropOldest' })], inTurn(ok(10)), 0, 0, 1, 2, 3);
  expect(t.endings).toEqual(['10 ok', '10 ok', '2 bulkheadFull', '3 bulkheadFull', '20 ok']);
});

test('a full queue can shut the bulkhead until nobody has come for the time of the penalty', () => {
  const values = { maxWaitDuration: Infinity, queueCapacity: 1, overflow: 'block', penalty: 20 * MS };
  const t = play([layerOf(values)], inTurn(ok(10)), 0, 0, 1, 2, 22, 42, 63);
  // Full at 2, so shut until 22 and, because of the call at 22 itself, until 42; the call at 42 shuts it until 62.
  expect(t.endings).toEqual(['10 ok', '10 ok', '2 bulkheadFull', '2 bulkheadFull', '22 bulkheadFull', '42 bulkheadFull', '73 ok']);
});

test('who gives up while waiting leaves the line, wherever in it', () => {
  const t = new TestWorld();
  const first = t.build([layerOf({ maxWaitDuration: Infinity, queueCapacity: 3 })], inTurn(ok(10)));
  t.callAt(first, 0, 0);
  t.call(first, { atNs: 1 * MS });
  t.call(first, { atNs: 2 * MS, cancelAtNs: 4 * MS });
  t.call(first, { atNs: 3 * MS });
  t.callAt(first, 5);
  t.run();
  expect(t.endings.slice(2)).toEqual(['20 ok', '4 gaveUp', '20 ok', '30 ok']);
});

test('a permit is not given to a waiter that is cancelled in the same breath', () => {
  // A layer outside makes two calls at once and lets go of both: the first returns its permit before the second hears.
  const pair = patternWith({
    onCall(call, fx) {
      fx.wakeAt(call, fx.now + 10 * MS);
      fx.start(call, 1);
      fx.start(call, 2);
    },
    onWake(call, fx) {
      fx.cancel(call);
      fx.settle(call, Outcome.timeout);
    },
  });
  const t = play([{ of: pair }, layerOf({ maxConcurrentCalls: 1, maxWaitDuration: Infinity })], inTurn(hangs), 0);
  expect(t.sentAtMs).toEqual([0]);
  expect(t.runtime.held()).toBe(0);
});

describe('when the caller stops waiting', () => {
  const limit = { of: timeout, with: { after: 5 * MS } };
  const work = inTurn({ ...ok(50), ignoresCancel: true }, { ...ok(50), ignoresCancel: true }, ok(1));

  test('with release atTimeout the permit is free at once, even if the work goes on', () => {
    const t = play([limit, layerOf({})], work, 0, 0, 6, 49, 51);
    expect(t.endings).toEqual(['5 timeout', '5 timeout', '7 ok', '50 ok', '52 ok']);
  });

  test('with release whenWorkEnds the work keeps its permit until it ends', () => {
    const t = play([limit, layerOf({ release: 'whenWorkEnds' })], work, 0, 0, 6, 49, 51);
    expect(t.endings).toEqual(['5 timeout', '5 timeout', '6 bulkheadFull', '49 bulkheadFull', '52 ok']);
    expect(t.runtime.lateOutcomes).toBe(2);
  });

  test('with release whenWorkEnds the work is not even asked to stop', () => {
    const t = play([limit, layerOf({ release: 'whenWorkEnds' })], inTurn(ok(50)), 0);
    expect(t.trace).not.toContain(`${5 * MS} send cancelled`);
    expect(t.trace).toContain(`${50 * MS} late ok`);
  });
});

test(`never more than the limit, never an idle permit while somebody waits, seed ${fuzzSeed}`, () => {
  const calls = fc.array(
    fc.record({ atMs: fc.nat(100), takesMs: fc.nat(30), givesUpAfterMs: fc.option(fc.nat(40)) }),
    { minLength: 10, maxLength: 40, size: 'max' },
  );
  const property = fc.property(calls, fc.integer({ min: 1, max: 4 }), fc.constantFrom('atTimeout', 'whenWorkEnds'), (calls, limit, release) => {
    const t = new TestWorld();
    const first = t.build([layerOf({ maxConcurrentCalls: limit, maxWaitDuration: Infinity, release })], (n) => {
      expect(t.wire.inFlight).toBeLessThanOrEqual(limit);
      return { afterNs: calls[n]!.takesMs * MS };
    });
    for (const { atMs, givesUpAfterMs } of calls) {
      const cancel = givesUpAfterMs === null ? {} : { cancelAtNs: (atMs + givesUpAfterMs) * MS };
      t.call(first, { atNs: atMs * MS, ...cancel });
      // Looked at between two instants, when everything of the one before has happened.
      t.at(atMs * MS + 1, () => {
        const waiting = t.pattern().held() - t.wire.inFlight;
        expect(waiting === 0 || t.wire.inFlight === limit).toBe(true);
      });
    }
    t.run();
  });
  fc.assert(property, cases(200));
});
