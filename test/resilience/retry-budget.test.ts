/**
 * Goal: a retry budget allows exactly the retries that its source allows, and calls give back what they hold.
 * Method: budgets are asked directly, by scripts that follow the sources and by random calls; and the retry layer is
 * driven through the real runtime with a budget inside. Times are milliseconds.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Outcome } from '../../sim/resilience/outcome.ts';
import { retry } from '../../sim/resilience/retry.ts';
import { retryBudgets } from '../../sim/resilience/retry-budget/registry.ts';
import { DENIED, type RetryBudget } from '../../sim/resilience/retry-budget/retry-budget.ts';
import { cases, fuzzSeed } from '../support/random-cases.ts';
import { type Given, make } from '../support/pattern-values.ts';
import { fails, inTurn, MS, ok, type Script, SECONDS, TestWorld } from '../support/resilience-harness.ts';

type Kind = (typeof retryBudgets)[number]['kind'];

function budgetOf(kind: Kind, values: Given = {}): RetryBudget {
  return make(retryBudgets.find((one) => one.kind === kind)!, values, undefined)();
}

/** Begins calls whose first attempt succeeds. */
function succeed(budget: RetryBudget, calls: number, nowNs = 0): void {
  for (let call = 0; call < calls; call++) {
    budget.begin(nowNs);
    budget.ended(Outcome.ok, false, 0);
  }
}

/** How many retries in a row are allowed at an instant, after that many failed. */
function affordable(budget: RetryBudget, nowNs = 0, code = Outcome.error): number {
  for (let retries = 0; retries < 10_000; retries++) {
    if (budget.lend(code, nowNs) === DENIED) return retries;
  }
  return Infinity;
}

describe('ratio', () => {
  test('retries are fewer than the share of calls before each of them, so even one call may be retried', () => {
    const alone = budgetOf('ratio');
    alone.begin(0);
    expect(affordable(alone)).toBe(1);
    const busy = budgetOf('ratio');
    succeed(busy, 100);
    expect(affordable(busy)).toBe(10);
    expect(affordable(budgetOf('ratio', { ratio: 0 }))).toBe(0);
  });

  test('what is a whole window old counts no more', () => {
    const budget = budgetOf('ratio', { window: SECONDS });
    succeed(budget, 20, 0);
    expect(affordable(budget, 0)).toBe(2);
    expect(affordable(budget, SECONDS - 1)).toBe(0);
    expect(affordable(budget, SECONDS)).toBe(1);
  });

  test(`as with lists of instants, seed ${fuzzSeed}`, () => {
    const steps = fc.array(fc.record({ gapMs: fc.nat(40), fails: fc.boolean() }), { minLength: 20, maxLength: 200, size: 'max' });
    const property = fc.property(steps, fc.integer({ min: 1, max: 9 }), (steps, tenths) => {
      const budget = budgetOf('ratio', { ratio: tenths / 10, window: 200 * MS });
      const requests: number[] = [];
      const retries: number[] = [];
      let now = 0;
      for (const { gapMs, fails } of steps) {
        now += gapMs * MS;
        budget.begin(now);
        requests.push(now);
        if (!fails) continue;
        const recent = (times: readonly number[]): number => times.filter((time) => time > now - 200 * MS).length;
        const isAllowed = recent(retries) / (recent(requests) || 1) < tenths / 10;
        if (isAllowed) retries.push(now);
        expect(budget.lend(Outcome.error, now) !== DENIED).toBe(isAllowed);
      }
    });
    fc.assert(property, cases(200));
  });
});

describe('token bucket', () => {
  test('starts full; ten calls pay for one retry, exactly', () => {
    const budget = budgetOf('tokenBucket');
    expect(affordable(budget)).toBe(5);
    succeed(budget, 9);
    expect(affordable(budget)).toBe(0);
    succeed(budget, 1);
    expect(affordable(budget)).toBe(1);
    succeed(budget, 1000);
    expect(affordable(budget)).toBe(5);
  });

  test(`as with whole tenths of tokens, seed ${fuzzSeed}`, () => {
    const steps = fc.array(fc.record({ begins: fc.nat(8), succeeds: fc.nat(8), retries: fc.nat(3) }), { minLength: 20, maxLength: 100, size: 'max' });
    const property = fc.property(steps, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }), fc.boolean(), (steps, capacity, tenths, onSuccess) => {
      const budget = budgetOf('tokenBucket', { capacity, deposit: tenths / 10, depositOn: onSuccess ? 'success' : 'firstTry' });
      let left = 10 * capacity;
      const deposit = (calls: number): number => (left = Math.min(10 * capacity, left + calls * tenths));
      for (const { begins, succeeds, retries } of steps) {
        for (let call = 0; call < begins; call++) budget.begin(0);
        for (let call = 0; call < succeeds; call++) budget.ended(Outcome.ok, false, 0);
        deposit(onSuccess ? succeeds : begins);
        for (let retry = 0; retry < retries; retry++) {
          const isAllowed = left >= 10;
          if (isAllowed) left -= 10;
          expect(budget.lend(Outcome.error, 0) !== DENIED).toBe(isAllowed);
        }
      }
    });
    fc.assert(property, cases(100));
  });

  test('with deposits on success, failures pay nothing', () => {
    const budget = budgetOf('tokenBucket', { depositOn: 'success' });
    affordable(budget);
    for (let call = 0; call < 10; call++) {
      budget.begin(0);
      budget.ended(Outcome.error, true, 0);
    }
    expect(affordable(budget)).toBe(0);
    succeed(budget, 10);
    expect(affordable(budget)).toBe(1);
  });
});

