/**
 * Goal: a cache gives an answer as long as it is fresh, as long as it may be given while a new one is fetched, and as long
 * as it may be given when fetching fails, and not a moment longer; it keeps answers apart by what was asked for, keeps
 * at most so many, and leaves writes alone. At system level its hit ratio is that of theory.
 * Method: scripted calls through the real runtime; times are milliseconds. For the ratio: an answer that is fresh for T
 * after its fetch is hit by the share λT / (1 + λT) of Poisson arrivals with rate λ, item by item.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cache } from '../../sim/resilience/cache.ts';
import { CallFlag } from '../../sim/resilience/pattern.ts';
import { fallback } from '../../sim/resilience/fallback.ts';
import { RunReader } from '../../sim/telemetry/metrics/run-reader.ts';
import { metricByName } from '../../sim/telemetry/metrics/registry.ts';
import { cases, fuzzSeed, scaled } from '../support/random-cases.ts';
import { fails, inTurn, MS, ok, type Script, TestWorld } from '../support/resilience-harness.ts';
import type { Given } from '../support/pattern-values.ts';
import { simulate } from '../support/run-scenario.ts';

/** Fresh for 100 ms; nothing stale is given unless a test says so. */
const plain = { ttl: 100 * MS, staleIfError: 0 };

function play(values: Given, script: Script, ...atMs: readonly number[]): TestWorld {
  const t = new TestWorld();
  t.callAt(t.build([{ of: cache, with: { ...plain, ...values } }], script), ...atMs);
  return t.run();
}

const marksOf = (t: TestWorld): number[] => [t.marks('cacheHit'), t.marks('cacheMissed'), t.marks('staleServed'), t.marks('staleIfError')];

test('an answer is given at once while it is fresh, which counts from its arrival and ends sharply', () => {
  const t = play({}, () => ok(10), 0, 50, 109, 110, 200);
  expect(t.endings).toEqual(['10 ok', '50 ok', '109 ok', '120 ok', '200 ok']);
  expect(t.sentAtMs).toEqual([0, 110]);
  expect(marksOf(t)).toEqual([3, 2, 0, 0]);
});

test('a hit does not make the answer live longer', () => {
  expect(play({}, () => ok(0), 0, 60, 99, 120).sentAtMs).toEqual([0, 120]);
});

test('concurrent misses are all sent', () => {
  expect(play({}, () => ok(10), 0, 1, 2).sentAtMs).toEqual([0, 1, 2]);
});

test('a failure is passed on and not kept, and leaves the answer that is there', () => {
  const t = play({}, inTurn(fails(5), ok(5), fails(5)), 0, 10, 20, 120, 130);
  expect(t.endings).toEqual(['5 error', '15 ok', '20 ok', '125 error', '135 error']);
});

test('after its time an answer is still given while a single refresh is under way', () => {
  const t = play({ staleWhileRevalidate: 50 * MS, staleQuality: 0.7 }, inTurn(ok(0), ok(20)), 0, 100, 110, 119, 120.5, 219);
  expect(t.endings).toEqual(['0 ok', '100 degraded', '110 degraded', '119 degraded', '120.5 ok', '219 ok']);
  expect(t.results[1]!.quality).toBe(0.7);
  expect(t.sentAtMs).toEqual([0, 100]);
  expect(marksOf(t)).toEqual([2, 1, 3, 0]);
});

test('but no longer than for the stated time', () => {
  expect(play({ staleWhileRevalidate: 50 * MS }, () => ok(10), 0, 160).endings).toEqual(['10 ok', '170 ok']);
});

test('a refresh that fails is tried again by the next call', () => {
  const t = play({ staleWhileRevalidate: 500 * MS }, inTurn(ok(0), fails(5), ok(5)), 0, 100, 110, 120);
  expect(t.outcomes).toEqual(['ok', 'degraded', 'degraded', 'ok']);
  expect(t.sentAtMs).toEqual([0, 100, 110]);
});

