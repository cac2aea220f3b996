/**
 * Goal: the rules of ownership hold whatever a pattern does: one settlement for each call, nothing started after a
 * cancel, late outcomes reach nobody, a replaced pattern speaks for the layer no more.
 * Method: tiny patterns that break or stretch one rule each, in the real runtime.
 */
import { expect, test } from 'vitest';
import { consecutiveBreaker } from '../../sim/resilience/consecutive-breaker.ts';
import { bulkhead } from '../../sim/resilience/bulkhead.ts';
import { Outcome } from '../../sim/resilience/outcome.ts';
import { CallFlag, type Pattern } from '../../sim/resilience/pattern.ts';
import { retry } from '../../sim/resilience/retry.ts';
import { LivelockError } from '../../sim/resilience/runtime.ts';
import { timeout } from '../../sim/resilience/timeout.ts';
import { make } from '../support/pattern-values.ts';
import { fails, hangs, inTurn, MS, ok, patternWith, TestWorld } from '../support/resilience-harness.ts';

function oneCall(behaviour: Partial<Pattern>, cancelAtMs?: number): TestWorld {
  const t = new TestWorld();
  const first = t.build([{ of: patternWith(behaviour) }], inTurn(ok(10)));
  t.call(first, { atNs: 0, ...(cancelAtMs === undefined ? {} : { cancelAtNs: cancelAtMs * MS }) });
  return t.run();
}

test('settling twice breaks an invariant', () => {
  expect(() => oneCall({
    onOutcome(call, child, fx) {
      fx.settleWith(call, child);
      fx.settle(call, Outcome.error);
    },
  })).toThrow('settled twice');
});

test('starting a child or setting a timer after settling breaks an invariant', () => {
  expect(() => oneCall({
    onCall(call, fx) {
      fx.settle(call, Outcome.ok);
      fx.start(call, 0);
    },
  })).toThrow('may not start children');
  expect(() => oneCall({
    onCall(call, fx) {
      fx.settle(call, Outcome.ok);
      fx.wakeAt(call, fx.now + 1);
    },
  })).toThrow('may not set a timer');
});

test('a pattern that starts another child after a cancel ends its call instead', () => {
  const t = oneCall({ onOutcome: (call, _, fx) => fx.start(call, 1) }, 5);
  expect(t.endings).toEqual(['5 gaveUp']);
  expect(t.sentAtMs).toEqual([0]);
});

test('a pattern that waits after a cancel ends its call instead', () => {
  expect(oneCall({ onOutcome: (call, _, fx) => fx.wakeAt(call, fx.now + MS) }, 5).endings).toEqual(['5 gaveUp']);
});

test('a call that has been settled, but not yet delivered, does not hear of a cancel', () => {
  const heard: number[] = [];
  const t = new TestWorld();
  const both = patternWith({
    onCall(call, fx) {
      fx.start(call, 1);
      fx.start(call, 2);
    },
    onOutcome(call, child, fx) {
      heard.push(child.code);
      if (child.tag === 1) fx.cancel(call);
      else fx.settleWith(call, child);
    },
  });
  t.callAt(t.build([{ of: both }], inTurn(ok(0))), 0);
  t.run();
  expect(heard).toEqual([Outcome.ok, Outcome.ok]);
});

test('children still open are abandoned by a settlement, and their outcomes reach nobody', () => {
  const t = oneCall({
    onCall(call, fx) {
      fx.start(call, 0);
      fx.settle(call, Outcome.error);
    },
    onOutcome() {
      throw new Error('the late outcome was delivered');
    },
  });
  expect(t.endings).toEqual(['0 error']);
  expect(t.runtime.lateOutcomes).toBe(1);
});

test('a retry without a pause over a callee that fails at once ends the run with the address of the culprit', () => {
  const t = new TestWorld();
  t.runtime.opsMax = 10_000;
  t.callAt(t.build([{ of: retry, with: { maxAttempts: Infinity, backoff: 'none' } }], inTurn(fails(0))), 0);
  expect(() => t.run()).toThrow(LivelockError);
});

test('100,000 waiters over a callee that fails at once need no stack', () => {
  const t = new TestWorld();
  const first = t.build([{ of: bulkhead, with: { maxConcurrentCalls: 1, maxWaitDuration: Infinity } }], inTurn(fails(10), fails(0)));
  t.at(0, () => {
    for (let i = 0; i < 100_000; i++) t.runtime.root(first, t.runtime.newContext(null), 0, null, Infinity);
  });
  t.run();
  expect(t.wire.ended).toBe(100_000);
  expect(t.runtime.openCalls).toBe(0);
});

test('calls finish with the pattern that admitted them, and what it does then is not what the layer shows', () => {
  const t = new TestWorld();
  const first = t.build([{ of: consecutiveBreaker, with: { failureThreshold: 2 } }], inTurn(fails(10)));
  t.callAt(first, 0, 0, 20);
  t.at(5 * MS, () => t.runtime.replacePattern(first.hosts[0]!, (host) => make(consecutiveBreaker, { failureThreshold: 2 }, host)));
  t.run();
  expect(t.transitions).toEqual([]);
  expect(t.outcomes).toEqual(['error', 'error', 'error']);
});

test('a pattern that replaces an open breaker shows that it is closed', () => {
  const t = new TestWorld();
  const first = t.build([{ of: consecutiveBreaker, with: { failureThreshold: 1 } }], inTurn(fails(1)));
  t.callAt(first, 0);
  t.at(5 * MS, () => t.runtime.replacePattern(first.hosts[0]!, (host) => make(consecutiveBreaker, {}, host)));
  expect(t.run().transitions).toEqual(['1 opened', '5 closed']);
});

test('work that outlives its caller returns its permit to the pattern that gave it, even if that has been replaced', () => {
  const t = new TestWorld();
  const values = { maxConcurrentCalls: 1, release: 'whenWorkEnds' };
  const first = t.build([{ of: timeout, with: { after: 10 * MS } }, { of: bulkhead, with: values }], inTurn(ok(50)));
  const layer = t.layers[1]!;
  const replaced = t.pattern(1);
  t.callAt(first, 0);
  t.at(5 * MS, () => t.runtime.replacePattern(layer.hosts[0]!, (host) => make(bulkhead, values, host)));
  t.run(20 * MS);
  expect([replaced.held(), t.pattern(1).held()]).toEqual([1, 0]);
  t.run();
  expect([replaced.held(), t.pattern(1).held()]).toEqual([0, 0]);
});

test('a layer that is switched off is stepped over by new calls, and left alone by those inside', () => {
  const t = new TestWorld();
  const first = t.build([{ of: timeout, with: { after: 10 * MS } }], inTurn(hangs, ok(20)));
  t.callAt(first, 0, 6);
  t.at(5 * MS, () => (first.enabled = false));
  expect(t.run().endings).toEqual(['10 timeout', '26 ok']);
});

test('each flag of a call is a bit of its own', () => {
  const flags = Object.values(CallFlag);
  expect(flags).toEqual(flags.map((_, at) => 1 << at));
});
