/**
 * Goal: every kind of hedge makes its attempts when it should and no others, takes the first answer, lets go of the rest,
 * and gives back what it borrowed.
 * Method: laws that hold for all kinds under random callees; and scripted calls through the real runtime, worked out by
 * hand, on both sides of each boundary. Times are milliseconds.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { delayHedge } from '../../sim/resilience/hedge/delay.ts';
import { envoyHedge } from '../../sim/resilience/hedge/envoy.ts';
import { grpcHedge } from '../../sim/resilience/hedge/grpc.ts';
import { percentileHedge } from '../../sim/resilience/hedge/percentile.ts';
import { Outcome } from '../../sim/resilience/outcome.ts';
import { type AnyPatternDefinition, CallFlag } from '../../sim/resilience/pattern.ts';
import { cases, fuzzSeed, scaled } from '../support/random-cases.ts';
import type { Given } from '../support/pattern-values.ts';
import { type Answer, fails, hangs, inTurn, MS, ok, type Script, TestWorld } from '../support/resilience-harness.ts';

function play(of: AnyPatternDefinition, values: Given, script: Script, ...atMs: readonly number[]): TestWorld {
  const t = new TestWorld();
  t.callAt(t.build([{ of, with: values }], script), ...atMs);
  return t.run();
}

/** When sends were cancelled, and answers reached nobody. */
const ofLosers = (t: TestWorld): string[] => t.trace.filter((entry) => /cancelled|late/.test(entry)).map((entry) => entry.replace(/^(\d+)/, (ns) => String(Number(ns) / MS)));

describe('after a fixed delay', () => {
  const hedge = (values: Given, script: Script): TestWorld => play(delayHedge, { delay: 10 * MS, ...values }, script, 0);

  test('a quick answer needs no hedge, and an answer that comes with the end of the delay is too late', () => {
    expect(hedge({}, inTurn(ok(9))).sentAtMs).toEqual([0]);
    expect(hedge({}, inTurn(ok(10), ok(50))).sentAtMs).toEqual([0, 10]);
  });

  test('the first answer wins, whichever attempt it belongs to, and the others are let go of', () => {
    const second = hedge({}, inTurn(ok(50), ok(15)));
    expect(second.endings).toEqual(['25 ok']);
    expect(ofLosers(second)).toEqual(['25 send cancelled']);
    expect([second.marks('hedged'), second.marks('hedgeWon')]).toEqual([1, 1]);
    const first = hedge({}, inTurn(ok(20), ok(15)));
    expect(first.endings).toEqual(['20 ok']);
    expect(ofLosers(first)).toEqual(['20 send cancelled']);
    expect(first.marks('hedgeWon')).toBe(0);
  });

  test('losers may go on unheard', () => {
    expect(ofLosers(hedge({ loser: 'abandon' }, inTurn(ok(50), ok(15))))).toEqual(['50 late ok']);
  });

  test('attempts come one delay apart, up to the most', () => {
    expect(hedge({ maxHedgedAttempts: 3 }, inTurn(ok(100))).sentAtMs).toEqual([0, 10, 20, 30]);
    expect(hedge({ maxHedgedAttempts: 3, delay: 0 }, inTurn(ok(100))).sentAtMs).toEqual([0, 0, 0, 0]);
  });

  test('a failure is answered at once, and the delay begins anew', () => {
    const t = hedge({ maxHedgedAttempts: 3 }, inTurn(fails(4), ok(100)));
    expect(t.sentAtMs).toEqual([0, 4, 14, 24]);
  });

  test('also when the callee asks to wait: there may be another one that can answer', () => {
    const shed: Answer = { afterNs: 4 * MS, code: Outcome.shed, retryAfterNs: 60 * MS };
    expect(hedge({}, inTurn(shed, ok(1))).sentAtMs).toEqual([0, 4]);
  });

  test('without a delay the next attempt comes only after a failure', () => {
    const t = hedge({ delay: Infinity }, inTurn(fails(40), ok(5)));
    expect(t.sentAtMs).toEqual([0, 40]);
    expect(t.endings).toEqual(['45 ok']);
  });

  test('when all attempts have failed the last failure is the result, and not before', () => {
    expect(hedge({}, inTurn(fails(30), fails(5, 'shed'))).endings).toEqual(['30 error']);
    expect(hedge({}, inTurn(fails(12), fails(25, 'shed'))).endings).toEqual(['35 shed']);
  });

  test('an outcome that another attempt cannot change is the result', () => {
    const t = hedge({}, inTurn(ok(50), fails(5, 'badRequest')));
    expect(t.endings).toEqual(['15 badRequest']);
    expect(t.marks('hedgeWon')).toBe(0);
  });

  test.each([
    [CallFlag.write, {}, 1],
    [CallFlag.write, { hedgeUnsafe: true }, 2],
    [CallFlag.write | CallFlag.idempotent, {}, 2],
    [CallFlag.write | CallFlag.keyed, {}, 2],
    [0, {}, 2],
  ])('an operation with flags %i and %o is sent %i times', (flags, values, sends) => {
    const t = new TestWorld();
    t.call(t.build([{ of: delayHedge, with: { delay: 10 * MS, ...values } }], inTurn(ok(50))), { atNs: 0, flags });
    expect(t.run().sentAtMs).toHaveLength(sends);
    expect(t.marks('retryDenied')).toBe(2 - sends);
  });

  test('the budget is shared by all calls', () => {
    const t = play(delayHedge, { delay: 10 * MS, maxHedgedAttempts: 3, budget: { envoy: { maxRetries: 2 } } }, inTurn(ok(100)), 0, 1, 2);
    expect(t.sentAtMs).toEqual([0, 1, 2, 10, 11]);
    expect(t.marks('retryDenied')).toBe(3);
  });

  test('what has been borrowed for a loser comes back when there is a result', () => {
    const t = play(delayHedge, { delay: 10 * MS, budget: { envoy: { maxRetries: 1 } } }, inTurn(ok(20)), 0, 5, 25);
    // The second call finds the one permit in use at 15; the third finds it free at 35.
    expect(t.sentAtMs).toEqual([0, 5, 10, 25, 35]);
  });
});

