/**
 * Goal: a call that fails is promised for later, and then done in order, so many at once, with a pause after each failure,
 * until it succeeds or is given up; each promise is counted once, as kept or as broken; a queue that is not durable dies
 * with its instance, a durable one does not. Fallbacks around one another make a chain, each level with its quality.
 * Method: scripted calls through the real runtime, times in milliseconds; shops and banks at system level.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cache } from '../../sim/resilience/cache.ts';
import { fallback } from '../../sim/resilience/fallback.ts';
import { queueForLater } from '../../sim/resilience/queue-for-later.ts';
import { metricByName } from '../../sim/telemetry/metrics/registry.ts';
import { RunReader } from '../../sim/telemetry/metrics/run-reader.ts';
import { cases, fuzzSeed, scaled } from '../support/random-cases.ts';
import { fails, inTurn, MS, ok, type Script, TestWorld } from '../support/resilience-harness.ts';
import { type Given, make } from '../support/pattern-values.ts';
import { simulate } from '../support/run-scenario.ts';

const pause = { retryEvery: 100 * MS };

function play(values: Given, script: Script, ...atMs: readonly number[]): TestWorld {
  const t = new TestWorld();
  t.callAt(t.build([{ of: queueForLater, with: { ...pause, ...values } }], script), ...atMs);
  return t.run();
}

const marksOf = (t: TestWorld): number[] => [t.marks('deferred'), t.marks('processedLater'), t.marks('lostLater')];

test('an answer passes; a failure becomes a promise, which is tried at once and then after each pause until it is kept', () => {
  const t = play({ quality: 0.6 }, inTurn(ok(5), fails(5), fails(5), fails(5), ok(5)), 0, 10);
  expect(t.endings).toEqual(['5 ok', '15 degraded']);
  expect(t.results[1]!.quality).toBe(0.6);
  expect(t.sentAtMs).toEqual([0, 10, 15, 120, 225]);
  expect(marksOf(t)).toEqual([1, 1, 0]);
});

test('a failure that another attempt cannot change is passed on', () => {
  expect(play({}, () => fails(5, 'badRequest'), 0).endings).toEqual(['5 badRequest']);
});

test('a user who has given up is promised nothing', () => {
  const t = new TestWorld();
  t.call(t.build([{ of: queueForLater }], () => ({ ...fails(10), ignoresCancel: true })), { atNs: 0, cancelAtNs: 5 * MS });
  expect(t.run().endings).toEqual(['10 error']);
  expect(marksOf(t)).toEqual([0, 0, 0]);
});

test('a full queue passes failures on', () => {
  const t = play({ capacity: 2 }, inTurn(fails(0), fails(0), fails(0), fails(0), ok(0), ok(0), fails(0), ok(0)), 0, 1, 2, 200);
  // At 0 the call and its first attempt from the queue fail; the pause lasts until 100. At 200 there is room again.
  expect(t.outcomes).toEqual(['degraded', 'degraded', 'error', 'degraded']);
  expect(marksOf(t)).toEqual([3, 3, 0]);
});

test('a promise is kept by the queue that made it, even if another has taken its place before the call failed', () => {
  const t = new TestWorld();
  const first = t.build([{ of: queueForLater, with: { ...pause, maxAttempts: 3 } }], inTurn(fails(10), fails(0), fails(0), ok(0)));
  const made = t.pattern(0);
  t.callAt(first, 0);
  t.at(5 * MS, () => t.runtime.replacePattern(first.hosts[0]!, (host) => make(queueForLater, { ...pause, maxAttempts: 1 }, host)));
  t.run();
  // The call at 0, and three attempts from the queue; the new queue would have given up after the first of them.
  expect(t.sentAtMs).toEqual([0, 10, 110, 210]);
  expect([made.held(), t.pattern(0).held()]).toEqual([0, 0]);
});

test('one is made at a time, in order; those behind wait while it pauses', () => {
  // Calls at 0, 1 and 2 fail, and so does the first attempt from the queue, at 0.
  const t = play({}, inTurn(fails(0), fails(0), fails(0), fails(0), ok(10)), 0, 1, 2);
  expect(t.sentAtMs).toEqual([0, 0, 1, 2, 100, 110, 120]);
});

test('or several at once', () => {
  const t = play({ concurrency: 2 }, inTurn(fails(0), fails(0), fails(0), fails(0), fails(0), ok(10)), 0, 1, 2);
  expect(t.sentAtMs).toEqual([0, 0, 1, 1, 2, 100, 101, 110]);
});

test('after the last attempt the promise is broken, and the next has its turn', () => {
  const t = play({ maxAttempts: 2 }, inTurn(fails(0), fails(0), fails(0), fails(0), ok(0)), 0, 1);
  expect(t.sentAtMs).toEqual([0, 0, 1, 100, 100]);
  expect(marksOf(t)).toEqual([2, 1, 1]);
});

test(`seed ${fuzzSeed}: never more at once than allowed, and every promise is kept or broken once`, () => {
  let deferred = 0;
  const values = fc.record({ concurrency: fc.integer({ min: 1, max: 3 }), maxAttempts: fc.integer({ min: 1, max: 4 }), capacity: fc.integer({ min: 1, max: 8 }) });
  const calls = fc.array(fc.nat(300), { maxLength: 40, size: 'max' });
  const answers = fc.array(fc.record({ afterMs: fc.nat(30), good: fc.boolean() }), { minLength: 1, maxLength: 9 });
  const law = fc.property(values, calls, answers, (given, atMs, pattern) => {
    let busy = 0;
    let most = 0;
    const t = new TestWorld();
    const script: Script = (n, call) => {
      const { afterMs, good } = pattern[n % pattern.length]!;
      if ((call.flags & 8) !== 0 && afterMs > 0) {
        most = Math.max(most, ++busy);
        t.at(t.now + afterMs * MS, () => busy--);
      }
      return good ? ok(afterMs) : fails(afterMs);
    };
    t.callAt(t.build([{ of: queueForLater, with: { ...given, retryEvery: 7 * MS } }], script), ...atMs);
    t.run();
    expect(most).toBeLessThanOrEqual(given.concurrency);
    const [promised, kept, broken] = marksOf(t);
    expect(kept! + broken!).toBe(promised);
    expect(t.outcomes.filter((outcome) => outcome === 'degraded')).toHaveLength(promised!);
    deferred += promised!;
  });
  fc.assert(law, cases(200));
  expect(deferred).toBeGreaterThan(scaled(500));
});

/** A shop whose payments are queued while the bank is down, and whose one instance dies meanwhile. */
function shop(layer: string, bank = 'work: 10ms, effect: charge', faults = '{at: 10s, for: 10s, errorRate: {target: bank, rate: 100%}}, {at: 15s, for: 1s, kill: {target: shop}}'): RunReader {
  const text = `faultline: 1
title: shop
duration: 60s
bucket: 1s
system:
  buyers: {kind: client, arrivals: {profile: [{for: 30s, rate: 10/s}, {rate: 0/s}]}, calls: shop}
  shop: {kind: service, startup: 1s, handler: [{call: bank, ${layer}}]}
  bank: {kind: service, handler: [${bank}]}
faults: [${faults}]
`;
  return new RunReader(simulate(text).record());
}
const metric = (run: RunReader, name: string): number => metricByName(name)!.evaluate(run, '');

