/**
 * Goal: patterns that turn calls away do so as often as theory says.
 * Method: callees that fail, are slow or are asked too much; counts of the calls that were rejected.
 */
import { expect, test } from 'vitest';
import { disagreements } from './disagreements.ts';
import * as theory from './references.ts';
import { type Run, replicate, scenarioText } from './replicate.ts';

const share = (runs: readonly Run[], address: string, name: string, of = 'offered'): number[] => runs.map((run) => run.total(address, name) / run.total(address, of));

const brokenCallee = (rate: string): string => `system:
  users: {kind: client, arrivals: {poisson: 10/s}, calls: station, patterns: [circuitBreaker: {kind: consecutive, failureThreshold: 5, trialCalls: 1, recoveryTimeout: 30s}]}
  station: {kind: service, threads: unlimited, handler: [work: 0ms]}
faults: [{at: 0s, errorRate: {target: station, rate: ${rate}}}]
`;

test(`G1: ${theory.G1.title}`, () => {
  const runs = replicate(scenarioText(theory.G1.title, 5000, brokenCallee('50%')));
  const measured = {
    rejected: runs.map((run) => run.total('users/station/circuitBreaker', 'rejected') / run.total('users', 'offered')),
    success: share(runs, 'users', 'ok'),
  };
  expect(disagreements(theory.G1, runs, 'users', measured)).toEqual([]);
});

test('G1: before a dead callee a breaker lets one call through in 30 s and the time until the next call', () => {
  // Almost periodic, so that runs hardly differ and their spread says nothing: a window holds so many calls or one more.
  for (const run of replicate(scenarioText('dead callee', 5000, brokenCallee('100%')), 5)) {
    expect(Math.abs(run.total('users/station', 'sends') - 4500 / 30.1)).toBeLessThanOrEqual(1.5);
    expect(run.total('users', 'ok')).toBe(0);
  }
});

/** A shop that calls a quick and a slow callee. @param patterns of both calls */
const twoCallees = (threads: string, patterns: string): string => `system:
  quick: {kind: client, arrivals: {poisson: 20/s}, calls: shop, operation: quick}
  slow: {kind: client, arrivals: {poisson: 20/s}, calls: shop, operation: slow}
  shop: {kind: service, threads: ${threads}, queue: {capacity: 0}, operations: {quick: [{call: quick-callee, patterns: [${patterns}]}], slow: [{call: slow-callee, patterns: [${patterns}]}]}}
  quick-callee: {kind: service, threads: unlimited, handler: [work: 50ms]}
  slow-callee: {kind: service, threads: unlimited, handler: [work: 1s]}
`;

for (const { expected, threads, patterns } of [
  { expected: theory.G3.shared, threads: '10', patterns: '' },
  { expected: theory.G3.bulkheads, threads: 'unlimited', patterns: 'bulkhead: {maxConcurrentCalls: 5}' },
]) {
  test(`G3: ${expected.title}`, () => {
    const runs = replicate(scenarioText(expected.title, 800, twoCallees(threads, patterns)));
    const measured = { rejectedQuick: share(runs, 'quick', 'failed'), rejectedSlow: share(runs, 'slow', 'failed') };
    expect(disagreements(expected, runs, 'quick', measured)).toEqual([]);
  });
}

const limited = (rate: number, burst: number): string => `system:
  users: {kind: client, arrivals: {poisson: ${rate}/s}, calls: station}
  station: {kind: service, threads: unlimited, handler: [work: 0ms], patterns: [rateLimit: {kind: tokenBucket, rate: 100/s, burst: ${burst}}]}
`;

for (const { expected, rate, burst } of [
  { expected: theory.G4.above, rate: 120, burst: 10 },
  { expected: theory.G4.even, rate: 100, burst: 20 },
  { expected: theory.G4.far, rate: 150, burst: 50 },
]) {
  test(`G4: ${expected.title}`, () => {
    const runs = replicate(scenarioText(expected.title, 250, limited(rate, burst)));
    expect(disagreements(expected, runs, 'users', { rejected: share(runs, 'station', 'rejected', 'received') })).toEqual([]);
  });
}

/** A callee that takes so many calls in each second and refuses the others. */
const throttled = (demand: number, capacity: number, k: number): string => `system:
  users: {kind: client, arrivals: {poisson: ${demand}/s}, calls: station, patterns: [adaptiveThrottling: {k: ${k}, window: 10s}]}
  station: {kind: service, threads: unlimited, handler: [work: 0ms], patterns: [rateLimit: {kind: tokenBucket, rate: ${capacity}/s, burst: ${capacity}}]}
`;

for (const { expected, demand, capacity, k, seconds } of [
  { expected: theory.F6.two, demand: 500, capacity: 100, k: 2, seconds: 100 },
  { expected: theory.F6.strict, demand: 500, capacity: 100, k: 1.1, seconds: 300 },
  { expected: theory.F6.enough, demand: 300, capacity: 200, k: 2, seconds: 100 },
]) {
  test(`F6: ${expected.title}`, () => {
    const runs = replicate(scenarioText(expected.title, seconds, throttled(demand, capacity, k)));
    const measured = {
      rejectedHere: runs.map((run) => run.total('users/station/adaptiveThrottling', 'shed') / run.total('users', 'offered')),
      sent: runs.map((run) => run.total('users/station', 'sends') / run.total('users', 'offered')),
      refused: runs.map((run) => run.total('station', 'rejected') / run.total('users', 'offered')),
    };
    expect(disagreements(expected, runs, 'users', measured)).toEqual([]);
  });
}