test('a stale answer takes the place of an error, up to the stated time', () => {
  const t = play({ staleIfError: 50 * MS, staleQuality: 0.6 }, inTurn(ok(0), fails(5)), 0, 140, 144, 145, 150);
  expect(t.endings).toEqual(['0 ok', '145 degraded', '149 degraded', '150 error', '155 error']);
  expect(t.results[1]!.quality).toBe(0.6);
  expect(marksOf(t)).toEqual([0, 5, 0, 2]);
});

test('but not of an answer that says that the request was wrong', () => {
  expect(play({ staleIfError: 50 * MS }, inTurn(ok(0), fails(5, 'badRequest'), fails(5, 'unreachable')), 0, 110, 120).outcomes).toEqual(['ok', 'badRequest', 'degraded']);
});

test('with no freshness at all it is a fallback to the last answer', () => {
  expect(play({ ttl: 0, staleIfError: 1000 * MS }, inTurn(ok(0), ok(0), fails(0)), 0, 1, 2).outcomes).toEqual(['ok', 'ok', 'degraded']);
});

test('a user who has given up gets no stale answer', () => {
  const t = new TestWorld();
  const first = t.build([{ of: cache, with: { ...plain, staleIfError: 1000 * MS } }], inTurn(ok(0), { ...fails(10), ignoresCancel: true }));
  t.callAt(first, 0);
  t.call(first, { atNs: 100 * MS, cancelAtNs: 105 * MS });
  expect(t.run().endings).toEqual(['0 ok', '110 error']);
});

test('answers are kept apart by what was asked for', () => {
  const t = new TestWorld();
  const first = t.build([{ of: cache, with: plain }], () => ok(0));
  for (const [atMs, item] of [[0, 1], [1, 2], [2, 1], [3, 2]] as const) t.call(first, { atNs: atMs * MS, item });
  expect(t.run().sentAtMs).toEqual([0, 1]);
});

test('when it is full, the answer that was used least recently goes', () => {
  const t = new TestWorld();
  const first = t.build([{ of: cache, with: { ...plain, maxEntries: 2 } }], () => ok(0));
  // 1 is used again before 3 comes, so that 2 has to go.
  [1, 2, 1, 3, 1, 2].forEach((item, atMs) => t.call(first, { atNs: atMs * MS, item }));
  expect(t.run().sentAtMs).toEqual([0, 1, 3, 5]);
});

test('writes pass, whatever is kept', () => {
  const t = new TestWorld();
  const first = t.build([{ of: cache, with: { ...plain, staleIfError: 1000 * MS } }], inTurn(ok(0), ok(0), fails(0)));
  t.callAt(first, 0);
  for (const atMs of [1, 2]) t.call(first, { atNs: atMs * MS, flags: CallFlag.write });
  expect(t.run().outcomes).toEqual(['ok', 'ok', 'error']);
  expect(marksOf(t)).toEqual([0, 1, 0, 0]);
});

test('nor is the answer to a write kept', () => {
  const t = new TestWorld();
  const first = t.build([{ of: cache, with: plain }], () => ok(0));
  t.call(first, { atNs: 0, flags: CallFlag.write });
  t.callAt(first, 1);
  expect(t.run().sentAtMs).toEqual([0, 1]);
});

test('a degraded answer is kept only on request, and then stays degraded after the failure is over', () => {
  const outcomes = (keepDegraded: boolean): string[] => {
    const t = new TestWorld();
    t.callAt(t.build([{ of: cache, with: { ...plain, keepDegraded } }, { of: fallback }], inTurn(fails(0), ok(0))), 0, 1, 2);
    return t.run().outcomes;
  };
  expect(outcomes(false)).toEqual(['degraded', 'ok', 'ok']);
  expect(outcomes(true)).toEqual(['degraded', 'degraded', 'degraded']);
});

