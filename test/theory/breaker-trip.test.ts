/**
 * Goal: a breaker with a window opens exactly when arithmetic says so: case G2.
 * Method: calls at an even pace of 20 a second, all of which succeed up to a full second and fail from then on. The window
 * is half full of failures after 50 of 100 calls, or after half of its ten seconds.
 */
import { expect, test } from 'vitest';
import { simulate } from '../support/run-scenario.ts';

const FAILS_FROM_S = 20;
const PER_SECOND = 20;

function trip(breaker: string): { readonly afterMs: number; readonly failed: number } {
  const simulation = simulate(`faultline: 1
title: G2
duration: 40s
system:
  users:
    kind: client
    arrivals: {constant: ${PER_SECOND}/s}
    calls: station
    patterns: [{circuitBreaker: {kind: resilience4j, failureRateThreshold: 50, minimumNumberOfCalls: 100, ${breaker}}}]
  station: {kind: service, handler: [work: 1ms]}
faults: [{at: ${FAILS_FROM_S}s, errorRate: {target: station, rate: 100%}}]
`);
  const { events } = simulation.record();
  const openings = events.filter(({ kind, what }) => kind === 'state' && what === 'opened');
  expect(openings.length).toBe(1);
  return { afterMs: (openings[0]!.atNs - FAILS_FROM_S * 1e9) / 1e6, failed: simulation.servers[0]!.failed };
}

test('G2: the last hundred calls', () => {
  const { afterMs, failed } = trip('slidingWindowType: COUNT_BASED, slidingWindowSize: 100');
  expect(failed).toBe(50);
  // To the distance between two calls.
  expect(Math.abs(afterMs - 2500)).toBeLessThanOrEqual(1000 / PER_SECOND);
});

test('G2: the last ten seconds', () => {
  const { afterMs, failed } = trip('slidingWindowType: TIME_BASED, slidingWindowSize: 10');
  expect(Math.abs(failed - 100)).toBeLessThanOrEqual(1);
  expect(Math.abs(afterMs - 5000)).toBeLessThanOrEqual(1000 / PER_SECOND);
});
