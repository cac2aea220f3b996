/**
 * Goal: a retry makes the attempts that it may make, when it may make them, and no others.
 * Method: scripted calls through the real runtime; times are milliseconds.
 */
import { describe, expect, test } from 'vitest';
import { CallFlag } from '../../sim/resilience/pattern.ts';
import { retry } from '../../sim/resilience/retry.ts';
import { OUTCOME_GROUPS, OUTCOMES } from '../../sim/resilience/outcome.ts';
import { type ClientCall, fails, hangs, inTurn, MS, ok, type Script, TestWorld } from '../support/resilience-harness.ts';
import type { Given } from '../support/pattern-values.ts';

function oneCall(values: Given, script: Script, call: Partial<ClientCall> = {}): TestWorld {
  const t = new TestWorld();
  t.call(t.build([{ of: retry, with: values }], script), { atNs: 0, ...call });
  return t.run();
}

const fixed = { backoff: { fixed: { delay: 10 * MS } } };

test('the first attempt counts: three attempts are two retries, and the last outcome is the outcome', () => {
  const t = oneCall({ ...fixed, maxAttempts: 3 }, inTurn(fails(1), fails(1, 'reset'), fails(1, 'refused')));
  expect(t.sentAtMs).toEqual([0, 11, 22]);
  expect(t.endings).toEqual(['23 refused']);
  expect([t.marks('retried'), t.marks('retriesExhausted')]).toEqual([2, 1]);
});

test('a success ends it', () => {
  const t = oneCall({ ...fixed, maxAttempts: 5 }, inTurn(fails(1), ok(1)));
  expect(t.endings).toEqual(['12 ok']);
  expect(t.marks('retriesExhausted')).toBe(0);
});

test('by default everything that may pass is tried again, but no bad request, no conflict, no open breaker and no cancel', () => {
  const retried = OUTCOMES.filter((_, code) => oneCall({ maxAttempts: 2, backoff: 'none' }, () => ({ afterNs: MS, code })).sentAtMs.length > 1);
  expect(retried.map(({ name }) => name)).toEqual([
    'error', 'reset', 'refused', 'unreachable', 'queueFull', 'shed', 'rateLimited', 'bulkheadFull', 'poolTimeout', 'notPrimary',
    'timeout', 'deadlineExceeded', 'requestTimeout',
  ]);
});

test('by status: no 4xx, or 408 and 429 as well', () => {
  const group = (word: string): readonly number[] => OUTCOME_GROUPS.get(word)!.codes;
  const namesOf = (...words: readonly string[]): string[] => words.flatMap(group).map((code) => OUTCOMES[code]!.name);
  const no4xx = ['error', 'unreachable', 'queueFull', 'shed', 'notPrimary', 'timeout', 'deadlineExceeded', 'reset', 'refused'];
  expect(namesOf('5xx', 'connection')).toEqual(no4xx);
  expect(namesOf('5xx', 'connection', '408', '429')).toEqual([...no4xx, 'requestTimeout', 'rateLimited']);
  expect(namesOf('4xx')).toEqual(['badRequest', 'conflict', 'rateLimited', 'requestTimeout']);
  // What the caller decided by itself, or never sent, has no status.
  const withoutStatus = OUTCOMES.filter((_, code) => ![...group('4xx'), ...group('5xx'), ...group('connection')].includes(code));
  expect(withoutStatus.map(({ name }) => name)).toEqual(['ok', 'degraded', 'bulkheadFull', 'breakerOpen', 'poolTimeout', 'cancelled', 'gaveUp', 'crashed']);
});

test('retryOn narrows that', () => {
  expect(oneCall({ ...fixed, retryOn: ['timeout'] }, inTurn(fails(1))).endings).toEqual(['1 error']);
});

test('a user who gives up during the wait ends it at once', () => {
  const t = oneCall({ ...fixed, maxAttempts: 3 }, inTurn(fails(1)), { cancelAtNs: 5 * MS });
  expect(t.endings).toEqual(['5 gaveUp']);
  expect(t.sentAtMs).toEqual([0]);
  expect(t.now).toBe(5 * MS);
});

test('a user who gives up during an attempt cancels it, and there is no further one', () => {
  const t = oneCall({ ...fixed, maxAttempts: 3 }, inTurn(hangs), { cancelAtNs: 5 * MS });
  expect(t.endings).toEqual(['5 gaveUp']);
  expect(t.sentAtMs).toEqual([0]);
});

test('no retry is made that could start only at the deadline or later', () => {
  const early = oneCall({ ...fixed, maxAttempts: 5 }, inTurn(fails(1)), { deadlineNs: 11 * MS });
  expect(early.sentAtMs).toEqual([0]);
  expect(early.endings).toEqual(['1 error']);
  expect(early.marks('retryDenied')).toBe(1);
  expect(oneCall({ ...fixed, maxAttempts: 5 }, inTurn(fails(1)), { deadlineNs: 11 * MS + 1 }).sentAtMs).toEqual([0, 11]);
});

