/**
 * Small mistakes in the simulator, and the suite that finds each of them. No suite was written for a mistake: those named
 * here are about all systems, all patterns or all faults; or they compare with the real library, with recorded traces of
 * it, or with a naive account of random calls.
 */
export interface Mutant {
  /** What goes wrong. */
  readonly name: string;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly from: string;
  readonly to: string;
  readonly foundBy: Suite;
}

export interface Suite {
  readonly file: string;
  /** Start of the names of the tests that are run; all when absent. */
  readonly tests?: string;
  /** Random worlds to be looked at; each suite has a number of its own. */
  readonly worlds?: number;
}

const randomSystems: Suite = { file: 'test/properties/random-systems.test.ts', worlds: 30 };
const healing: Suite = { file: 'test/properties/healing.test.ts', worlds: 15 };
const luck: Suite = { file: 'test/determinism/keyed-draws.test.ts', tests: 'closed-loop' };
const faults = (fault: string): Suite => ({ file: `test/faults/${fault}.test.ts` });
const conformance = (pattern: string): Suite => ({ file: 'test/resilience/conformance.test.ts', tests: `${pattern}, alone` });
const cockatiel: Suite = { file: 'test/resilience/cockatiel-differential.test.ts' };
const opossum: Suite = { file: 'test/resilience/opossum-differential.test.ts' };
const resilience4j: Suite = { file: 'test/resilience/resilience4j-golden.test.ts' };
const idempotency: Suite = { file: 'test/resilience/idempotency.test.ts', tests: 'one call at a time' };
const budgets: Suite = { file: 'test/resilience/retry-budget.test.ts', tests: 'as with' };

export const engineMutants: readonly Mutant[] = [
  {
    name: 'a cancelled request keeps its thread',
    file: 'sim/model/server.ts',
    from: 'if (state.thread === Thread.held) state.instance.giveBack(call);\n    else',
    to: 'if (state.thread === Thread.held && !call.cancelled) state.instance.giveBack(call);\n    else',
    foundBy: randomSystems,
  },
  {
    name: 'a request that died with its instance ends a second time',
    file: 'sim/model/server.ts',
    from: 'if (exchange.activation !== null) exchange.activation.owner = null;',
    to: '',
    foundBy: randomSystems,
  },
  {
    name: 'the answer to a caller who has gone is lost',
    file: 'sim/model/wire.ts',
    from: 'exchange.activation = null;\n    if (exchange.send === null) {\n      this.exchanges.close(exchange);\n      return;',
    to: 'exchange.activation = null;\n    if (exchange.send === null) {\n      return;',
    foundBy: randomSystems,
  },
  {
    name: 'patterns draw from a stream that all calls share',
    file: 'sim/resilience/runtime.ts',
    from: 'return this.#world.uniform(record.context.slot, ordinalPurpose(record.host.layer.purpose, ordinal));',
    to: 'return ordinal < 0 ? 0.5 : this.uniformLayer(record.host);',
    foundBy: luck,
  },
  {
    name: 'the luck of a send depends on how many others there were before',
    file: 'sim/model/wire.ts',
    from: 'engine.childKey(context.slot, from.slot, ordinal);',
    to: 'engine.childKey(context.slot, from.slot, this.sent);',
    foundBy: healing,
  },
  {
    name: 'one trial too many while half-open',
    file: 'sim/resilience/resilience4j-breaker.ts',
    from: 'return this.#permits > 0;',
    to: 'return this.#permits >= 0;',
    foundBy: resilience4j,
  },
  {
    name: 'a fault that ends takes the other faults with it',
    file: 'sim/model/knob.ts',
    from: 'if (this.#modifiers.delete(fault)) this.#refold();',
    to: 'this.#modifiers.delete(fault);\n    this.value = this.#base;\n    this.#changed();',
    foundBy: faults('hang'),
  },
  {
    name: 'what hangs still answers',
    file: 'sim/model/server.ts',
    from: 'if (exchange.instance.hangs) exchange.activation = null;',
    to: 'if (exchange.id < 0) exchange.activation = null;',
    foundBy: faults('hang'),
  },
  {
    name: 'a silent death is heard',
    file: 'sim/model/server.ts',
    from: 'if (death.silent) exchange.wire.fallSilent(exchange);\n    else exchange.wire.reply(exchange);',
    to: 'exchange.wire.reply(exchange);',
    foundBy: faults('kill'),
  },
  {
    name: 'a timer of a call that has ended stays',
    file: 'sim/resilience/runtime.ts',
    from: 'this.#world.unschedule(call.timer);\n      call.timer = NO_TIMER;\n    }\n    if (call.first !== null)',
    to: 'call.timer = NO_TIMER;\n    }\n    if (call.first !== null)',
    foundBy: randomSystems,
  },
];

