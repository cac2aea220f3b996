/**
 * Goal: callers and servers that turn requests away with a probability, or below a moving level, do so by their formulas.
 * Method: the runtime is driven with answers and gauges of the test's choice; shares are judged by four standard errors
 * of a share. Quantiles and sums over windows are compared with naive ones.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adaptiveLoadShedding } from '../../sim/resilience/adaptive-load-shedding.ts';
import { adaptiveThrottling } from '../../sim/resilience/adaptive-throttling.ts';
import { admissionControl } from '../../sim/resilience/admission-control.ts';
import { dagor } from '../../sim/resilience/dagor.ts';
import { Outcome } from '../../sim/resilience/outcome.ts';
import type { Gauges } from '../../sim/resilience/pattern.ts';
import { RollingSum } from '../../sim/resilience/rolling-sum.ts';
import { cases, fuzzSeed } from '../support/random-cases.ts';
import type { Given } from '../support/pattern-values.ts';
import { type Answer, fails, hangs, type LayerSpec, MS, ok, SECONDS, TestWorld } from '../support/resilience-harness.ts';
import { simulate } from '../support/run-scenario.ts';

interface Times {
  /** Between two of the first calls. */
  readonly gapMs?: number;
  readonly askedAtMs?: number;
}

/** Asks so many calls after the first ones, all at one instant and none answered. @returns the share that was shed */
function shareShed(layer: LayerSpec, first: readonly Answer[], calls: number, { gapMs = 1, askedAtMs = 1000 }: Times = {}): number {
  const t = new TestWorld();
  const outermost = t.build([layer], (n) => (t.now < askedAtMs * MS ? first[n]! : hangs));
  t.callAt(outermost, ...first.map((_, call) => call * gapMs));
  t.run(askedAtMs * MS - 1);
  const shedBefore = t.marks('shed');
  t.callAt(outermost, ...Array<number>(calls).fill(askedAtMs));
  t.run(askedAtMs * MS);
  return (t.marks('shed') - shedBefore) / calls;
}

function expectShare(measured: number, expected: number, calls: number): void {
  expect(Math.abs(measured - expected)).toBeLessThanOrEqual(4 * Math.sqrt((expected * (1 - expected)) / calls));
}

const answers = (successes: number, failures: number, failure: Answer): Answer[] => [
  ...Array<Answer>(successes).fill(ok(1)),
  ...Array<Answer>(failures).fill(failure),
];

describe('adaptive throttling', () => {
  const layer: LayerSpec = { of: adaptiveThrottling };

  test('nothing is turned away while the callee accepts at least half; errors are accepted calls', () => {
    expect(shareShed(layer, answers(100, 100, fails(1, 'shed')), 1)).toBe(0);
    expect(shareShed(layer, answers(1, 200, fails(1, 'error')), 100)).toBe(0);
  });

  test.each(['shed', 'timeout', 'refused', 'unreachable', 'reset', 'breakerOpen'] as const)('%s is no accepted call', (outcome) => {
    expect(shareShed(layer, answers(0, 400, fails(1, outcome)), 100)).toBeGreaterThan(0.9);
  });

  test('beyond, the probability is the excess of requests over twice the accepts, and its own rejections count', () => {
    // With 400 requests and 100 accepts, then for r = 400, 401, ... the probability is (r - 200) / (r + 1).
    const calls = 2000;
    const requests = Array.from({ length: calls }, (_, call) => 400 + call);
    const expected = requests.reduce((sum, r) => sum + (r - 200) / (r + 1), 0) / calls;
    expectShare(shareShed(layer, answers(100, 300, fails(1, 'shed')), calls), expected, calls);
  });

  test('what is older than the window is forgotten', () => {
    expect(shareShed({ of: adaptiveThrottling, with: { window: SECONDS } }, answers(0, 100, fails(1, 'shed')), 1, { askedAtMs: 1200 })).toBe(0);
  });

  test('calls that were let go of say nothing', () => {
    const t = new TestWorld();
    const outermost = t.build([layer], () => hangs);
    for (let call = 0; call < 200; call++) t.call(outermost, { atNs: call * 2 * MS, cancelAtNs: (call * 2 + 1) * MS });
    expect(new Set(t.run().outcomes)).toEqual(new Set(['gaveUp']));
  });
});

