/**
 * Goal: a breaker with a window opens exactly when arithmetic says so: case G2.
 * Method: calls at an even pace of 20 a second, all of which succeed up to a full second and fail from then on. The window
 * is half full of failures after 50 of 100 calls, or after half of its ten seconds. And calls that fail at random, a
 * hundred for each of many breakers, which look once.
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

/** How many of a thousand clients, each with a breaker of its own and a hundred calls, see it open. */
function opened(seed: number): number {
  const users = Array.from({ length: 1000 }, (_, at) => `  users-${at}: {kind: client, arrivals: {burst: {size: 100}}, calls: station, patterns: [{circuitBreaker: {kind: resilience4j, minimumNumberOfCalls: 100}}]}`);
  const { events } = simulate(`faultline: 1
title: G2
seed: ${seed}
duration: 1s
bucket: 1s
system:
${users.join('\n')}
  station: {kind: service, threads: unlimited, handler: [work: 1ms]}
faults: [{at: 0s, errorRate: {target: station, rate: 40%}}]
`).record();
  return events.filter(({ kind, what }) => kind === 'state' && what === 'opened').length;
}

test('G2: of windows of a hundred calls, of which two in five fail, one in 37 opens its breaker', () => {
  const share = [1, 2, 3, 4].reduce((sum, seed) => sum + opened(seed), 0) / 4000;
  // The upper tail of the binomial distribution, from 50 of 100 on.
  const expected = 0.0270992;
  expect(Math.abs(share - expected)).toBeLessThanOrEqual(4 * Math.sqrt((expected * (1 - expected)) / 4000));
});

test('G2: the last ten seconds', () => {
  const { afterMs, failed } = trip('slidingWindowType: TIME_BASED, slidingWindowSize: 10');
  expect(Math.abs(failed - 100)).toBeLessThanOrEqual(1);
  expect(Math.abs(afterMs - 5000)).toBeLessThanOrEqual(1000 / PER_SECOND);
});