describe('after a percentile', () => {
  const values = { percentile: 80, minSamples: 5, maxSamples: 10 };
  const TIMES = [10, 20, 30, 40, 50];
  const before = TIMES.map((_, i) => 1000 * i);

  test('nothing is hedged before enough has been measured, and then what is longer than the percentile', () => {
    const t = play(percentileHedge, values, inTurn(...TIMES.map(ok), ok(500)), ...before, 5000);
    expect(t.sentAtMs).toEqual([...before, 5000, 5040]);
    expect(play(percentileHedge, { ...values, minSamples: 6 }, inTurn(...TIMES.map(ok), ok(500)), ...before, 5000).sentAtMs).toEqual([...before, 5000]);
  });

  test('never earlier than the least delay', () => {
    const t = play(percentileHedge, { ...values, minDelay: 60 * MS }, inTurn(...TIMES.map(ok), ok(500)), ...before, 5000);
    expect(t.sentAtMs.at(-1)).toBe(5060);
  });

  test('a first attempt that loses is remembered for as long as it lasted, so that hedging does not hide slow calls from itself', () => {
    // The sixth call is won by its hedge at 5050; its first attempt counts as 50 ms. The 80th percentile of six is the fifth.
    const t = play(percentileHedge, values, inTurn(...TIMES.map(ok), ok(500), ok(10), ok(500)), ...before, 5000, 6000);
    expect(t.sentAtMs.slice(-2)).toEqual([6000, 6050]);
  });

  test('failures are not measured', () => {
    const t = play(percentileHedge, values, inTurn(...TIMES.map(ok), fails(300, 'badRequest'), ok(500)), ...before, 5000, 6000);
    expect(t.sentAtMs.slice(-2)).toEqual([6000, 6040]);
  });

  test('nor are the hedges themselves', () => {
    // Two calls are won by hedges of 1 ms; their first attempts count as 31 ms, and the median of the seven becomes 31.
    const slow = [ok(500), ok(1), ok(500), ok(1), ok(500)];
    const t = play(percentileHedge, { ...values, percentile: 50 }, inTurn(...TIMES.map(ok), ...slow), ...before, 5000, 6000, 7000);
    expect(t.sentAtMs.slice(-4)).toEqual([6000, 6030, 7000, 7031]);
  });
});

