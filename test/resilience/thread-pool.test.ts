/**
 * Goal: thread pools grow, queue and reject in the order of their originals; a thread is free when its work ends, not when
 * its caller leaves; what waits for nobody runs, or does not, as in the original.
 * Method: scripted calls through the real runtime, and random ones against a model of ThreadPoolExecutor that keeps one
 * object for each thread; times are milliseconds.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Outcome } from '../../sim/resilience/outcome.ts';
import { fixedThreadPool } from '../../sim/resilience/thread-pool/fixed.ts';
import { hystrixThreadPool } from '../../sim/resilience/thread-pool/hystrix.ts';
import { resilience4jThreadPool } from '../../sim/resilience/thread-pool/resilience4j.ts';
import { timeout } from '../../sim/resilience/timeout.ts';
import { observeOurs } from '../support/call-traces.ts';
import { cases, fuzzSeed, scaled } from '../support/random-cases.ts';
import type { Given } from '../support/pattern-values.ts';
import { hangs, inTurn, type LayerSpec, MS, ok, patternWith, type Script, TestWorld } from '../support/resilience-harness.ts';

const resilience4j = (values: Given): LayerSpec => ({ of: resilience4jThreadPool, with: { coreThreadPoolSize: 1, maxThreadPoolSize: 3, ...values } });
const hystrix = (values: Given): LayerSpec => ({ of: hystrixThreadPool, with: { coreSize: 2, ...values } });

function play(layers: readonly LayerSpec[], script: Script, ...atMs: readonly number[]): TestWorld {
  const t = new TestWorld();
  t.callAt(t.build(layers, script), ...atMs);
  return t.run();
}

describe('Resilience4j', () => {
  test('first the core, then the queue, then more threads, then no', () => {
    const t = play([resilience4j({ queueCapacity: 2 })], inTurn(ok(100)), 0, 1, 2, 3, 4, 5);
    // The calls at 1 and 2 wait; those at 3 and 4 overtake them on threads of their own.
    expect(t.endings).toEqual(['100 ok', '200 ok', '203 ok', '103 ok', '104 ok', '5 bulkheadFull']);
    expect(t.sentAtMs).toEqual([0, 3, 4, 100, 103]);
    expect(t.marks('waited')).toBe(2);
    expect(t.marks('rejected')).toBe(1);
  });

  test('without a queue the pool grows at once to its maximum', () => {
    const t = play([resilience4j({ queueCapacity: 0 })], inTurn(ok(10)), 0, 1, 2, 3);
    expect(t.endings).toEqual(['10 ok', '11 ok', '12 ok', '3 bulkheadFull']);
  });

  test('an unlimited queue never lets the pool grow', () => {
    const t = play([resilience4j({ queueCapacity: Infinity })], inTurn(ok(10)), 0, 1, 2, 3);
    expect(t.sentAtMs).toEqual([0, 10, 20, 30]);
  });

  test('a thread beyond the core ends after its time of idleness, and the next burst waits again', () => {
    const script = inTurn(ok(10));
    const burst = [0, 1, 2];
    const soon = [30, 31, 32];
    const late = [62, 63];
    const t = play([resilience4j({ maxThreadPoolSize: 2, queueCapacity: 1, keepAliveDuration: 20 * MS })], script, ...burst, ...soon, ...late);
    // At 30 both threads are still there, idle since 12 and 20. They are idle again since 41 and 50, so at 62 one is gone.
    expect(t.sentAtMs.slice(0, 3)).toEqual([0, 2, 10]);
    expect(t.sentAtMs.slice(3)).toEqual([30, 31, 40, 62, 72]);
  });

  test('work whose caller has left keeps its thread, and a call that waited for nobody runs all the same', () => {
    const limit = { of: timeout, with: { after: 5 * MS } };
    const t = play([limit, resilience4j({ maxThreadPoolSize: 1 })], inTurn(ok(50), ok(7), ok(1)), 0, 1, 52);
    expect(t.endings).toEqual(['5 timeout', '6 timeout', '57 timeout']);
    expect(t.sentAtMs).toEqual([0, 50, 57]);
    expect(t.runtime.lateOutcomes).toBe(3);
  });

  test('a call that was detached keeps its place in the queue', () => {
    const t = new TestWorld();
    const first = t.build([resilience4j({ maxThreadPoolSize: 1 })], inTurn(ok(10)));
    t.callAt(first, 0);
    for (const atMs of [1, 2, 3, 4]) t.call(first, { atNs: atMs * MS, ...(atMs === 3 ? { cancelAtNs: 5 * MS } : {}) });
    const order: number[] = [];
    t.run();
    for (const entry of t.trace.filter((line) => /call \d ok|late ok/.test(line))) order.push(Number(entry.split(' ')[0]) / MS);
    expect(t.endings).toEqual(['10 ok', '20 ok', '30 ok', '5 gaveUp', '50 ok']);
    expect(order).toEqual([10, 20, 30, 40, 50]);
  });

  test('in an instance that dies nothing waits on for its thread', () => {
    const t = new TestWorld();
    const first = t.build([resilience4j({ maxThreadPoolSize: 1 })], inTurn(hangs));
    t.callAt(first, 0, 1, 2);
    t.at(5 * MS, () => t.runtime.crash('', 0));
    t.run();
    expect(t.outcomes).toEqual(['crashed', 'crashed', 'crashed']);
    expect(t.sentAtMs).toEqual([0]);
    expect(t.runtime.held()).toBe(0);
  });
});

test('a thread that becomes free in the breath in which an instance dies is not given to what waited there', () => {
  // Nobody waits for the first call any more, so it hears of the death first, and its work ends while the second, which
  // waits for the thread, is told through three layers.
  const t = new TestWorld();
  const outer = [{ of: patternWith({}) }, { of: patternWith({}) }, { of: timeout, with: { after: 5 * MS, mode: 'abandon' } }];
  t.callAt(t.build([...outer, resilience4j({ maxThreadPoolSize: 1 })], inTurn(hangs)), 0, 6);
  t.at(8 * MS, () => t.runtime.crash('', 0));
  t.run();
  expect(t.outcomes).toEqual(['timeout', 'crashed']);
  expect(t.runtime.held()).toBe(0);
});

test('a thread that becomes free between a cancel and its being heard does not forget the call', () => {
  // Four calls at once on two threads. The second ends at once and its caller lets go of all; in the same breath the first
  // ends as well, and passes over the fourth, which is cancelled and has not heard it.
  const four = patternWith({
    onCall(call, fx) {
      for (let i = 0; i < 4; i++) fx.start(call, i);
    },
    onOutcome(call, child, fx) {
      fx.cancel(call);
      fx.settleWith(call, child);
    },
  });
  let calls = 0;
  const secondFails = patternWith({
    onCall(call, fx) {
      if (++calls === 2) fx.settle(call, Outcome.error);
      else fx.start(call, 0);
    },
  });
  const t = play([{ of: four }, { of: fixedThreadPool, with: { threads: 2 } }, { of: secondFails }], inTurn(ok(0), ok(50)), 0);
  expect(t.sentAtMs).toEqual([0, 0, 0]);
  expect(t.runtime.held()).toBe(0);
});

describe('Hystrix', () => {
  test('by default there is no queue and no growth', () => {
    const t = play([hystrix({ maximumSize: 5 })], inTurn(ok(10)), 0, 1, 2, 11);
    expect(t.endings).toEqual(['10 ok', '11 ok', '2 bulkheadFull', '21 ok']);
  });

  test('maximumSize counts where it may diverge', () => {
    const t = play([hystrix({ maximumSize: 3, allowMaximumSizeToDivergeFromCoreSize: true })], inTurn(ok(10)), 0, 1, 2, 3);
    expect(t.endings).toEqual(['10 ok', '11 ok', '12 ok', '3 bulkheadFull']);
  });

  test('the rejection threshold, not the queue, is the limit, and keeps the pool from growing', () => {
    const t = play(
      [hystrix({ coreSize: 1, maximumSize: 9, allowMaximumSizeToDivergeFromCoreSize: true, maxQueueSize: 10, queueSizeRejectionThreshold: 2 })],
      inTurn(ok(10)),
      0,
      1,
      2,
      3,
    );
    expect(t.endings).toEqual(['10 ok', '20 ok', '30 ok', '3 bulkheadFull']);
  });

  test('a queue shorter than the threshold fills, then the pool grows', () => {
    const t = play([hystrix({ coreSize: 1, maximumSize: 2, allowMaximumSizeToDivergeFromCoreSize: true, maxQueueSize: 1 })], inTurn(ok(10)), 0, 1, 2, 3);
    expect(t.endings).toEqual(['10 ok', '20 ok', '12 ok', '3 bulkheadFull']);
  });

  const limit = { of: timeout, with: { after: 5 * MS } };

  test('a call whose caller has left also leaves the queue', () => {
    const t = play([limit, hystrix({ coreSize: 1, maxQueueSize: 5 })], inTurn({ ...ok(50), ignoresCancel: true }, ok(1)), 0, 1, 48);
    expect(t.sentAtMs).toEqual([0, 50]);
    expect(t.endings).toEqual(['5 timeout', '6 timeout', '51 ok']);
  });

  test('work keeps its thread beyond the timeout, unless it heeds interrupts and is interrupted', () => {
    const endings = (values: Given, work = ok(50)): readonly string[] => play([limit, hystrix({ coreSize: 1, ...values })], inTurn(work, ok(1)), 0, 6, 51).endings;
    const kept = ['5 timeout', '6 bulkheadFull', '52 ok'];
    expect(endings({})).toEqual(kept);
    expect(endings({ heedsInterrupts: true })).toEqual(['5 timeout', '7 ok', '52 ok']);
    expect(endings({ heedsInterrupts: true }, { ...ok(50), ignoresCancel: true })).toEqual(kept);
    expect(endings({ heedsInterrupts: true, interruptOnTimeout: false })).toEqual(kept);
  });
});

describe('fixed', () => {
  const limit = { of: timeout, with: { after: 5 * MS } };

  test('before a slow callee the queue grows, and the threads run what nobody waits for', () => {
    const t = play([limit, { of: fixedThreadPool, with: { threads: 1 } }], inTurn(ok(20)), 0, 1, 2, 3, 4);
    expect(new Set(t.outcomes)).toEqual(new Set(['timeout']));
    expect(t.sentAtMs).toEqual([0, 20, 40, 60, 80]);
  });

  test('unless what waits is cancelled', () => {
    const t = play([limit, { of: fixedThreadPool, with: { threads: 1, cancelsQueued: true } }], inTurn(ok(20)), 0, 1, 2, 3, 18);
    expect(t.sentAtMs).toEqual([0, 20]);
  });
});

/** ThreadPoolExecutor as its documentation describes it: one object for each thread, one for each task. */
function model(settings: { core: number; max: number; queue: number; keepAliveMs: number }, calls: readonly { atMs: number; takesMs: number }[]): string[] {
  interface Thread {
    busyUntil: number;
    idleSince: number;
    task: number;
  }
  let threads: Thread[] = [];
  const queue: number[] = [];
  const lines: string[] = calls.map(() => '');
  const begin = (thread: Thread, task: number, now: number): void => {
    thread.task = task;
    thread.busyUntil = now + calls[task]!.takesMs;
    lines[task] = `${now} ${thread.busyUntil} ok`;
  };
  const isBusy = (thread: Thread): boolean => thread.task >= 0;
  for (let now = 0; now <= 10_000; now++) {
    const arriving = calls.map((_, i) => i).filter((i) => calls[i]!.atMs === now);
    const end = (): void => {
      for (;;) {
        // At one instant, calls end in the order in which they began.
        const done = threads.filter((thread) => isBusy(thread) && thread.busyUntil === now).sort((a, b) => Number(lines[a.task]!.split(' ')[0]) - Number(lines[b.task]!.split(' ')[0]) || a.task - b.task)[0];
        if (done === undefined) return;
        done.task = -1;
        done.idleSince = now;
        const next = queue.shift();
        if (next !== undefined) begin(done, next, now);
      }
    };
    for (const task of arriving) {
      const idle = threads.filter((thread) => !isBusy(thread)).sort((a, b) => a.idleSince - b.idleSince)[0];
      if (idle !== undefined) begin(idle, task, now);
      else if (threads.length < settings.core || (queue.length >= settings.queue && threads.length < settings.max)) {
        const thread = { busyUntil: 0, idleSince: 0, task: -1 };
        threads.push(thread);
        begin(thread, task, now);
      } else if (queue.length < settings.queue) queue.push(task);
      else lines[task] = `- ${now} bulkheadFull`;
    }
    end();
    const idle = threads.filter((thread) => !isBusy(thread)).sort((a, b) => a.idleSince - b.idleSince);
    while (threads.length > settings.core && idle.length > 0 && idle[0]!.idleSince + settings.keepAliveMs <= now) {
      const gone = idle.shift()!;
      threads = threads.filter((thread) => thread !== gone);
    }
  }
  return lines;
}