export const patternMutants: readonly Mutant[] = [
  {
    name: 'wrong operator: a rate that only reaches its threshold does not open the breaker',
    file: 'sim/resilience/resilience4j-breaker.ts',
    from: 'percent(failed, total) >= this.#failureRateThreshold',
    to: 'percent(failed, total) > this.#failureRateThreshold',
    foundBy: resilience4j,
  },
  {
    name: 'wrong operator: the last permitted failure of the trials opens the breaker',
    file: 'sim/resilience/cockatiel-breaker.ts',
    from: 'this.#failures > threshold * calls',
    to: 'this.#failures >= threshold * calls',
    foundBy: cockatiel,
  },
  {
    name: 'rejects not counted',
    file: 'sim/resilience/opossum-breaker.ts',
    from: 'this.#window.addCall();\n    if (this.#state !== CLOSED && !this.#awaitsTrial) {',
    to: 'if (this.#state === CLOSED || this.#awaitsTrial) this.#window.addCall();\n    else {',
    foundBy: opossum,
  },
  {
    name: 'reset on close, though the library keeps its failures',
    file: 'sim/resilience/opossum-breaker.ts',
    from: 'if (this.#state === HALF_OPEN) this.#enter(CLOSED, fx);',
    to: 'if (this.#state === HALF_OPEN) this.#enter(CLOSED, fx), window.restart(fx.now);',
    foundBy: opossum,
  },
  {
    name: 'no reset on close, though the library forgets its failures',
    file: 'sim/resilience/resilience4j-breaker.ts',
    from: 'this.#window = this.#closedWindow;\n    this.#window.clear();\n    this.#state = State.CLOSED;',
    to: 'this.#window = this.#closedWindow;\n    this.#state = State.CLOSED;',
    foundBy: resilience4j,
  },
  {
    name: 'waiters rejected',
    file: 'sim/resilience/cockatiel-breaker.ts',
    from: 'fx.note(this.#host, Mark.waited);\n        this.#line.join(call);',
    to: 'fx.note(this.#host, Mark.rejected);\n        fx.settle(call, Outcome.breakerOpen);',
    foundBy: cockatiel,
  },
  {
    name: 'window off by one',
    file: 'sim/resilience/resilience4j/count-window.ts',
    from: 'this.#next + 1 === this.#ring.length ? 0',
    to: 'this.#next + 2 === this.#ring.length ? 0',
    foundBy: resilience4j,
  },
  {
    name: 'window off by one instant',
    file: 'sim/resilience/recent-times.ts',
    from: '<= nowNs - this.#windowNs',
    to: '< nowNs - this.#windowNs',
    foundBy: budgets,
  },
  {
    name: 'late results ignored',
    file: 'sim/resilience/cockatiel-breaker.ts',
    from: 'if (period === 0) this.#closedResult',
    to: 'if (period === 0 && this.#state === CLOSED) this.#closedResult',
    foundBy: cockatiel,
  },
  {
    name: 'permits not refilled: the breaker',
    file: 'sim/resilience/resilience4j-breaker.ts',
    from: 'if (verdict === Verdict.ignored) this.#permits++;',
    to: 'if (verdict === Verdict.ignored) this.#permits += 0;',
    foundBy: resilience4j,
  },
  {
    name: 'permits not refilled: the bulkhead',
    file: 'sim/resilience/bulkhead.ts',
    from: 'fx.cancel(call);\n      this.#release(fx);',
    to: 'fx.cancel(call);',
    foundBy: conformance('bulkhead/semaphore'),
  },
  {
    name: 'permits not refilled: the rate limiter',
    file: 'sim/resilience/resilience4j-rate-limiter.ts',
    from: '(period - this.#period) * limitForPeriod',
    to: 'Math.min(1, period - this.#period) * limitForPeriod',
    foundBy: resilience4j,
  },
  {
    name: 'budget deposited twice',
    file: 'sim/resilience/retry-budget/token-bucket.ts',
    from: 'if (!this.#onSuccess) this.#put();',
    to: 'this.#put();',
    foundBy: budgets,
  },
  {
    name: 'hedge loser not cancelled',
    file: 'sim/resilience/hedge/hedge.ts',
    from: "if (this.#rules.loser === 'cancel') fx.cancel(call);",
    to: "if (this.#rules.loser === 'cancel' && call.cancelled) fx.cancel(call);",
    foundBy: conformance('hedge/(delay|grpc)'),
  },
  {
    name: 'Retry-After ignored',
    file: 'sim/resilience/retry.ts',
    from: 'child.retryAfter > 0 ? this.#asAsked',
    to: 'child.retryAfter < 0 ? this.#asAsked',
    foundBy: conformance('retry/retry'),
  },
  {
    name: 'key released early',
    file: 'sim/resilience/idempotency.ts',
    from: 'entry.untilNs = fx.now + this.#values.lockTimeout;',
    to: 'entry.untilNs = fx.now + this.#values.lockTimeout / 100_000;',
    foundBy: idempotency,
  },
  {
    name: 'jitter from a shared stream',
    file: 'sim/resilience/retry.ts',
    from: 'fx.uniform(call, jitterOrdinal(state.attempts))',
    to: 'jitterOrdinal(state.attempts) < 0 ? 0.5 : fx.uniformLayer(this.#host)',
    foundBy: conformance('retry/retry'),
  },
];
