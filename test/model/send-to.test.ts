/**
 * Goal: a further attempt goes to another instance, or to the same one, where its layer says so, whatever the balancer;
 * and only then does the balancer choose otherwise than it would have chosen.
 * Method: of three instances one refuses everything, one is healthy and one is slow, in turn. Whether a request succeeds
 * then tells where its attempts went.
 */
import { describe, expect, test } from 'vitest';
import { balancers } from '../../sim/model/balancers/registry.ts';
import { simulate, totalOf } from '../support/run-scenario.ts';

interface World {
  readonly balancer: string;
  readonly patterns: string;
  readonly instances?: number;
  readonly healthCheck?: string;
  readonly faults: string;
}

/** @returns totals of series by address and name */
function run({ balancer, patterns, instances = 3, healthCheck = '', faults }: World): (address: string, name: string) => number {
  const simulation = simulate(`faultline: 1
title: attempts
seed: send to
duration: 10s
system:
  users: {kind: client, arrivals: {poisson: 100/s}, calls: fleet, patterns: [${patterns}]}
  fleet: {kind: service, instances: ${instances}, threads: unlimited, balancer: {algorithm: ${balancer}${healthCheck}}, handler: [work: {exponential: 5ms}]}
faults: [${faults}]
`);
  return (address, name) => totalOf(simulation, address, name);
}

const oneBroken = '{at: 0s, errorRate: {target: fleet, instance: 1, rate: 100%}}';
const twoBroken = `${oneBroken}, {at: 0s, as: other, errorRate: {target: fleet, instance: 2, rate: 100%}}`;
const retry = (instance: string, maxAttempts: number): string => `retry: {maxAttempts: ${maxAttempts}, backoff: none, instance: ${instance}}`;

describe.each(balancers.map(({ kind }) => kind))('%s', (balancer) => {
  test('two attempts at another instance each cannot both meet the only broken one', () => {
    const total = run({ balancer, patterns: retry('another', 2), faults: oneBroken });
    expect(total('users/fleet/retry', 'retried')).toBeGreaterThan(100);
    expect(total('users', 'failed')).toBe(0);
    // Three attempts meet all three.
    expect(run({ balancer, patterns: retry('another', 3), faults: twoBroken })('users', 'failed')).toBe(0);
  });

  test('when all have been tried any will do, and the only one is tried again', () => {
    const total = run({ balancer, patterns: retry('another', 3), instances: 1, faults: '{at: 0s, errorRate: {target: fleet, rate: 50%}}' });
    expect(total('users', 'failed') / total('users', 'offered')).toBeGreaterThan(0.05);
    expect(total('users', 'failed') / total('users', 'offered')).toBeLessThan(0.2);
    expect(total('fleet', 'unreachable')).toBe(0);
  });

  test('the same instance fails again', () => {
    const total = run({ balancer, patterns: retry('same', 3), faults: oneBroken });
    expect(total('users', 'failed')).toBeGreaterThan(100);
    expect(total('users/fleet/retry', 'retried')).toBe(2 * total('users', 'failed'));
  });

  test('the same instance, once it is known to be gone, is any other', () => {
    const killed = '{at: 5s, kill: {target: fleet, instance: 1, restartAfter: 1h}}';
    const healthCheck = ', healthCheck: {interval: 200ms, timeout: 5ms, unhealthyThreshold: 1}';
    const total = run({ balancer, healthCheck, patterns: 'retry: {maxAttempts: 10, backoff: {fixed: 50ms}, instance: same}', faults: killed });
    expect(total('users/fleet/retry', 'retried')).toBeGreaterThan(0);
    expect(total('users', 'failed')).toBe(0);
  });

  test('a hedge goes to another instance', () => {
    expect(failedHedges(balancer, 'another')).toBe(0);
  });
});

function failedHedges(balancer: string, instance: string): number {
  const patterns = `timeout: 200ms, hedge: {kind: delay, delay: 50ms, instance: ${instance}}`;
  return run({ balancer, patterns, faults: '{at: 0s, hang: {target: fleet, instance: 1}}' })('users', 'failed');
}

test('a hedge that may go anywhere may wait at the same instance twice', () => {
  expect(failedHedges('random', 'any')).toBeGreaterThan(0);
});
