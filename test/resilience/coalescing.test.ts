/**
 * Goal: while a call for something is under way, nobody makes another one for the same: all share its outcome, whatever
 * it is; who leaves does so alone; a leader that leaves does what it is set to do; and nothing is kept afterwards.
 * Method: scripted calls through the real runtime; times are milliseconds. The stampede before a popular item is counted
 * at system level.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { coalescing } from '../../sim/resilience/coalescing.ts';
import { CallFlag } from '../../sim/resilience/pattern.ts';
import { RunReader } from '../../sim/telemetry/metrics/run-reader.ts';
import { cases, fuzzSeed, scaled } from '../support/random-cases.ts';
import { fails, inTurn, MS, ok, type Script, TestWorld } from '../support/resilience-harness.ts';
import type { Given } from '../support/pattern-values.ts';
import { simulate } from '../support/run-scenario.ts';

function world(script: Script, values: Given = {}): { t: TestWorld; call: (atMs: number, more?: { item?: number; flags?: number; leavesAtMs?: number }) => void } {
  const t = new TestWorld();
  const first = t.build([{ of: coalescing, with: values }], script);
  return {
    t,
    call: (atMs, { item = 0, flags = 0, leavesAtMs } = {}) =>
      void t.call(first, { atNs: atMs * MS, item, flags, ...(leavesAtMs === undefined ? {} : { cancelAtNs: leavesAtMs * MS }) }),
  };
}

test('calls for the same wait for the one under way, and the next one after it is made again', () => {
  const { t, call } = world(inTurn({ ...ok(10), quality: 0.9 }, ok(10)));
  for (const atMs of [0, 1, 9, 11]) call(atMs);
  expect(t.run().endings).toEqual(['10 degraded', '10 degraded', '10 degraded', '21 ok']);
  expect(t.results[2]!.quality).toBe(0.9);
  expect(t.sentAtMs).toEqual([0, 11]);
  expect(t.marks('coalesced')).toBe(2);
});

test('they share a failure too', () => {
  const { t, call } = world(() => fails(10, 'refused'));
  for (const atMs of [0, 1]) call(atMs);
  expect(t.run().endings).toEqual(['10 refused', '10 refused']);
});

test('calls for different things, and writes, are all made', () => {
  const { t, call } = world(() => ok(10));
  call(0, { item: 1 });
  call(1, { item: 2 });
  for (const atMs of [2, 3]) call(atMs, { item: 1, flags: CallFlag.write });
  expect(t.run().sentAtMs).toEqual([0, 1, 2, 3]);
});

test('a follower that leaves does so alone', () => {
  const { t, call } = world(() => ok(10));
  call(0);
  call(1, { leavesAtMs: 5 });
  call(2);
  expect(t.run().endings).toEqual(['10 ok', '5 gaveUp', '10 ok']);
});

test('when the leader leaves, the call goes on for the others, and for those who come later', () => {
  const { t, call } = world(() => ok(10));
  call(0, { leavesAtMs: 5 });
  call(1);
  call(6);
  expect(t.run().endings).toEqual(['5 gaveUp', '10 ok', '10 ok']);
  expect(t.sentAtMs).toEqual([0]);
});

test('or it fails for all of them', () => {
  const { t, call } = world(() => ok(10), { whenLeaderLeaves: 'failAll' });
  call(0, { leavesAtMs: 5 });
  call(1);
  call(6);
  expect(t.run().endings).toEqual(['5 gaveUp', '5 error', '16 ok']);
});

test('a leader that nobody follows takes its call with it', () => {
  const { t, call } = world(() => ok(10));
  call(0, { leavesAtMs: 5 });
  call(1, { leavesAtMs: 4 });
  call(6);
  expect(t.run().trace).toContain(`${5 * MS} send cancelled`);
  expect(t.endings).toEqual(['5 gaveUp', '4 gaveUp', '16 ok']);
});

test(`seed ${fuzzSeed}: of each thing one call is under way at a time, unless everybody has left the one before`, () => {
  let followers = 0;
  let left = 0;
  const schedule = fc.array(
    fc.record({ atMs: fc.nat(200), item: fc.nat(2), leavesAfterMs: fc.option(fc.nat(30), { freq: 2 }) }),
    { maxLength: 60, size: 'max' },
  );
  const answers = fc.array(fc.record({ afterMs: fc.nat(30), fails: fc.boolean() }), { minLength: 1, maxLength: 9 });
  const law = fc.property(schedule, answers, fc.constantFrom('goOn', 'failAll'), (calls, pattern, whenLeaderLeaves) => {
    // When the last call for an item would end if nobody left.
    const endsMs = new Map<number, number>();
    let overlaps = 0;
    const script: Script = (n, { cacheKey }) => {
      const { afterMs, fails: bad } = pattern[n % pattern.length]!;
      if (t.now / MS < (endsMs.get(cacheKey) ?? 0)) overlaps++;
      endsMs.set(cacheKey, t.now / MS + afterMs);
      return bad ? fails(afterMs) : ok(afterMs);
    };
    const { t, call } = world(script, { whenLeaderLeaves });
    for (const { atMs, item, leavesAfterMs } of calls) {
      call(atMs, { item, ...(leavesAfterMs === null ? {} : { leavesAtMs: atMs + leavesAfterMs + 0.5 }) });
    }
    t.run();
    expect(t.sentAtMs.length + t.marks('coalesced'), 'every call is sent or waits').toBe(calls.length);
    const cancelled = t.trace.filter((entry) => entry.endsWith('send cancelled')).length;
    expect(overlaps).toBeLessThanOrEqual(cancelled);
    followers += t.marks('coalesced');
    left += cancelled;
  });
  fc.assert(law, cases(200));
  expect([followers > scaled(1000), left > scaled(100)]).toEqual([true, true]);
});

test('when a popular answer expires, all who ask until it is fetched again send; with coalescing one does', () => {
  const sends = (layers: string): number => {
    // 500 a second ask for one thing that takes 200 ms to fetch: about 100 miss each time.
    const text = `faultline: 1
title: stampede
duration: 20s
bucket: 1s
system:
  users: {kind: client, arrivals: {poisson: 500/s}, calls: origin, patterns: [${layers}]}
  origin: {kind: service, threads: unlimited, handler: [work: 200ms]}
`;
    return new RunReader(simulate(text).record()).total('site', 'sends', 'users/origin');
  };
  // A cycle lasts 5.2 s: the fetch, and then the time for which the answer is fresh.
  const alone = sends('cache: {ttl: 5s}');
  expect(alone).toBeGreaterThan(4 * 70);
  expect(alone).toBeLessThan(4 * 130);
  expect(sends('cache: {ttl: 5s}, coalescing: {}')).toBe(4);
});
