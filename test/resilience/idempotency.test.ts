/**
 * Goal: a call whose key is known is answered and not executed; one whose key is taken waits or is rejected; a key comes
 * free after a failure, after its time, and when it was held for too long, and not before; and what goes wrong all the
 * same is counted: effects that a request has twice, and requests that are taken for others.
 * Method: scripted calls through the real runtime, times in milliseconds; then a payment service under a lossy network
 * with retries, where every effect is counted by what caused it, with each kind of key.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { idempotency } from '../../sim/resilience/idempotency.ts';
import { retry } from '../../sim/resilience/retry.ts';
import type { Simulation } from '../../sim/scenario/compile.ts';
import { metricByName } from '../../sim/telemetry/metrics/registry.ts';
import { RunReader } from '../../sim/telemetry/metrics/run-reader.ts';
import { cases, fuzzSeed, scaled } from '../support/random-cases.ts';
import { type Answer, fails, inTurn, MS, ok, type Script, TestWorld } from '../support/resilience-harness.ts';
import type { Given } from '../support/pattern-values.ts';
import { simulate } from '../support/run-scenario.ts';

const KEY = 77;

interface More {
  readonly key?: number;
  readonly leavesAtMs?: number;
}

function world(script: Script, values: Given = {}): { t: TestWorld; call: (atMs: number, more?: More) => void } {
  const t = new TestWorld();
  const first = t.build([{ of: idempotency, with: values }], script);
  const call = (atMs: number, { key = KEY, leavesAtMs }: More = {}): void =>
    void t.call(first, { atNs: atMs * MS, key, ...(leavesAtMs === undefined ? {} : { cancelAtNs: leavesAtMs * MS }) });
  return { t, call };
}

describe('one call after another', () => {
  test('the answer is repeated, with its quality, and nothing is executed', () => {
    const { t, call } = world(inTurn({ ...ok(5), quality: 0.8 }));
    for (const atMs of [0, 10, 20]) call(atMs);
    expect(t.run().endings).toEqual(['5 degraded', '10 degraded', '20 degraded']);
    expect(t.results[2]!.quality).toBe(0.8);
    expect([t.sentAtMs, t.marks('duplicate')]).toEqual([[0], 2]);
  });

  test('other keys, and calls without one, are executed', () => {
    const { t, call } = world(() => ok(1));
    for (const key of [1, 2, 0, 0]) call(key * 10, { key });
    t.run();
    expect([t.sentAtMs.length, t.marks('duplicate')]).toEqual([4, 0]);
  });

  test('an answer is kept for its time, counted from the answer, and not a moment longer', () => {
    const { t, call } = world(() => ok(5), { ttl: 100 * MS });
    for (const atMs of [0, 104, 105, 209, 210]) call(atMs);
    expect(t.run().sentAtMs).toEqual([0, 105, 210]);
  });

  test('after a failure the key is free, unless the failure is one that is kept', () => {
    const answers = inTurn(fails(1), fails(1, 'queueFull'), ok(1));
    const free = world(answers);
    const kept = world(answers, { keepFailures: ['error'] });
    for (const { call } of [free, kept]) for (const atMs of [0, 10, 20, 30]) call(atMs);
    expect(free.t.run().outcomes).toEqual(['error', 'queueFull', 'ok', 'ok']);
    expect(kept.t.run().outcomes).toEqual(['error', 'error', 'error', 'error']);
    expect([free.t.sentAtMs.length, kept.t.sentAtMs.length]).toEqual([3, 1]);
  });

  test('so many answers are kept; the one that was used least recently goes', () => {
    const { t, call } = world(() => ok(0), { maxEntries: 2 });
    [1, 2, 1, 3, 1, 2].forEach((key, atMs) => call(atMs, { key }));
    expect(t.run().sentAtMs).toEqual([0, 1, 3, 5]);
  });
});

describe('while the first is at work', () => {
  test('the others wait for its answer', () => {
    const { t, call } = world(() => ok(10));
    for (const atMs of [0, 1, 9, 10.5]) call(atMs);
    expect(t.run().endings).toEqual(['10 ok', '10 ok', '10 ok', '10.5 ok']);
    expect([t.sentAtMs, t.marks('duplicate')]).toEqual([[0], 3]);
  });

  test('or are rejected', () => {
    const { t, call } = world(() => ok(10), { inFlight: 'reject' });
    for (const atMs of [0, 5, 15]) call(atMs);
    expect(t.run().endings).toEqual(['10 ok', '5 conflict', '15 ok']);
  });

  test('or are executed as well, where the key is only looked up before and written after', () => {
    const { t, call } = world(() => ok(10), { claim: 'checkThenAct' });
    for (const atMs of [0, 5, 10.5]) call(atMs);
    expect(t.run().endings).toEqual(['10 ok', '15 ok', '10.5 ok']);
    expect([t.sentAtMs, t.marks('duplicate')]).toEqual([[0, 5], 1]);
  });

  test('when it fails, the one that has waited longest is executed, and the others go on waiting', () => {
    const { t, call } = world(inTurn(fails(10), ok(10)));
    for (const atMs of [0, 1, 2]) call(atMs);
    expect(t.run().endings).toEqual(['10 error', '20 ok', '20 ok']);
    expect(t.sentAtMs).toEqual([0, 10]);
  });

  test('who comes after it has the key for a time of its own', () => {
    const { t, call } = world(inTurn(fails(10), ok(80), { ...ok(10), quality: 0.5 }), { lockTimeout: 50 * MS });
    for (const atMs of [0, 1, 59, 95]) call(atMs);
    expect(t.run().endings).toEqual(['10 error', '90 ok', '70 degraded', '95 degraded']);
    expect(t.sentAtMs).toEqual([0, 10, 60]);
  });

  test('when it is stopped, too; and who leaves while waiting leaves alone', () => {
    const { t, call } = world(() => ok(10));
    call(0, { leavesAtMs: 5 });
    call(1, { leavesAtMs: 3 });
    call(2);
    expect(t.run().endings).toEqual(['5 gaveUp', '3 gaveUp', '15 ok']);
  });

  test('a key that is held too long is taken by the next; the late one then no longer speaks for it', () => {
    const { t, call } = world(inTurn(ok(100), { ...ok(30), quality: 0.5 }), { lockTimeout: 50 * MS });
    // The second has the key from 50 on; the answer of the first, at 100, is its own caller's only.
    for (const atMs of [0, 10, 90, 120]) call(atMs);
    expect(t.run().endings).toEqual(['100 ok', '80 degraded', '90 degraded', '120 degraded']);
    expect(t.sentAtMs).toEqual([0, 50]);
  });
});

test('what is taken for another request is counted, what one request sends again is not', () => {
  const t = new TestWorld();
  const first = t.build([{ of: retry }, { of: idempotency, with: { keepFailures: ['error'] } }], () => fails(0));
  // Three attempts each; the first of all is executed, five are repetitions, three of them of another request.
  for (const atMs of [0, 10_000]) t.call(first, { atNs: atMs * MS, key: KEY });
  t.run();
  expect([t.marks('duplicate', 1), t.marks('falselyMerged', 1)]).toEqual([5, 3]);
});

test(`seed ${fuzzSeed}: one call at a time is at work under a key, and none after an answer`, () => {
  let duplicates = 0;
  const calls = fc.array(fc.record({ atMs: fc.nat(200), key: fc.integer({ min: 1, max: 3 }), leavesAfterMs: fc.option(fc.nat(40), { freq: 4 }) }), { maxLength: 60, size: 'max' });
  const answers = fc.array(fc.record({ afterMs: fc.integer({ min: 1, max: 30 }), good: fc.boolean() }), { minLength: 1, maxLength: 9 });
  const law = fc.property(calls, answers, fc.constantFrom('wait', 'reject'), (schedule, pattern, inFlight) => {
    const busyUntilMs = new Map<number, number>();
    const answeredAtMs = new Map<number, number>();
    const wrong: string[] = [];
    const script: Script = (n, { idempotencyKey: key }): Answer => {
      const { afterMs, good } = pattern[n % pattern.length]!;
      const nowMs = t.now / MS;
      if (nowMs < busyUntilMs.get(key)!) wrong.push(`two at work under ${key} at ${nowMs}`);
      if (nowMs > answeredAtMs.get(key)!) wrong.push(`executed after the answer under ${key} at ${nowMs}`);
      busyUntilMs.set(key, nowMs + afterMs);
      // Nobody stops a call here that will have a good answer: otherwise it might never come.
      if (good) answeredAtMs.set(key, Math.min(nowMs + afterMs, answeredAtMs.get(key) ?? Infinity));
      return { ...(good ? ok(afterMs) : fails(afterMs)), ignoresCancel: true };
    };
    const { t, call } = world(script, { inFlight });
    for (const { atMs, key, leavesAfterMs } of schedule) {
      call(atMs, { key, ...(leavesAfterMs === null ? {} : { leavesAtMs: atMs + leavesAfterMs + 0.5 }) });
    }
    t.run();
    expect(wrong).toEqual([]);
    duplicates += t.marks('duplicate');
  });
  fc.assert(law, cases(200));
  expect(duplicates).toBeGreaterThan(scaled(1000));
});

describe('a payment service', () => {
  /** Every fifth answer is lost, so that every fifth charge is tried again although it was made. */
  const payments = (site: string, layers: string, more = '', client = ''): Simulation => {
    const text = `faultline: 1
title: payments
duration: 100s
bucket: 1s
system:
  buyers: {kind: client, arrivals: {poisson: 20/s}, ${client} calls: shop}
  shop:
    kind: service
    threads: unlimited
    handler:
      - call: bank
        ${site}
        patterns: [{retry: {maxAttempts: 5, backoff: {fixed: 50ms}, retryUnsafe: true}}, {timeout: 200ms}]
  bank: {kind: service, instances: 2, threads: unlimited, patterns: [${layers}], handler: [work: 20ms, effect: charge]}
${more === '' ? 'faults: [{at: 0s, loss: {from: bank, to: shop, rate: 20%, as: silence, oneWay: true}}]' : more}
`;
    return simulate(text);
  };
  const metrics = (simulation: Simulation, ...names: readonly string[]): number[] => {
    const run = new RunReader(simulation.record());
    return names.map((name) => metricByName(name)!.evaluate(run, ''));
  };

  test('without a key nearly every fifth attempt is a charge too many; with one none is', () => {
    const bare = payments('as: charging', '');
    const { offered, settled } = bare.clients[0]!;
    const [effects, duplicates] = metrics(bare, 'effects', 'duplicateEffects');
    // Attempts until an answer comes back, five at most: 1.25 on average, less 0.0004; 2,000 requests.
    expect(Math.abs(effects! / offered - 1.25)).toBeLessThan(0.05);
    expect(Math.abs(duplicates! / offered - 0.25)).toBeLessThan(0.05);
    for (const kind of ['call', 'request']) {
      const [keyed, ...none] = metrics(payments(`idempotencyKey: ${kind}`, 'idempotency'), 'effects', 'duplicateEffects', 'falselyMerged');
      expect([keyed! >= settled, keyed! <= offered, ...none]).toEqual([true, true, 0, 0]);
    }
  });

  test('a layer without keys, and keys without a layer, change nothing', () => {
    const bare = metrics(payments('as: charging', ''), 'effects', 'duplicateEffects');
    expect(metrics(payments('as: charging', 'idempotency'), 'effects', 'duplicateEffects')).toEqual(bare);
    expect(metrics(payments('as: charging\n        idempotencyKey: call', ''), 'effects', 'duplicateEffects')).toEqual(bare);
  });

  test('a key for each call does not know a call that is made again further out; a key for the request does', () => {
    const outer = `patterns: [{retry: {maxAttempts: 3, backoff: {fixed: 10ms}, retryUnsafe: true}}, {timeout: 100ms}],`;
    const duplicates = ['call', 'request'].map((kind) => metrics(payments(`idempotencyKey: ${kind}`, 'idempotency', '', outer), 'duplicateEffects')[0]!);
    expect(duplicates[0]).toBeGreaterThan(100);
    expect(duplicates[1]).toBe(0);
  });

  test('a hash of what is sent merges equal orders of one user, and user and day all orders of one user', () => {
    // 50 users buy one of 10 things, all equally often, 2,000 times: 500 different orders, nearly all of which occur.
    const client = 'users: 50, items: {count: 10, skew: 0},';
    const of = (kind: string): number[] => metrics(payments(`idempotencyKey: ${kind}`, 'idempotency', '', client), 'effects', 'duplicateEffects');
    const body = of('body');
    expect([body[0]! > 450, body[0]! <= 500, body[1]]).toEqual([true, true, 0]);
    expect(of('userAndDay')).toEqual([50, 0]);
    const merged = payments('idempotencyKey: userAndDay', 'idempotency', '', client);
    // Requests that are not the first of their user; attempts that come again count again.
    expect(metrics(merged, 'falselyMerged')[0]).toBeGreaterThan(merged.clients[0]!.settled - 50);
  });

  test('a store in each instance does not know what the other did, and forgets when it dies; a shared one does and does not', () => {
    const duplicates = (layer: string, more = ''): number => metrics(payments('idempotencyKey: call', layer, more), 'duplicateEffects')[0]!;
    expect(duplicates('idempotency')).toBe(0);
    // Round robin: half of the attempts and more go to the other instance.
    expect(duplicates('idempotency: {scope: instance}')).toBeGreaterThan(100);
  });

  test('a key whose instance dies stays taken until the time is up', () => {
    const text = (lockTimeout: string): string => `faultline: 1
title: crash
duration: 20s
bucket: 1s
system:
  buyer: {kind: client, arrivals: {burst: {size: 1, at: 1s}}, calls: bank, idempotencyKey: call, patterns: [{retry: {maxAttempts: 100, backoff: {fixed: 100ms}}}, {timeout: 500ms}]}
  bank: {kind: service, instances: 2, balancer: {algorithm: roundRobin}, startup: 1s, patterns: [idempotency: {lockTimeout: ${lockTimeout}}], handler: [work: 100ms, effect: charge]}
faults: [{at: 1050ms, for: 1s, kill: {target: bank, instance: 0}}]
`;
    const answeredAfterMs = (lockTimeout: string): number => {
      const simulation = simulate(text(lockTimeout));
      const run = new RunReader(simulation.record());
      expect(run.total('effect', 'effects', '')).toBe(simulation.clients[0]!.settled);
      return run.latency('buyer').max / MS;
    };
    // Executed as soon as the key is free, and heard by the attempt that waits then, or answered to the next one.
    const [soon, late] = [answeredAfterMs('1s'), answeredAfterMs('10s')];
    expect([soon >= 1100 && soon < 1700, late >= 10_100 && late < 10_700]).toEqual([true, true]);
  });

  test('a call that sends a key is safe to retry; one that leads to an effect is not without', () => {
    const safe = (site: string): number => {
      const text = `faultline: 1
title: safe
duration: 20s
system:
  buyers: {kind: client, arrivals: {poisson: 20/s}, calls: bank, ${site} patterns: [{retry: {maxAttempts: 3}}]}
  bank: {kind: service, operations: {pay: [{choose: flag, then: [effect: charge]}], look: [work: 1ms]}}
faults: [{at: 0s, errorRate: {target: bank, rate: 50%}}]
`;
      return new RunReader(simulate(text).record()).total('layer', 'retried', '');
    };
    expect(safe('operation: pay,')).toBe(0);
    for (const site of ['operation: pay, idempotencyKey: call,', 'operation: pay, idempotent: true,', 'operation: look,']) expect(safe(site)).toBeGreaterThan(100);
  });

  test('nothing is remembered of requests that are over', () => {
    const slots = (seconds: number): number => {
      const text = `faultline: 1
title: memory
duration: ${seconds}s
system:
  buyers: {kind: client, arrivals: {poisson: 200/s}, calls: bank, idempotencyKey: request, patterns: [{timeout: {after: 30ms, mode: abandon}}]}
  bank: {kind: service, threads: unlimited, patterns: [idempotency: {maxEntries: 10}], handler: [{parallel: [{steps: [work: 20ms]}]}, {work: {exponential: 20ms}, as: rest}, effect: charge]}
`;
      return simulate(text).engine.newSlot();
    };
    expect(slots(40)).toBeLessThan(slots(4) + 60);
  });
});