test(`seed ${fuzzSeed}: no answer is older than the rules allow, and of each thing at most one refresh is under way`, () => {
  let stale = 0;
  let refreshedTwice = 0;
  const values = fc.record({ ttl: fc.nat(60), staleWhileRevalidate: fc.nat(60), staleIfError: fc.nat(60) });
  const calls = fc.array(fc.record({ atMs: fc.nat(400), item: fc.nat(2) }), { maxLength: 60, size: 'max' });
  const answers = fc.array(fc.record({ afterMs: fc.nat(30), fails: fc.boolean() }), { minLength: 1, maxLength: 9 });
  const law = fc.property(values, calls, answers, ({ ttl, staleWhileRevalidate, staleIfError }, schedule, pattern) => {
    const t = new TestWorld();
    const good: { readonly item: number; readonly fromMs: number }[] = [];
    const refreshing = new Set<number>();
    const script: Script = (n, call) => {
      const { afterMs, fails: bad } = pattern[n % pattern.length]!;
      if (!bad) good.push({ item: call.cacheKey, fromMs: t.now / MS + afterMs });
      if ((call.flags & CallFlag.background) !== 0 && afterMs > 0) {
        if (refreshing.has(call.cacheKey)) refreshedTwice++;
        refreshing.add(call.cacheKey);
        t.at(t.now + afterMs * MS, () => refreshing.delete(call.cacheKey));
      }
      return bad ? fails(afterMs) : ok(afterMs);
    };
    const first = t.build([{ of: cache, with: { ttl: ttl * MS, staleWhileRevalidate: staleWhileRevalidate * MS, staleIfError: staleIfError * MS } }], script);
    for (const { atMs, item } of schedule) t.call(first, { atNs: atMs * MS, item });
    t.run();
    schedule.forEach(({ item }, i) => {
      const { outcome, endedAtNs } = t.results[i]!;
      if (outcome === 'error') return;
      const endMs = endedAtNs / MS;
      const ageMs = Math.min(...good.filter((one) => one.item === item && one.fromMs <= endMs).map(({ fromMs }) => endMs - fromMs));
      if (outcome === 'degraded') stale++;
      expect(ageMs).toBeLessThan(outcome === 'ok' ? Math.max(ttl, 1e-9) : ttl + Math.max(staleWhileRevalidate, staleIfError));
    });
  });
  fc.assert(law, cases(200));
  expect(refreshedTwice).toBe(0);
  expect(stale).toBeGreaterThan(scaled(200));
});

test('the hit ratio is that of theory, for few items and many, popular ones and others', () => {
  const ratePerSec = 100;
  const ttlSec = 2;
  for (const { count, skew } of [{ count: 1, skew: 0 }, { count: 50, skew: 0 }, { count: 500, skew: 1 }]) {
    const text = `faultline: 1
title: hit ratio of ${count} items
duration: 400s
warmup: 10s
system:
  users: {kind: client, arrivals: {poisson: ${ratePerSec}/s}, items: {count: ${count}, skew: ${skew}}, calls: origin, patterns: [cache: {ttl: ${ttlSec}s}]}
  origin: {kind: service, threads: unlimited, handler: [work: 0ms]}
`;
    const weights = Array.from({ length: count }, (_, n) => 1 / (n + 1) ** skew);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const expected = weights.reduce((sum, weight) => {
      const hits = (ratePerSec * ttlSec * weight) / total;
      return sum + ((weight / total) * hits) / (1 + hits);
    }, 0);
    const simulation = simulate(text);
    const measured = metricByName('cacheHitRatio')!.evaluate(new RunReader(simulation.record()), 'users/origin/cache');
    // 39,000 requests: four standard errors of a share are at most 0.01.
    expect(Math.abs(measured - expected)).toBeLessThan(0.01);
  }
});

test('a cache in an instance that dies is empty when it is back; a shared one is not', () => {
  const misses = (scope: string): number => {
    const text = `faultline: 1
title: restart
duration: 10s
bucket: 1s
system:
  users: {kind: client, arrivals: {constant: 10/s}, calls: front}
  front: {kind: service, startup: 1s, handler: [{call: origin, patterns: [cache: {ttl: 1h, scope: ${scope}}]}]}
  origin: {kind: service, handler: [work: 1ms]}
faults: [{at: 4050ms, for: 1s, kill: {target: front}}]
`;
    return new RunReader(simulate(text).record()).total('layer', 'cacheMissed', 'front/origin/cache');
  };
  expect([misses('instance'), misses('shared')]).toEqual([2, 1]);
});
