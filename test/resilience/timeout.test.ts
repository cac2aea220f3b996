/**
 * Goal: a timeout bounds how long its caller waits, and each of its modes does to the call inside what it says.
 * Method: scripted calls through the real runtime; times are milliseconds.
 */
import { expect, test } from 'vitest';
import { retry } from '../../sim/resilience/retry.ts';
import { timeout } from '../../sim/resilience/timeout.ts';
import { hangs, inTurn, MS, ok, type Script, TestWorld } from '../support/resilience-harness.ts';

function oneCall(mode: string, script: Script, propagateDeadline = false): TestWorld {
  const t = new TestWorld();
  t.callAt(t.build([{ of: timeout, with: { after: 10 * MS, mode, propagateDeadline } }], script), 0);
  return t.run();
}

test('an answer in time passes unchanged, and the timer is gone', () => {
  const t = oneCall('cancel', inTurn(ok(9)));
  expect(t.endings).toEqual(['9 ok']);
  expect(t.now).toBe(9 * MS);
});

test('an answer at the very instant of the timeout comes too late', () => {
  expect(oneCall('cancel', inTurn(ok(10))).endings).toEqual(['10 timeout']);
});

test('mode cancel fails the caller and stops the call inside at the same instant', () => {
  const t = oneCall('cancel', inTurn(hangs));
  expect(t.trace).toContain(`${10 * MS} send cancelled`);
  expect(t.endings).toEqual(['10 timeout']);
  expect(t.marks('timedOut')).toBe(1);
});

test('mode cancel does not wait for a callee that ignores the cancel', () => {
  const t = oneCall('cancel', inTurn({ ...ok(30), ignoresCancel: true }));
  expect(t.endings).toEqual(['10 timeout']);
  expect(t.trace.at(-1)).toBe(`${30 * MS} late ok`);
});

test('mode abandon fails the caller and lets the call inside go on', () => {
  const t = oneCall('abandon', inTurn(ok(30)));
  expect(t.trace).toEqual(['0 send 0', `${10 * MS} call 0 timeout`, `${30 * MS} answer ok`, `${30 * MS} late ok`]);
});

test('mode abandon leaves a retry inside at work: a zombie', () => {
  const t = new TestWorld();
  const layers = [
    { of: timeout, with: { after: 10 * MS, mode: 'abandon' } },
    { of: retry, with: { maxAttempts: 3, backoff: 'none' } },
  ];
  t.callAt(t.build(layers, () => ({ afterNs: 8 * MS, code: 2 })), 0);
  expect(t.run().sentAtMs).toEqual([0, 8, 16]);
});

test('mode cooperative waits for the call inside to stop', () => {
  expect(oneCall('cooperative', inTurn(hangs)).endings).toEqual(['10 timeout']);
});

test('mode cooperative uses an answer that comes in spite of the cancel', () => {
  expect(oneCall('cooperative', inTurn({ ...ok(30), ignoresCancel: true })).endings).toEqual(['30 ok']);
});

test.each([
  [false, Infinity],
  [true, 10 * MS],
])('with propagateDeadline %s the call inside has the deadline %s', (propagateDeadline, deadline) => {
  const deadlines: number[] = [];
  oneCall('cancel', (_, call) => {
    deadlines.push(call.deadline);
    return ok(1);
  }, propagateDeadline);
  expect(deadlines).toEqual([deadline]);
});

test('of two timeouts the shorter one decides, and a deadline never moves outward', () => {
  const t = new TestWorld();
  const deadlines: number[] = [];
  const layers = [10, 50].map((ms) => ({ of: timeout, with: { after: ms * MS, propagateDeadline: true } }));
  const first = t.build(layers, (_, call) => {
    deadlines.push(call.deadline / MS);
    return hangs;
  });
  t.call(first, { atNs: 0, deadlineNs: 7 * MS });
  t.call(first, { atNs: 0 });
  t.run();
  expect(deadlines).toEqual([7, 10]);
  expect(t.endings).toEqual(['10 timeout', '10 timeout']);
});