test('what is queued while the bank is down is paid when it is back, each order once; a queue in memory dies with its instance', () => {
  const durable = shop('patterns: [queueForLater: {retryEvery: 1s}]');
  const inMemory = shop('patterns: [queueForLater: {retryEvery: 1s, durable: false}]');
  const good = durable.good('buyers');
  // About 100 orders in ten seconds of failure, less those of the two seconds in which there was no shop.
  expect(metric(durable, 'deferred')).toBeGreaterThan(50);
  expect(metric(durable, 'processedLater')).toBe(metric(durable, 'deferred'));
  expect([metric(durable, 'lostLater'), metric(durable, 'effects'), metric(durable, 'duplicateEffects')]).toEqual([0, good, 0]);
  // What was queued before the instance died is lost: a promise to a user that nobody keeps.
  expect(metric(inMemory, 'lostLater')).toBeGreaterThan(30);
  expect(metric(inMemory, 'effects')).toBe(good - metric(inMemory, 'lostLater'));
  expect(metric(durable, 'fullQualityAvailability')).toBeLessThan(metric(durable, 'availability') - 0.1);
});

test.each([
  ['one for all instances', ''],
  ['one in each instance', ', scope: instance'],
])('a durable queue outlives two deaths of its instance, orders that are being paid then included: %s', (_, scope) => {
  // The bank hangs, so that each death meets an attempt under way, and the next one finds what the first has left behind.
  const deaths = [12, 15, 18].map((at) => `{at: ${at}s, for: 500ms, as: death${at}, kill: {target: shop}}`);
  const run = shop(`patterns: [{queueForLater: {retryEvery: 1s${scope}}}, {timeout: 700ms}]`, undefined, ['{at: 10s, for: 10s, hang: {target: bank}}', ...deaths].join(', '));
  expect(metric(run, 'deferred')).toBeGreaterThan(20);
  expect([metric(run, 'processedLater'), metric(run, 'lostLater')]).toEqual([metric(run, 'deferred'), 0]);
});

test('an order that was paid although its answer got lost is paid again later, unless it has a key', () => {
  const lossy = '{at: 10s, for: 10s, loss: {from: bank, to: shop, rate: 100%, as: silence, oneWay: true}}';
  const layers = 'patterns: [{queueForLater: {retryEvery: 1s}}, {timeout: 100ms}]';
  const bare = shop(layers, undefined, lossy);
  expect(metric(bare, 'duplicateEffects')).toBeGreaterThan(metric(bare, 'deferred') - 1);
  const text = shop(`idempotencyKey: call, ${layers}`, 'work: 10ms, effect: charge], patterns: [idempotency', lossy);
  expect([metric(text, 'duplicateEffects'), metric(text, 'deferred') > 50]).toEqual([0, true]);
});

test('a chain: another call, then the last answer, then a default, each with its quality', () => {
  const t = new TestWorld();
  const chain = [
    { of: fallback, with: { quality: 0.2 } },
    { of: fallback, with: { to: 'elsewhere', quality: 0.8 }, exit: { layers: [{ of: cache, with: { ttl: 0, staleIfError: 1000 * MS, staleQuality: 0.5 } }], script: inTurn(ok(1), fails(1)) } },
  ];
  // The first answers itself; then the other call does, then what that said last, and in the end nobody.
  t.callAt(t.build(chain, inTurn(ok(1), fails(1))), 0, 10, 20, 2000);
  t.run();
  expect(t.results.map(({ quality }) => quality)).toEqual([1, 0.8, 0.5, 0.2]);
  expect(t.outcomes).toEqual(['ok', 'degraded', 'degraded', 'degraded']);
});