describe('admission control', () => {
  /** All first calls are under way before any of them ends, so that none of them is turned away. */
  const share = (successes: number, failures: number, values: Given = {}, failure = fails(1)): number =>
    shareShed({ of: admissionControl, with: values }, answers(successes, failures, failure), 4000, { gapMs: 0 });

  test('the probability is the excess of calls over those that the successes allow', () => {
    expect(share(95, 5)).toBe(0);
    expectShare(share(50, 50), (100 - 50 / 0.95) / 101, 4000);
    expectShare(share(50, 50, { srThreshold: 0.6 }), (100 - 50 / 0.6) / 101, 4000);
  });

  test('it is bounded, raised by aggression, and 0 with too few calls', () => {
    expectShare(share(0, 100), 0.8, 4000);
    expectShare(share(50, 50, { aggression: 2 }), Math.sqrt((100 - 50 / 0.95) / 101), 4000);
    expect(share(0, 100, { rpsThreshold: 4 })).toBe(0);
    expectShare(share(0, 100, { rpsThreshold: 3 }), 0.8, 4000);
  });

  test('statuses below 500 are successes', () => {
    expect(share(0, 100, {}, fails(1, 'rateLimited'))).toBe(0);
    expectShare(share(0, 100, {}, fails(1, 'refused')), 0.8, 4000);
  });
});

describe('adaptive load shedding', () => {
  /** @param gauges as if the request that asks were not there */
  const share = (busy: number, queueLength: number, values: Given = {}, first: readonly Answer[] = []): number => {
    const gauges: Gauges = { inFlight: () => busy + queueLength + 1, queueLength: () => queueLength, busy: () => busy, capacity: () => 100 };
    const t = new TestWorld();
    const outermost = t.build([{ of: adaptiveLoadShedding, with: values, gauges }], (n) => first[n] ?? hangs);
    t.callAt(outermost, ...first.map(() => 0));
    t.callAt(outermost, ...Array<number>(4000).fill(10_000));
    t.run(10_000 * MS);
    return t.outcomes.slice(first.length).filter((outcome) => outcome === 'shed').length / 4000;
  };

  test('with 80 of 100 threads busy nothing is shed, with 90 a half, with all of them everything', () => {
    expect(share(80, 0)).toBe(0);
    expectShare(share(90, 0), 0.5, 4000);
    expect(share(100, 50)).toBe(1);
  });

  test('requests that wait need memory but no thread', () => {
    expect(share(70, 100)).toBe(0);
    expectShare(share(40, 150, { maxHeld: 200 }), (0.95 - 0.85) / 0.15, 4000);
  });

  test('latency counts by its 95th percentile: at one and a half seconds a half is shed', () => {
    const latencies = (slow: number): Answer[] => Array.from({ length: 100 }, (_, n) => ok(n < slow ? 1500 : 10));
    expect(share(0, 0, {}, latencies(5))).toBe(0);
    expectShare(share(0, 0, {}, latencies(6)), 0.5, 4000);
  });

  test('in a server, its own threads are looked at: a burst meets idle ones, who comes after it busy ones', () => {
    const simulation = simulate(`faultline: 1
title: threads
duration: 1s
system:
  first: {kind: client, arrivals: {burst: {size: 30}}, calls: api}
  later: {kind: client, arrivals: {burst: {size: 7, at: 50ms}}, calls: api}
  api: {kind: service, threads: 10, handler: [work: 100ms], patterns: [adaptiveLoadShedding]}
`);
    expect(simulation.servers[0]!.rejected).toBe(7);
  });

  test('who is shed is asked to come back in five seconds', () => {
    const gauges: Gauges = { inFlight: () => 101, queueLength: () => 0, busy: () => 100, capacity: () => 100 };
    const t = new TestWorld();
    t.callAt(t.build([{ of: adaptiveLoadShedding, gauges }], () => hangs), 0);
    expect(t.run().results[0]).toMatchObject({ code: Outcome.shed, retryAfterNs: 5 * SECONDS });
  });
});

