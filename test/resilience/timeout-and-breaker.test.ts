/**
 * Goal: a timeout outside a breaker never trips it, however long the callee hangs; the same timeout inside does.
 * Method: users who ask a service that hangs, through both patterns in either order, with every kind of breaker that has
 * no timeout of its own, and every way in which a timeout lets go.
 */
import { expect, test } from 'vitest';
import { outcomesOf, trial } from '../faults/trial.ts';

const BREAKERS = {
  consecutive: 'failureThreshold: 5',
  resilience4j: 'minimumNumberOfCalls: 10, slidingWindowSize: 10',
  hystrix: 'requestVolumeThreshold: 10',
  polly: 'minimumThroughput: 10, failureRatio: 0.5',
  cockatiel: 'halfOpenAfter: 10s, breaker: {consecutive: {threshold: 5}}',
};

function outcomes(...layers: readonly string[]): Readonly<Record<string, number>> {
  const system = `
system:
  users: {kind: client, arrivals: {constant: 50/s}, calls: api, patterns: [${layers.join(', ')}]}
  api: {kind: service, threads: unlimited, handler: [{work: 1ms}]}
`;
  return outcomesOf(trial(system, '{at: 200ms, hang: {target: api}}').requests);
}

const cases = Object.entries(BREAKERS).flatMap(([kind, params]) => ['cancel', 'abandon', 'cooperative'].map((mode) => ({ kind, mode, params })));

test.each(cases)('$kind, $mode', ({ kind, mode, params }) => {
  const breaker = `{circuitBreaker: {kind: ${kind}, ${params}}}`;
  const timeout = `{timeout: {after: 50ms, mode: ${mode}}}`;
  const outside = outcomes(timeout, breaker);
  expect(outside['timeout']).toBeGreaterThan(80);
  expect(outside['breakerOpen']).toBeUndefined();
  const inside = outcomes(breaker, timeout);
  expect(inside['breakerOpen']).toBeGreaterThan(40);
  expect(inside['timeout']).toBeLessThan(45);
});