describe('as gRPC', () => {
  const hedge = (values: Given, script: Script): TestWorld => play(grpcHedge, values, script, 0);
  const pushback = (afterMs: number, retryAfterMs: number): Answer => ({ afterNs: afterMs * MS, code: Outcome.shed, retryAfterNs: retryAfterMs * MS });

  test('attempt k comes after k delays', () => {
    expect(hedge({ maxAttempts: 4, hedgingDelay: 10 * MS }, inTurn(ok(100))).sentAtMs).toEqual([0, 10, 20, 30]);
    expect(hedge({ maxAttempts: 4 }, inTurn(ok(100))).sentAtMs).toEqual([0, 0, 0, 0]);
  });

  test('a non-fatal failure is answered at once; then the delay resumes', () => {
    const values = { maxAttempts: 4, hedgingDelay: 10 * MS, nonFatalStatusCodes: ['shed'] };
    expect(hedge(values, inTurn(ok(100), fails(4, 'shed'), ok(100))).sentAtMs).toEqual([0, 10, 14, 24]);
  });

  test('a fatal failure ends the call and all its attempts', () => {
    const t = hedge({ maxAttempts: 3, hedgingDelay: 10 * MS, nonFatalStatusCodes: ['shed'] }, inTurn(ok(100), fails(5)));
    expect(t.endings).toEqual(['15 error']);
    expect(ofLosers(t)).toEqual(['15 send cancelled']);
  });

  test('pushback puts the next attempt off, and ends nothing', () => {
    const values = { maxAttempts: 3, hedgingDelay: 10 * MS, nonFatalStatusCodes: ['shed'] };
    const t = hedge(values, inTurn(ok(200), pushback(5, 60), ok(200)));
    expect(t.sentAtMs).toEqual([0, 10, 75]);
  });

  test('pushback of the only attempt under way is waited for', () => {
    const values = { maxAttempts: 3, hedgingDelay: 100 * MS, nonFatalStatusCodes: ['shed'], retryThrottling: { envoy: { maxRetries: 1 } } };
    const t = hedge(values, inTurn(pushback(5, 60), ok(5)));
    expect(t.endings).toEqual(['70 ok']);
    expect(t.runtime.held()).toBe(0);
  });

  test('pushback that says never forbids further attempts, and what is under way goes on', () => {
    const values = { maxAttempts: 4, hedgingDelay: 10 * MS, nonFatalStatusCodes: ['shed'] };
    const t = hedge(values, inTurn(ok(100), pushback(5, Infinity)));
    expect(t.sentAtMs).toEqual([0, 10]);
    expect(t.endings).toEqual(['100 ok']);
    expect(t.marks('retryDenied')).toBe(1);
    expect(hedge(values, inTurn(pushback(5, Infinity))).endings).toEqual(['5 shed']);
  });

  test('it takes back what an earlier pushback has put off', () => {
    const values = { maxAttempts: 4, hedgingDelay: 10 * MS, nonFatalStatusCodes: ['shed'], retryThrottling: { envoy: { maxRetries: 3 } } };
    expect(hedge(values, inTurn(ok(200), pushback(15, 60), pushback(10, Infinity))).sentAtMs).toEqual([0, 10, 20]);
    const last = hedge(values, inTurn(pushback(25, Infinity), pushback(5, 60)));
    expect([last.sentAtMs, last.endings]).toEqual([[0, 10], ['25 shed']]);
    expect(last.runtime.held()).toBe(0);
  });

  test('it has failed for the throttling whatever its answer', () => {
    const values = { maxAttempts: 2, hedgingDelay: 10 * MS, nonFatalStatusCodes: ['shed'], retryThrottling: { grpc: { maxTokens: 3, tokenRatio: 0.1 } } };
    const refusal: Answer = { ...fails(1), retryAfterNs: Infinity };
    expect(play(grpcHedge, values, inTurn(refusal, refusal, ok(100)), 0, 20, 40).sentAtMs).toEqual([0, 20, 40]);
    expect(play(grpcHedge, values, inTurn(fails(1), fails(1), ok(100)), 0, 20, 40).sentAtMs).toEqual([0, 20, 40, 50]);
  });

  test('a call that is given up while it waits gives back what it borrowed', () => {
    const t = new TestWorld();
    const values = { maxAttempts: 3, hedgingDelay: 100 * MS, nonFatalStatusCodes: ['shed'], retryThrottling: { envoy: { maxRetries: 1 } } };
    t.call(t.build([{ of: grpcHedge, with: values }], inTurn(pushback(5, 60))), { atNs: 0, cancelAtNs: 20 * MS });
    expect(t.run().endings).toEqual(['20 gaveUp']);
    expect(t.runtime.held()).toBe(0);
  });

  test('throttling: below half of the tokens no hedge is made', () => {
    const values = { maxAttempts: 2, nonFatalStatusCodes: ['shed'], retryThrottling: { grpc: { maxTokens: 4, tokenRatio: 0.1 } } };
    const t = play(grpcHedge, values, inTurn(fails(10, 'shed')), 0, 100, 200);
    // Both attempts of the first call fail, which leaves two tokens of four.
    expect(t.sentAtMs).toEqual([0, 0, 100, 200]);
  });
});