describe('DAGOR', () => {
  const PER_WINDOW = 400;

  /** Windows of 100 ms with 400 requests, 100 of each priority. @param queueOf the line that is seen in each window */
  function windows(count: number, queueOf: (window: number) => number, values: Given = {}): { readonly admitted: number[]; readonly byPriority: number[][] } {
    const t = new TestWorld();
    const gauges: Gauges = { inFlight: () => 0, queueLength: () => queueOf(Math.floor(t.now / (100 * MS))), busy: () => 10, capacity: () => 10 };
    const first = t.build([{ of: dagor, with: { window: 100 * MS, ...values }, gauges }], () => ok(0));
    for (let call = 0; call < count * PER_WINDOW; call++) t.call(first, { atNs: call * 0.25 * MS, priority: call % 4 });
    t.run();
    const good = t.results.map(({ outcome }) => outcome === 'ok');
    const byPriority = Array.from({ length: count }, (_, window) =>
      [0, 1, 2, 3].map((priority) => good.slice(window * PER_WINDOW, (window + 1) * PER_WINDOW).filter((isGood, call) => isGood && call % 4 === priority).length),
    );
    return { byPriority, admitted: byPriority.map((counts) => counts.reduce((sum, one) => sum + one)) };
  }

  test('without a line everything is admitted, and so it is with a line that moves on fast enough', () => {
    expect(windows(5, () => 0).admitted).toEqual([400, 400, 400, 400, 400]);
    // 400 answers in 100 ms: a line of 80 is 20 ms long.
    expect(windows(5, () => 80).admitted).toEqual([400, 400, 400, 400, 400]);
  });

  test('each window of overload admits about five percent fewer, the least important first', () => {
    const { admitted, byPriority } = windows(12, () => 200);
    for (let window = 1; window < admitted.length; window++) {
      const expected = 0.95 * admitted[window - 1]!;
      // The next window has other requests: a priority's share of 100 requests spreads by 5 at most.
      expect(Math.abs(admitted[window]! - expected)).toBeLessThanOrEqual(20);
    }
    expect(byPriority[8]!.slice(0, 2)).toEqual([100, 100]);
    expect(byPriority[8]![3]).toBe(0);
    expect(admitted[11]).toBeLessThan(0.65 * PER_WINDOW);
  });

  test('afterwards more are admitted again, by a percent of what arrives', () => {
    const { admitted } = windows(60, (window) => (window < 12 ? 200 : 0));
    const risen = admitted[52]! - admitted[12]!;
    expect(Math.abs(risen - 40 * 0.01 * PER_WINDOW)).toBeLessThanOrEqual(60);
    expect(admitted[59]).toBeGreaterThan(admitted[12]!);
  });

  test('the most important are admitted whatever happens', () => {
    const { byPriority } = windows(30, () => 10_000, { alpha: 0.3 });
    expect(byPriority.at(-1)!.slice(1)).toEqual([0, 0, 0]);
    expect(byPriority.slice(-10).reduce((sum, counts) => sum + counts[0]!, 0)).toBeGreaterThan(0);
  });
});

test(`sums over a window: all of its last 59 sixtieths, nothing older than the whole, seed ${fuzzSeed}`, () => {
  const property = fc.property(fc.array(fc.oneof(fc.nat(5), fc.nat(90)), { minLength: 1, maxLength: 60 }), (gaps) => {
    const sum = new RollingSum(60);
    const times: number[] = [];
    let now = 0;
    for (const gap of gaps) {
      now += gap;
      sum.add(1, now);
      times.push(now);
      expect(sum.value(now)).toBe(times.filter((time) => time > now - 60).length);
    }
  });
  fc.assert(property, cases(200));
});
