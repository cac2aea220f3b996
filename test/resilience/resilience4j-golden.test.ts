/**
 * Goal: our Resilience4j breaker and rate limiter do what the real programs do, in every step.
 *
 * Method: test/golden/resilience4j holds what Resilience4j 2.4, compiled from its sources and run with a stepped
 * clock, answered to random sequences of calls. Each line is fed to our pattern through an effects object that only
 * takes notes, and the answer must be the same text. The format is explained in the README beside the files.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Outcome } from '../../sim/resilience/outcome.ts';
import { type Call, type Child, type Effects, NO_GAUGES } from '../../sim/resilience/pattern.ts';
import { type Resilience4jBreaker, resilience4jBreaker } from '../../sim/resilience/resilience4j-breaker.ts';
import { type Resilience4jRateLimiter, resilience4jRateLimiter } from '../../sim/resilience/resilience4j-rate-limiter.ts';
import { TimeWindow } from '../../sim/resilience/resilience4j/time-window.ts';
import { MS } from '../support/resilience-harness.ts';
import { make } from '../support/pattern-values.ts';

/** The traces of a file: each starts with a line `cfg`. */
function tracesOf(name: string): string[][] {
  const lines = readFileSync(new URL(`../golden/resilience4j/${name}`, import.meta.url), 'utf8').trim().split('\n');
  const traces: string[][] = [];
  for (const line of lines) {
    if (line.startsWith('cfg ')) traces.push([]);
    traces.at(-1)!.push(line);
  }
  return traces;
}

/** Asks a pattern for admission, or tells it of an outcome, at times of our choice; it notes whether calls are started. */
class NotingEffects {
  now = 0;
  started = false;
  start(): void {
    this.started = true;
  }
  settle(): void {
    this.started = false;
  }
  settleWith(): void {}
  note(): void {}
  wakeLayerAt(): void {}
}

const host = { index: 0, gauges: NO_GAUGES };

const CODES: Readonly<Record<string, number>> = { s: Outcome.ok, e: Outcome.error, i: Outcome.badRequest };

function replayBreaker(trace: readonly string[]): string[] {
  const [, , type, size, min, failRate, slowRate, slowMs, permitted, waitMs] = trace[0]!.split(' ');
  const breaker = make(
    resilience4jBreaker,
    {
      slidingWindowType: type,
      slidingWindowSize: Number(size),
      minimumNumberOfCalls: Number(min),
      failureRateThreshold: Number(failRate),
      slowCallRateThreshold: Number(slowRate),
      slowCallDurationThreshold: Number(slowMs) * MS,
      permittedNumberOfCallsInHalfOpenState: Number(permitted),
      waitDurationInOpenState: Number(waitMs) * MS,
      ignoreExceptions: ['badRequest'],
    },
    host,
  ) as Resilience4jBreaker;
  const fx = new NotingEffects();
  const effects = fx as unknown as Effects;
  const call = { state: breaker.newState() } as Call<never>;
  return trace.slice(1).map((line) => {
    const [op, now, duration] = line.split(' ') as [string, string, string];
    fx.now = Number(now) * MS;
    if (op === 'a') {
      breaker.onCall(call, effects);
      return `a ${now} => ${fx.started ? 1 : 0} ${breaker.stateName}`;
    }
    breaker.onOutcome(call, { code: CODES[op]!, startedAt: fx.now - Number(duration) * MS } as Child, effects);
    const { window } = breaker;
    // Taking a snapshot moves the window in the library too.
    if (window instanceof TimeWindow) window.moveTo(fx.now);
    return `${op} ${now} ${duration} => - ${breaker.stateName} ${window.total} ${window.failed} ${window.slow}`;
  });
}

describe('circuit breaker', () => {
  const traces = tracesOf('circuit-breaker.txt');

  test('the file has 200 traces, with both kinds of window and all states', () => {
    expect(traces).toHaveLength(200);
    expect(new Set(traces.map((trace) => trace[0]!.split(' ')[2]))).toEqual(new Set(['COUNT_BASED', 'TIME_BASED']));
    expect(traces.flat().join('\n')).toMatch(/CLOSED[^]*OPEN[^]*HALF_OPEN/);
  });

  test('every line of every trace is the same', () => {
    for (const trace of traces) expect([trace[0], ...replayBreaker(trace)]).toEqual(trace);
  });
});

function replayLimiter(trace: readonly string[]): string[] {
  const [, createdAt, limit, periodMs, timeoutMs] = trace[0]!.split(' ').map(Number) as [number, number, number, number, number];
  const limiter = make(
    resilience4jRateLimiter,
    { limitForPeriod: limit, limitRefreshPeriod: periodMs * MS, timeoutDuration: timeoutMs * MS },
    host,
  ) as Resilience4jRateLimiter;
  return trace.slice(1).map((line) => {
    const [, now, permits] = line.split(' ').map(Number) as [number, number, number];
    // The library counts its periods from the creation of the limiter, we from the start of the simulation.
    const waitNs = limiter.reserve((now - createdAt) * MS, permits);
    return `r ${now} ${permits} => ${waitNs < 0 ? -1 : waitNs / MS}`;
  });
}

describe('rate limiter', () => {
  const traces = tracesOf('rate-limiter.txt');

  test('the file has 100 traces, with calls that pass, wait and are rejected', () => {
    expect(traces).toHaveLength(100);
    const answers = traces.flat().map((line) => Number(line.split('=> ')[1]));
    expect(answers).toEqual(expect.arrayContaining([-1, 0]));
    expect(answers.filter((wait) => wait > 0).length).toBeGreaterThan(500);
  });

  test('every line of every trace is the same', () => {
    for (const trace of traces) expect([trace[0], ...replayLimiter(trace)]).toEqual(trace);
  });
});