describe('as Envoy', () => {
  const values = { perTryTimeout: 10 * MS, retryBackOff: { baseInterval: 0, maxInterval: 0 } };
  const hedge = (more: Given, script: Script): TestWorld => play(envoyHedge, { ...values, ...more }, script, 0);

  test('the timeout of an attempt starts another one and ends nothing', () => {
    const t = hedge({}, inTurn(ok(30), ok(50)));
    expect(t.sentAtMs).toEqual([0, 10]);
    expect(t.endings).toEqual(['30 ok']);
    expect([t.marks('timedOut'), t.marks('hedged'), t.marks('retried')]).toEqual([2, 1, 0]);
  });

  test('the last attempt has no timeout that ends it', () => {
    expect(hedge({ numRetries: 2 }, inTurn(hangs, hangs, ok(1000))).endings).toEqual(['1020 ok']);
  });

  test('a failure within the timeout is tried again, one after it is discarded', () => {
    const within = hedge({ numRetries: 3 }, inTurn(fails(9), ok(5)));
    expect(within.sentAtMs).toEqual([0, 9]);
    expect(within.marks('retried')).toBe(1);
    const after = hedge({ numRetries: 3 }, inTurn(fails(14), ok(9)));
    expect(after.sentAtMs).toEqual([0, 10]);
    expect(after.endings).toEqual(['19 ok']);
  });

  test('failures and timeouts spend the same attempts', () => {
    const t = hedge({ numRetries: 2 }, inTurn(fails(5), ok(100)));
    expect(t.sentAtMs).toEqual([0, 5, 15]);
  });

  test('a failure is the result only when no attempt is left that may succeed', () => {
    expect(hedge({}, inTurn(fails(40), fails(5, 'shed'))).endings).toEqual(['40 error']);
    expect(hedge({}, inTurn(fails(12), fails(25, 'shed'))).endings).toEqual(['35 shed']);
    // The first attempt fails while the second still waits for its backoff.
    const waiting = hedge({ retryBackOff: { baseInterval: 1000 * MS, maxInterval: 1000 * MS } }, inTurn(fails(11), ok(1)));
    expect(waiting.outcomes).toEqual(['ok']);
  });

  test('every further attempt waits for a random time, less than an interval that doubles up to its maximum', () => {
    const intervals = [40, 80, 100, 100];
    const waits = Array.from({ length: 200 }, (_, i) => {
      const t = new TestWorld(`${i}`);
      const backOff = { baseInterval: 40 * MS, maxInterval: 100 * MS };
      t.callAt(t.build([{ of: envoyHedge, with: { ...values, numRetries: 4, retryBackOff: backOff } }], inTurn(fails(0))), 0);
      const sent = t.run().sentAtMs;
      return sent.slice(1).map((at, n) => at - sent[n]!);
    });
    intervals.forEach((interval, n) => {
      const sorted = waits.map((wait) => wait[n]!).sort((a, b) => a - b);
      expect(sorted[0]).toBeLessThan(0.1 * interval);
      expect(sorted.at(-1)).toBeLessThan(interval);
      expect(sorted.at(-1)).toBeGreaterThan(0.9 * interval);
    });
  });
});

