/**
 * Goal: the examples that the chapters work through by the clock come out as they say.
 * Method: each example as a script of calls through the real runtime. Requests of a minute are sent together at its middle
 * and end one after another, so that all of them are under way when the breaker makes up its mind, as in the chapters'
 * tables, which give whole minutes. Times are minutes after ten o'clock, or milliseconds.
 */
import { describe, expect, test } from 'vitest';
import { bulkhead } from '../../sim/resilience/bulkhead.ts';
import { consecutiveBreaker } from '../../sim/resilience/consecutive-breaker.ts';
import { fallback } from '../../sim/resilience/fallback.ts';
import { resilience4jBreaker } from '../../sim/resilience/resilience4j-breaker.ts';
import { type Answer, fails, MS, ok, SECONDS, TestWorld } from '../support/resilience-harness.ts';

const MINUTE = 60 * SECONDS;
const HALF_A_MINUTE = 30 * SECONDS;

interface Minute {
  /** When they are sent: half a minute later. */
  readonly at: number;
  readonly requests: number;
  /** The last ones of the minute. */
  readonly failures: number;
}

/** A breaker that judges the last 100 calls, and what each minute's requests came to. */
function clock(thresholdPercent: number, trials: number, minutes: readonly Minute[]): { readonly t: TestWorld; readonly outcomes: readonly Record<string, number>[] } {
  const t = new TestWorld();
  const values = {
    slidingWindowSize: 100,
    minimumNumberOfCalls: 100,
    failureRateThreshold: thresholdPercent,
    waitDurationInOpenState: 5 * MINUTE,
    permittedNumberOfCallsInHalfOpenState: trials,
  };
  // Each send finds its answer by the minute in which it is made, and by how many were made before it in that minute.
  const sent = new Map<number, number>();
  const answerOf = (): Answer => {
    const minute = minutes.find(({ at }) => at * MINUTE + HALF_A_MINUTE === t.now)!;
    const nth = sent.get(minute.at) ?? 0;
    sent.set(minute.at, nth + 1);
    return nth < minute.requests - minute.failures ? ok(100 + nth) : fails(100 + nth);
  };
  const first = t.build([{ of: resilience4jBreaker, with: values }], answerOf);
  const results = minutes.map(({ at, requests }) => Array.from({ length: requests }, () => t.call(first, { atNs: at * MINUTE + HALF_A_MINUTE })));
  t.run();
  const outcomes = results.map((calls) => {
    const counts: Record<string, number> = {};
    for (const { outcome } of calls) counts[outcome] = (counts[outcome] ?? 0) + 1;
    return counts;
  });
  return { t, outcomes };
}

/** `<minute> <what>` */
const transitions = ({ trace }: TestWorld): string[] =>
  trace.filter((entry) => /(opened|halfOpened|closed)$/.test(entry)).map((entry) => `${Math.floor(Number(entry.split(' ')[0]) / MINUTE)} ${entry.split(' ').at(-1)}`);

describe('a breaker by the clock', () => {
  test('2 of 100 leave it closed, 15 of 100 open it at a threshold of 10 %, and after five minutes three good trials close it', () => {
    const { t, outcomes } = clock(10, 3, [
      { at: 0, requests: 100, failures: 2 },
      { at: 1, requests: 100, failures: 15 },
      { at: 3, requests: 100, failures: 0 },
      { at: 6, requests: 1, failures: 0 },
      { at: 6.25, requests: 3, failures: 0 },
      { at: 7, requests: 100, failures: 2 },
    ]);
    // It opened half a second after half past one, so that half past six is a little too early.
    expect(outcomes).toEqual([{ ok: 98, error: 2 }, { ok: 85, error: 15 }, { breakerOpen: 100 }, { breakerOpen: 1 }, { ok: 3 }, { ok: 98, error: 2 }]);
    expect(transitions(t)).toEqual(['1 opened', '6 halfOpened', '6 closed']);
  });

  test('10 of 100 leave it closed at a threshold of 20 %, 25 of 100 open it, and one good trial of one closes it', () => {
    const { t, outcomes } = clock(20, 1, [
      { at: 0, requests: 100, failures: 10 },
      { at: 1, requests: 100, failures: 25 },
      { at: 2, requests: 50, failures: 0 },
      { at: 7, requests: 1, failures: 0 },
      { at: 8, requests: 100, failures: 10 },
    ]);
    expect(outcomes).toEqual([{ ok: 90, error: 10 }, { ok: 75, error: 25 }, { breakerOpen: 50 }, { ok: 1 }, { ok: 90, error: 10 }]);
    expect(transitions(t)).toEqual(['1 opened', '7 halfOpened', '7 closed']);
  });

  test('after a bad trial it waits another five minutes', () => {
    const { t, outcomes } = clock(20, 1, [
      { at: 1, requests: 100, failures: 25 },
      { at: 7, requests: 1, failures: 1 },
      { at: 11, requests: 10, failures: 0 },
      { at: 13, requests: 1, failures: 0 },
    ]);
    expect(outcomes).toEqual([{ ok: 75, error: 25 }, { error: 1 }, { breakerOpen: 10 }, { ok: 1 }]);
    expect(transitions(t)).toEqual(['1 opened', '7 halfOpened', '7 opened', '13 halfOpened', '13 closed']);
  });
});

describe('a test of each pattern', () => {
  test('of five failing calls at a threshold of three, three are made and two are rejected', () => {
    const t = new TestWorld();
    const first = t.build([{ of: consecutiveBreaker, with: { failureThreshold: 3, recoveryTimeout: 5 * SECONDS } }], () => fails(1));
    t.callAt(first, 0, 10, 20, 30, 40);
    t.run();
    expect(t.outcomes).toEqual(['error', 'error', 'error', 'breakerOpen', 'breakerOpen']);
    expect(t.wire.sentAtNs.length).toBe(3);
    expect(t.marks('opened')).toBe(1);
  });

  test('of ten calls of a second each, two run, two wait, and six are rejected', () => {
    const t = new TestWorld();
    const first = t.build([{ of: bulkhead, with: { maxConcurrentCalls: 2, queueCapacity: 2, maxWaitDuration: Infinity } }], () => ok(1000));
    t.callAt(first, ...Array.from({ length: 10 }, () => 0));
    t.run();
    expect(t.endings).toEqual(['1000 ok', '1000 ok', '2000 ok', '2000 ok', ...Array.from({ length: 6 }, () => '0 bulkheadFull')]);
  });

  test('a service that fails is answered for by its fallback', () => {
    const t = new TestWorld();
    const first = t.build([{ of: fallback, with: { quality: 0.5 } }], () => fails(5));
    const [call] = t.callAt(first, 0);
    t.run();
    expect([call!.outcome, call!.quality, call!.endedAtNs / MS]).toEqual(['degraded', 0.5, 5]);
  });
});