describe('a write that must not be done twice', () => {
  const attempts = (flags: number, retryUnsafe: boolean): number =>
    oneCall({ ...fixed, maxAttempts: 2, retryUnsafe }, inTurn(fails(1)), { flags }).sentAtMs.length;

  test('is not retried', () => {
    expect(attempts(CallFlag.write, false)).toBe(1);
  });
  test('is retried when told so', () => {
    expect(attempts(CallFlag.write, true)).toBe(2);
  });
  test('is retried when nothing can have been done', () => {
    const retried = OUTCOMES.filter((_, code) => {
      const t = oneCall({ maxAttempts: 2, backoff: 'none', retryOn: OUTCOMES.map(({ name }) => name) }, () => ({ afterNs: MS, code }), { flags: CallFlag.write });
      return t.sentAtMs.length > 1;
    });
    expect(retried.map(({ name }) => name)).toEqual(['conflict', 'refused', 'unreachable', 'bulkheadFull', 'breakerOpen', 'poolTimeout', 'notPrimary']);
  });
  test('reads, and writes that may be done twice, are retried', () => {
    expect([attempts(0, false), attempts(CallFlag.idempotent, false), attempts(CallFlag.write | CallFlag.idempotent, false)]).toEqual([2, 2, 2]);
  });
});

describe('a callee that says when to come back', () => {
  const askedToWait = (ms: number): Script => inTurn({ ...fails(1, 'shed'), retryAfterNs: ms * MS }, ok(1));
  const sentAtMs = (retryAfter: string, askedMs: number): number[] => oneCall({ ...fixed, retryAfter }, askedToWait(askedMs)).sentAtMs;

  test('is waited for at least that long', () => {
    expect(oneCall(fixed, askedToWait(40)).sentAtMs).toEqual([0, 41]);
    expect(oneCall(fixed, askedToWait(4)).sentAtMs).toEqual([0, 11]);
  });
  test('is waited for just that long', () => {
    expect(sentAtMs('exactly', 40)).toEqual([0, 41]);
    expect(sentAtMs('exactly', 4)).toEqual([0, 5]);
  });
  test('is waited for just that long, and the waits begin anew', () => {
    const script = inTurn(fails(0), fails(0), { ...fails(0, 'shed'), retryAfterNs: 5 * MS }, fails(0));
    const growing = { maxAttempts: 6, backoff: { exponential: { base: 10 * MS } } };
    expect(oneCall({ ...growing, retryAfter: 'exactly' }, script).sentAtMs).toEqual([0, 10, 30, 35, 45, 65]);
    expect(oneCall({ ...growing, retryAfter: 'ignore' }, script).sentAtMs).toEqual([0, 10, 30, 70, 150, 310]);
  });
  test('is waited for at least that long, but not 5 s longer than otherwise', () => {
    expect(sentAtMs('atMostLater', 4)).toEqual([0, 11]);
    expect(sentAtMs('atMostLater', 5000)).toEqual([0, 5001]);
    expect(sentAtMs('atMostLater', 60_000)).toEqual([0, 5011]);
  });
  test('is waited for up to half as long again, and not by all callers equally long', () => {
    const t = new TestWorld();
    const calls = 200;
    t.callAt(t.build([{ of: retry, with: { ...fixed, retryAfter: 'spread' } }], (n) => askedToWait(40)(Math.floor(n / calls), {} as never)), ...Array.from({ length: calls }, () => 0));
    const waits = t.run().sentAtMs.slice(calls).map((at) => at - 1);
    expect([Math.min(...waits) >= 40, Math.min(...waits) < 41, Math.max(...waits) > 59, Math.max(...waits) <= 60]).toEqual([true, true, true, true]);
  });
  test('that is never, is not asked again', () => {
    const never = inTurn({ ...fails(1, 'shed'), retryAfterNs: Infinity }, ok(1));
    for (const retryAfter of ['atLeast', 'spread', 'exactly']) {
      const t = oneCall({ ...fixed, retryAfter }, never);
      expect(t.endings).toEqual(['1 shed']);
      expect(t.marks('retryDenied')).toBe(1);
    }
    expect(oneCall({ ...fixed, retryAfter: 'atMostLater' }, never).sentAtMs).toEqual([0, 5011]);
    expect(oneCall({ ...fixed, retryAfter: 'ignore' }, never).sentAtMs).toEqual([0, 11]);
  });
  test('that is never, has failed for the throttling of gRPC whatever its answer', () => {
    const t = new TestWorld();
    const values = { maxAttempts: 2, backoff: 'none', retryOn: ['shed'], budget: { grpc: { maxTokens: 3, tokenRatio: 0.1 } } };
    const refusal = { ...fails(1), retryAfterNs: Infinity };
    // Two tokens of three are gone after two refusals, which nobody would retry; so what would be retried is not.
    t.callAt(t.build([{ of: retry, with: values }], inTurn(refusal, refusal, fails(1, 'shed'))), 0, 10, 20);
    expect(t.run().sentAtMs).toEqual([0, 10, 20]);
    expect(t.marks('retryDenied')).toBe(1);
  });
  test('is not heard', () => {
    expect(sentAtMs('ignore', 40)).toEqual([0, 11]);
  });
  test('is not waited for beyond the deadline', () => {
    const t = oneCall(fixed, askedToWait(40), { deadlineNs: 41 * MS });
    expect(t.endings).toEqual(['1 shed']);
    expect(t.marks('retryDenied')).toBe(1);
  });
});

test('retries in layers multiply: three layers of three attempts make 27 sends', () => {
  const t = new TestWorld();
  const layers = [0, 1, 2].map(() => ({ of: retry, with: { maxAttempts: 3, backoff: 'none' } }));
  t.callAt(t.build(layers, inTurn(fails(1))), 0);
  expect(t.run().sentAtMs).toHaveLength(27);
});