describe(`laws of all kinds, seed ${fuzzSeed}`, () => {
  const kinds: readonly { of: AnyPatternDefinition; with: Given; most: number }[] = [
    { of: delayHedge, with: { delay: 10 * MS, maxHedgedAttempts: 2 }, most: 3 },
    { of: percentileHedge, with: { percentile: 50, minSamples: 2, maxSamples: 5, maxHedgedAttempts: 2 }, most: 3 },
    { of: grpcHedge, with: { maxAttempts: 3, hedgingDelay: 10 * MS, nonFatalStatusCodes: ['error'] }, most: 3 },
    { of: envoyHedge, with: { perTryTimeout: 10 * MS, numRetries: 2 }, most: 3 },
  ];
  const answers = fc.array(fc.record({ ms: fc.integer({ min: 0, max: 60 }), code: fc.constantFrom('ok', 'ok', 'error') }), { minLength: 12, maxLength: 12 });

  test.each(kinds.map((kind) => [kind.of.kind, kind] as const))('%s', (_, { of, with: given, most }) => {
    let hedged = 0;
    fc.assert(
      fc.property(answers, fc.option(fc.integer({ min: 1, max: 3 })), (script, maxRetries) => {
        const t = new TestWorld();
        const budgetName = { grpc: 'retryThrottling', envoy: 'retryBudget' }[of.kind] ?? 'budget';
        const budget = maxRetries === null ? {} : { [budgetName]: { envoy: { maxRetries } } };
        const sendsOf: number[][] = [[], [], [], []];
        const first = t.build([{ of, with: { ...given, ...budget } }], (n, call) => {
          sendsOf[(call as unknown as { context: { request: number } }).context.request]!.push(n);
          const { ms, code } = script[n % script.length]!;
          return { afterNs: ms * MS, code: code === 'ok' ? Outcome.ok : Outcome.error };
        });
        t.callAt(first, 0, 100, 105, 110);
        t.run();
        t.results.forEach((result, i) => {
          const ends = sendsOf[i]!.map((n) => ({ atNs: t.wire.sentAtNs[n]! + script[n % script.length]!.ms * MS, code: script[n % script.length]!.code }));
          const good = ends.filter(({ code }) => code === 'ok').map(({ atNs }) => atNs);
          expect(sendsOf[i]!.length).toBeLessThanOrEqual(most);
          // The first good answer is the result; a failure is one only if no attempt is good.
          const expected = good.length > 0 ? [Math.min(...good), 'ok'] : [Math.max(...ends.map(({ atNs }) => atNs)), 'error'];
          expect([result.endedAtNs, result.outcome]).toEqual(expected);
          hedged += sendsOf[i]!.length - 1;
        });
        // Losers have been cancelled, and nothing is owed to the budget.
        expect([t.runtime.lateOutcomes, t.runtime.held(), t.pendingTimers]).toEqual([0, 0, 0]);
        expect(t.wire.ended).toBe(t.wire.sentAtNs.length);
      }),
      cases(300),
    );
    expect(hedged).toBeGreaterThan(scaled(300));
  });
});