test('failure rate: retries while failed attempts are at most a tenth of the calls', () => {
  const budget = budgetOf('failureRate');
  succeed(budget, 19);
  budget.begin(0);
  budget.ended(Outcome.error, true, 0);
  expect(budget.lend(Outcome.error, 0)).not.toBe(DENIED);
  budget.ended(Outcome.error, true, 0);
  expect(budget.lend(Outcome.error, 0)).not.toBe(DENIED);
  budget.ended(Outcome.error, true, 0);
  expect(budget.lend(Outcome.error, 0)).toBe(DENIED);
});

describe('Finagle', () => {
  test('a fresh client may make a hundred retries at once, and then one for five calls', () => {
    const budget = budgetOf('finagle');
    expect(affordable(budget)).toBe(100);
    succeed(budget, 50);
    expect(affordable(budget)).toBe(10);
  });

  test('a withdrawal is forgotten with its slice', () => {
    const budget = budgetOf('finagle');
    succeed(budget, 1, 0);
    affordable(budget, 500 * MS);
    for (let second = 1; second < 10; second++) expect(affordable(budget, second * SECONDS)).toBe(0);
    expect(affordable(budget, 10 * SECONDS)).toBe(100);
  });

  test('without a reserve and without a share there is nothing, and with half of the calls, half', () => {
    expect(affordable(budgetOf('finagle', { minRetriesPerSec: 0 }))).toBe(0);
    const half = budgetOf('finagle', { minRetriesPerSec: 0, percentCanRetry: 0.5 });
    succeed(half, 10);
    expect(affordable(half)).toBe(5);
    expect(affordable(budgetOf('finagle', { minRetriesPerSec: 2, percentCanRetry: 0 }))).toBe(20);
  });

  test(`in any nine tenths of the window, retries are at most 0.2 of the calls that it may remember and the reserve, seed ${fuzzSeed}`, () => {
    const steps = fc.array(fc.record({ gapMs: fc.oneof(fc.nat(20), fc.nat(3000)), calls: fc.nat(30), retries: fc.nat(60) }), { minLength: 20, maxLength: 100, size: 'max' });
    const property = fc.property(steps, (steps) => {
      const budget = budgetOf('finagle');
      const calls: number[] = [];
      const retries: number[] = [];
      let now = 0;
      for (const step of steps) {
        now += step.gapMs * MS;
        succeed(budget, step.calls, now);
        for (let call = 0; call < step.calls; call++) calls.push(now);
        for (let retry = 0; retry < step.retries; retry++) if (budget.lend(Outcome.error, now) !== DENIED) retries.push(now);
        const since = (times: readonly number[], seconds: number): number => times.filter((time) => time > now - seconds * SECONDS).length;
        // A slice that nobody used may last for two.
        expect(since(retries, 9)).toBeLessThanOrEqual(0.2 * since(calls, 20) + 100);
      }
    });
    fc.assert(property, cases(100));
  });
});

describe('Envoy', () => {
  test('without a share, a fixed number of retries may be under way', () => {
    const budget = budgetOf('envoy');
    for (let call = 0; call < 50; call++) budget.begin(0);
    expect(affordable(budget)).toBe(3);
    budget.ended(Outcome.ok, false, 1);
    expect(affordable(budget)).toBe(1);
  });

  test('with a share, the larger of the share of requests under way and of the minimum', () => {
    const budget = budgetOf('envoy', { retryBudget: {} });
    for (let call = 0; call < 10; call++) budget.begin(0);
    expect(affordable(budget)).toBe(3);
    for (let call = 0; call < 90; call++) budget.begin(0);
    // Retries under way are requests too: 24 of 124 are under the limit, the 25th would be over it.
    expect(affordable(budget)).toBe(21);
    expect(budget.held()).toBe(124 + 24);
  });
});

