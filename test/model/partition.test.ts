/**
 * Goal: any layer can keep a state for each request class or each tenant, or concern some classes only; what one class or
 * tenant does then costs the others nothing.
 * Method: small systems in which one party asks for far more than its share; how the others fare is counted.
 */
import { describe, expect, test } from 'vitest';
import type { Simulation } from '../../sim/scenario/compile.ts';
import { parsedWell, simulate, totalOf } from '../support/run-scenario.ts';

function run(system: string): Simulation {
  const simulation = simulate(`
faultline: 1
title: Shares
duration: 100s
bucket: 10s
system:
${system}
`);
  expect(simulation.drain(10e9)).toBe(0);
  return simulation;
}


const rejected = (simulation: Simulation, client: string): number => totalOf(simulation, client, 'outcome.rateLimited') + totalOf(simulation, client, 'outcome.bulkheadFull');

const statesOf = (simulation: Simulation, address: string): number => simulation.engine.runtime.layers.find((layer) => layer.address === address)!.hosts.length;

describe('tenants', () => {
  const twoClients = (layer: string) => `
  noisy: {kind: client, arrivals: {constant: 200/s}, calls: api}
  quiet: {kind: client, arrivals: {constant: 20/s}, calls: api}
  api: {kind: service, threads: unlimited, patterns: [${layer}], handler: [work: 1ms]}
`;

  test('a limit for all is used up by the one who asks most', () => {
    const shared = run(twoClients('rateLimit: {kind: tokenBucket, rate: 50/s}'));
    expect(rejected(shared, 'quiet')).toBeGreaterThan(1000);
  });

  test('a limit for each costs only the one who exceeds it', () => {
    const divided = run(twoClients('rateLimit: {kind: tokenBucket, rate: 50/s, per: [tenant]}'));
    expect(rejected(divided, 'quiet')).toBe(0);
    // 200 come in a second and 50 may pass.
    expect(rejected(divided, 'noisy')).toBeGreaterThan(14_900);
    expect(statesOf(divided, 'api/rateLimit')).toBe(2);
  });

  const manyTenants = (tenants: string, per: string) => `
  customers: {kind: client, arrivals: {constant: 400/s}, calls: api, tenants: ${tenants}}
  api: {kind: service, instances: 2, threads: unlimited, patterns: [{rateLimit: {kind: tokenBucket, rate: 50/s, burst: 50, ${per}}}], handler: [work: 1ms]}
`;

  test('a client can stand for many tenants, and each instance keeps a state for each', () => {
    const even = run(manyTenants('20', 'per: [tenant]'));
    expect(statesOf(even, 'api/rateLimit')).toBe(40);
    // 400/s over 20 tenants and 2 instances is a fifth of the limit.
    expect(rejected(even, 'customers')).toBe(0);
    // With skew 2 the first tenant sends 1 / 1.6 of all: 125/s to each instance, of which 50 pass.
    const skewed = run(manyTenants('{count: 20, skew: 2}', 'per: [tenant]'));
    expect(rejected(skewed, 'customers')).toBeGreaterThan(13_000);
    expect(rejected(skewed, 'customers')).toBeLessThan(17_000);
  });

  test('the tenants of a call are known further inside', () => {
    const behind = run(`
  noisy: {kind: client, arrivals: {constant: 100/s}, calls: edge}
  quiet: {kind: client, arrivals: {constant: 20/s}, calls: edge}
  edge:
    kind: service
    threads: unlimited
    handler: [{call: api, patterns: [bulkhead: {maxConcurrentCalls: 5, per: [tenant]}]}]
  api: {kind: service, threads: unlimited, handler: [work: 100ms]}
`);
    // 10 of the noisy client's calls would be under way at once, and 2 of the quiet one's.
    expect(rejected(behind, 'quiet')).toBe(0);
    expect(rejected(behind, 'noisy')).toBeGreaterThan(4000);
  });

  test('a user of a closed loop belongs to one tenant', () => {
    const oneUser = run(`
  customers: {kind: client, arrivals: {closed: {users: 1, think: 100ms}}, calls: api, tenants: 100}
  api: {kind: service, threads: unlimited, patterns: [{rateLimit: {kind: tokenBucket, rate: 1/s, per: [tenant]}}], handler: [work: 1ms]}
`);
    // Ten in a second, all for one tenant; if each were for a tenant of its own, hardly one would be too many.
    expect(rejected(oneUser, 'customers')).toBeGreaterThan(800);
  });
});

describe('request classes', () => {
  const tiers = (layers: string) => `
  users:
    kind: client
    arrivals: {constant: 100/s}
    classes: {gold: {weight: 1}, free: {weight: 9, priority: 1}}
    calls: api
  api: {kind: service, threads: unlimited, patterns: [${layers}], handler: [work: 1ms]}
`;

  test('each class has a state of its own', () => {
    const divided = run(tiers('{rateLimit: {kind: tokenBucket, rate: 45/s, burst: 10, per: [class]}}'));
    expect(statesOf(divided, 'api/rateLimit')).toBe(2);
    // 90 of the free class come in a second and 45 pass; the 10 of gold all do.
    expect(rejected(divided, 'users')).toBeGreaterThan(4000);
    expect(rejected(divided, 'users')).toBeLessThan(5000);
  });

  test('a layer for one class is stepped over by the others, so that tiers have limits of their own', () => {
    const limits = run(tiers('{rateLimit: {as: gold, kind: tokenBucket, rate: 30/s, burst: 30, classes: [gold]}}, {rateLimit: {as: free, kind: tokenBucket, rate: 20/s, classes: [free]}}'));
    expect(totalOf(limits, 'api/gold', 'rejected')).toBe(0);
    expect(totalOf(limits, 'api/free', 'rejected')).toBeGreaterThan(6500);
    const all = run(tiers('{rateLimit: {kind: tokenBucket, rate: 20/s}}'));
    expect(rejected(all, 'users')).toBeGreaterThan(rejected(limits, 'users'));
  });

  test('a class that nobody has is said to be unknown', () => {
    const { warnings } = parsedWell(`faultline: 1\ntitle: Typo\nduration: 1s\nsystem:${tiers('{rateLimit: {kind: tokenBucket, rate: 30/s, classes: [golden]}}')}`);
    expect(warnings.map(({ message }) => message)).toContain('no client has a request class "golden", so none of its calls pass api/rateLimit; there is gold or free');
  });
});