test(`like a model that keeps an object for each thread, seed ${fuzzSeed}`, () => {
  // Arrivals at even milliseconds, durations odd: nothing starts at the instant at which something ends.
  const calls = fc
    .array(fc.record({ gapMs: fc.oneof(fc.nat(6), fc.constantFrom(20, 60)), takesMs: fc.nat(25) }), { minLength: 5, maxLength: 40, size: 'max' })
    .map((list) => {
      let atMs = 0;
      return list.map(({ gapMs, takesMs }) => ({ atMs: (atMs += 2 * gapMs), takesMs: 2 * takesMs + 1, ending: 'ok' as const }));
    });
  const settings = fc.record({ core: fc.integer({ min: 1, max: 3 }), more: fc.nat(2), queue: fc.nat(4), keepAliveMs: fc.constantFrom(1, 20, 60) });
  let rejected = 0;
  let overtaken = 0;
  fc.assert(
    fc.property(calls, settings, (trace, { core, more, queue, keepAliveMs }) => {
      const values = { coreThreadPoolSize: core, maxThreadPoolSize: core + more, queueCapacity: queue, keepAliveDuration: keepAliveMs * MS };
      const ours = observeOurs({ of: resilience4jThreadPool, with: values }, trace).calls;
      expect(ours).toEqual(model({ core, max: core + more, queue, keepAliveMs }, trace));
      rejected += ours.filter((line) => line.endsWith('bulkheadFull')).length;
      const begun = ours.map((line) => Number(line.split(' ')[0])).filter((ms) => !Number.isNaN(ms));
      if (begun.some((ms, i) => i > 0 && ms < begun[i - 1]!)) overtaken++;
    }),
    cases(300),
  );
  expect(rejected).toBeGreaterThan(scaled(100));
  expect(overtaken).toBeGreaterThan(scaled(20));
});