describe('gRPC', () => {
  test('with ten tokens, five failures in a row stop retries, also failures that were not retried', () => {
    const budget = budgetOf('grpc');
    const failures = (count: number): void => {
      for (let i = 0; i < count; i++) budget.ended(Outcome.error, true, 0);
    };
    failures(4);
    expect(budget.lend(Outcome.error, 0)).not.toBe(DENIED);
    failures(1);
    expect(budget.lend(Outcome.error, 0)).toBe(DENIED);
    succeed(budget, 1);
    expect(budget.lend(Outcome.error, 0)).not.toBe(DENIED);
    // The tokens lie between 0 and the maximum.
    failures(100);
    succeed(budget, 50);
    expect(budget.lend(Outcome.error, 0)).toBe(DENIED);
    succeed(budget, 1);
    expect(budget.lend(Outcome.error, 0)).not.toBe(DENIED);
    succeed(budget, 1000);
    failures(5);
    expect(budget.lend(Outcome.error, 0)).toBe(DENIED);
  });

  test('what would not be retried takes no token', () => {
    const budget = budgetOf('grpc');
    for (let i = 0; i < 100; i++) budget.ended(Outcome.badRequest, false, 0);
    expect(affordable(budget)).toBe(Infinity);
  });
});

describe('AWS', () => {
  test('a full quota pays for 100 retries, or for 50 after timeouts', () => {
    expect(affordable(budgetOf('aws'))).toBe(100);
    expect(affordable(budgetOf('aws'), 0, Outcome.timeout)).toBe(50);
    expect(affordable(budgetOf('aws'), 0, Outcome.requestTimeout)).toBe(100);
    expect(affordable(budgetOf('aws', { retryCost: 14 }), 0, Outcome.rateLimited)).toBe(100);
  });

  test('success gives back what its retry cost, or one when there was none; failure gives nothing', () => {
    const budget = budgetOf('aws');
    affordable(budget);
    budget.ended(Outcome.error, true, 5);
    expect(affordable(budget)).toBe(0);
    budget.ended(Outcome.ok, false, 10);
    expect(affordable(budget)).toBe(2);
    succeed(budget, 4);
    expect(affordable(budget)).toBe(0);
    succeed(budget, 1);
    expect(affordable(budget)).toBe(1);
  });
});

describe('a retry layer with a budget', () => {
  const play = (budget: unknown, script: Script, calls: number, values: Given = {}): TestWorld => {
    const t = new TestWorld();
    const first = t.build([{ of: retry, with: { maxAttempts: 4, backoff: { fixed: { delay: 10 * MS } }, budget, ...values } }], script);
    t.callAt(first, ...Array<number>(calls).fill(0));
    return t;
  };

  test('is shared by all its calls, and what is denied fails with its last outcome', () => {
    const t = play({ tokenBucket: { capacity: 2, deposit: 0 } }, inTurn(fails(1)), 3).run();
    expect(t.wire.sentAtNs).toHaveLength(3 + 2);
    expect([t.marks('retried'), t.marks('retryDenied')]).toEqual([2, 3]);
    expect(t.outcomes).toEqual(['error', 'error', 'error']);
  });

  test('is not asked for a retry that will not be made for another reason', () => {
    const t = play({ tokenBucket: { capacity: 1, deposit: 0 } }, inTurn(fails(1), fails(1), ok(1)), 2);
    const unsafe = { retryOn: [] };
    expect(play({ tokenBucket: { capacity: 1, deposit: 0 } }, inTurn(fails(1)), 2, unsafe).run().marks('retryDenied')).toBe(0);
    expect(t.run().outcomes).toEqual(['ok', 'error']);
  });

  test('gets back what a call held that was given up while it waited, or in mid-attempt', () => {
    const t = new TestWorld();
    const first = t.build([{ of: retry, with: { maxAttempts: 2, backoff: { fixed: { delay: 10 * MS } }, budget: { envoy: { maxRetries: 1 } } } }], inTurn(fails(1), fails(1), ok(20)));
    t.call(first, { atNs: 0, cancelAtNs: 5 * MS });
    t.call(first, { atNs: 20 * MS, cancelAtNs: 35 * MS });
    expect(t.run().endings).toEqual(['5 gaveUp', '35 gaveUp']);
    expect(t.marks('retried')).toBe(2);
    expect(t.runtime.held()).toBe(0);
  });
});
