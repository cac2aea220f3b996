/**
 * Goal: a fallback answers for the failures it is meant for, and for nothing else, with a value or by another call.
 * Method: scripted calls through the real runtime; times are milliseconds.
 */
import { expect, test } from 'vitest';
import { bulkhead } from '../../sim/resilience/bulkhead.ts';
import { fallback } from '../../sim/resilience/fallback.ts';
import { OUTCOMES } from '../../sim/resilience/outcome.ts';
import { fails, hangs, inTurn, type LayerSpec, MS, ok, type Script, TestWorld } from '../support/resilience-harness.ts';

function play(layers: readonly LayerSpec[], script: Script, ...atMs: readonly number[]): TestWorld {
  const t = new TestWorld();
  t.callAt(t.build(layers, script), ...atMs);
  return t.run();
}

const elsewhere = (script: Script, values = {}, layers: readonly LayerSpec[] = []): LayerSpec => ({
  of: fallback,
  with: { to: 'elsewhere', ...values },
  exit: { layers, script },
});

test('a failure becomes a degraded answer of the stated quality', () => {
  const t = play([{ of: fallback, with: { quality: 0.7 } }], inTurn(fails(5)), 0);
  expect(t.endings).toEqual(['5 degraded']);
  expect(t.results[0]!.quality).toBe(0.7);
  expect(t.marks('fellBack')).toBe(1);
});

test('an answer, also a degraded one, passes unchanged', () => {
  const t = play([{ of: fallback }], inTurn(ok(5), { afterNs: 5 * MS, quality: 0.9 }), 0, 10);
  expect(t.outcomes).toEqual(['ok', 'degraded']);
  expect(t.results.map(({ quality }) => quality)).toEqual([1, 0.9]);
});

test('by default it answers for every failure, but not for a caller that has let go', () => {
  const answered = OUTCOMES.filter((_, code) => code > 1 && play([{ of: fallback }], () => ({ afterNs: 0, code }), 0).outcomes[0] === 'degraded');
  const silent = OUTCOMES.filter(({ name }) => ['cancelled', 'gaveUp', 'crashed'].includes(name));
  expect(answered).toHaveLength(OUTCOMES.length - 2 - silent.length);
  expect(answered).toEqual(expect.not.arrayContaining(silent));
});

test('on limits it to some causes', () => {
  expect(play([{ of: fallback, with: { on: ['breakerOpen'] } }], inTurn(fails(1), fails(1, 'breakerOpen')), 0, 10).outcomes).toEqual(['error', 'degraded']);
});

test('a user who gives up gets no fallback', () => {
  const t = new TestWorld();
  t.call(t.build([elsewhere(inTurn(ok(1)))], inTurn(hangs)), { atNs: 0, cancelAtNs: 5 * MS });
  expect(t.run().endings).toEqual(['5 gaveUp']);
  expect(t.exitWires[0]!.sentAtNs).toEqual([]);
});

test('nor does a user who has given up when the failure comes', () => {
  const t = new TestWorld();
  t.call(t.build([{ of: fallback }], inTurn({ ...fails(10), ignoresCancel: true })), { atNs: 0, cancelAtNs: 5 * MS });
  expect(t.run().endings).toEqual(['10 error']);
  expect(t.marks('fellBack')).toBe(0);
});

test('another call is made after the failure, and its answer is a degraded one', () => {
  const t = play([elsewhere(inTurn(ok(10)), { quality: 0.8 })], inTurn(fails(5)), 0);
  expect(t.endings).toEqual(['15 degraded']);
  expect(t.results[0]!.quality).toBe(0.8);
});

test('an alternative as good as the original makes a full answer', () => {
  expect(play([elsewhere(inTurn(ok(10)), { quality: 1 })], inTurn(fails(5)), 0).outcomes).toEqual(['ok']);
});

test('the quality of an answer is that of its worst part', () => {
  const t = play([elsewhere(inTurn({ afterNs: MS, quality: 0.3 }), { quality: 0.8 })], inTurn(fails(5)), 0);
  expect(t.results[0]!.quality).toBe(0.3);
});

test('when the other call fails too, its failure is the outcome', () => {
  expect(play([elsewhere(inTurn(fails(10, 'refused')))], inTurn(fails(5)), 0).endings).toEqual(['15 refused']);
});

test('fallbacks nest: primary, then another call, then a value', () => {
  const t = play([{ of: fallback, with: { quality: 0.2 } }, elsewhere(inTurn(ok(1), fails(1)), { quality: 0.6 })], inTurn(fails(1)), 0, 10);
  expect(t.results.map(({ quality }) => quality)).toEqual([0.6, 0.2]);
});

test('the other call has layers of its own, which protect it from the full load', () => {
  const t = play([elsewhere(inTurn(ok(10)), {}, [{ of: bulkhead, with: { maxConcurrentCalls: 1 } }])], inTurn(fails(1)), 0, 1);
  expect(t.endings).toEqual(['11 degraded', '2 bulkheadFull']);
});
