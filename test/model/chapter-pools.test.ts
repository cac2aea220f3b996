/**
 * Goal: the pools that the chapters show can be written with their numbers, and do what the chapters say of them, or what
 * they do not say.
 * Method: each pool as it is written in a scenario, in a small shop whose dependencies become slow. The snippets are meant
 * to be copied.
 */
import { describe, expect, test } from 'vitest';
import type { Simulation } from '../../sim/scenario/compile.ts';
import { simulate, totalOf } from '../support/run-scenario.ts';

function run(system: string, faults = ''): Simulation {
  return simulate(`
faultline: 1
title: Pools of the chapters
duration: 120s
bucket: 10s
system:
${system}
faults: [${faults}]
`);
}


const share = (simulation: Simulation, client: string, name: string): number => totalOf(simulation, client, name) / totalOf(simulation, client, 'offered');

describe('phase 5, reliability engineering: a semaphore before a pool of threads, 10, 20 and 5 of them, with timeouts of 10, 5 and 30 s', () => {
  const pool = (seconds: number, size: number, release: string) => `{stack: {kind: phase5Bulkhead, timeout: ${seconds}s, bulkhead: {maxConcurrentCalls: ${size}, release: ${release}}, threadPool: {threads: ${size}}}}`;
  const shop = (release: string) => `
  orders: {kind: client, arrivals: {poisson: 20/s}, calls: shop}
  shop:
    kind: service
    threads: unlimited
    handler:
      - {call: payment, patterns: [${pool(10, 10, release)}]}
      - {call: inventory, patterns: [${pool(5, 20, release)}]}
      - {call: email, optional: true, patterns: [${pool(30, 5, release)}]}
  payment: {kind: service, threads: unlimited, handler: [work: 100ms]}
  inventory: {kind: service, threads: unlimited, handler: [work: 50ms]}
  email: {kind: service, threads: unlimited, handler: [work: 50ms]}
`;
  const slow = '{at: 20s, for: 60s, slowdown: {target: inventory, factor: 1000}}';

  test('in good times nothing is rejected', () => {
    expect(share(run(shop('atTimeout')), 'orders', 'failed')).toBeLessThan(0.001);
  });

  test('the permit is freed at the timeout and the thread is not: calls get through the semaphore and wait for threads that are still busy', () => {
    const freed = run(shop('atTimeout'), slow);
    expect(totalOf(freed, 'shop/inventory/threadPool', 'waited')).toBeGreaterThan(100);
    const kept = run(shop('whenWorkEnds'), slow);
    expect(totalOf(kept, 'shop/inventory/threadPool', 'waited')).toBe(0);
    // So the callers are told at once instead of after 5 s.
    expect(totalOf(kept, 'shop/inventory/timeout', 'timedOut')).toBeLessThan(totalOf(freed, 'shop/inventory/timeout', 'timedOut') / 5);
  });
});

describe('reliability and resilience engineering: pools without a bound on their queues, 5 threads for a database, 5 for others, 10 for the fast ones', () => {
  const shop = (queue: string) => `
  readers: {kind: client, arrivals: {poisson: 60/s}, calls: shop, operation: read}
  pricers: {kind: client, arrivals: {poisson: 60/s}, calls: shop, operation: price}
  shop:
    kind: service
    threads: unlimited
    operations:
      read: [{call: records, patterns: [{timeout: 1s}, {threadPool: {kind: fixed, threads: 5${queue}}}]}]
      price: [{call: prices, patterns: [{timeout: 1s}, {threadPool: {kind: fixed, threads: 10${queue}}}]}]
  records: {kind: service, threads: unlimited, handler: [work: 50ms]}
  prices: {kind: service, threads: unlimited, handler: [work: 20ms]}
`;
  const slow = '{at: 20s, for: 20s, slowdown: {target: records, factor: 10}}';

  test('the slow callee does not touch the others', () => {
    expect(share(run(shop(''), slow), 'pricers', 'failed')).toBe(0);
  });

  test('its own pool goes on for long after the fault with calls that nobody waits for; with a bound it does not', () => {
    const unbounded = run(shop(''), slow);
    const bounded = run(shop(', queueCapacity: 20'), slow);
    expect(share(unbounded, 'readers', 'failed')).toBeGreaterThan(2 * share(bounded, 'readers', 'failed'));
  });
});

describe('reliability and resilience engineering: 10 connections for short queries and 3 for reports', () => {
  const pool = (kept: number, most: number, name: string) => `{stack: {kind: psycopgPool, connectionPool: {as: ${name}, poolSize: ${kept}, maxOverflow: ${most - kept}}}}`;
  const shop = (short: string, reports: string) => `
  shoppers:
    kind: client
    arrivals: {poisson: 100/s}
    calls: shop
    classes: {oltp: {weight: 95}, analytics: {weight: 5, priority: 1}}
  shop:
    kind: service
    threads: unlimited
    handler:
      - choose: class
        class: analytics
        then: [{call: db, as: reports, operation: write, patterns: [${reports}]}]
        otherwise: [{call: db, as: short, operation: read, patterns: [${short}]}]
  db: {kind: database, connections: 50, read: 10ms, write: 5s}
`;

  test('reports, of which there are more than connections can bear, fail by themselves', () => {
    const apart = run(shop(pool(2, 10, 'oltp'), pool(1, 3, 'analytics')));
    expect(totalOf(apart, 'shop/short/oltp', 'rejected')).toBe(0);
    expect(totalOf(apart, 'shop/reports/analytics', 'rejected')).toBeGreaterThan(300);
    // At once: nobody waits for a connection.
    expect(totalOf(apart, 'shop/reports/analytics', 'waited')).toBe(0);
  });

  test('in one pool they take the connections of all', () => {
    const one = (divided: string) =>
      run(`
  shoppers: {kind: client, arrivals: {poisson: 100/s}, calls: shop, classes: {oltp: {weight: 95}, analytics: {weight: 5, priority: 1}}}
  shop: {kind: service, threads: unlimited, handler: [{call: db, patterns: [{connectionPool: {kind: sqlalchemy, poolSize: 13, maxOverflow: 0, poolTimeout: 2s${divided}}}]}]}
  db:
    kind: service
    threads: 50
    handler: [{choose: class, class: analytics, then: [{work: 5s, as: report}], otherwise: [{work: 10ms, as: short}]}]
`);
    expect(share(one(''), 'shoppers', 'failed')).toBeGreaterThan(0.3);
    // One pool for each class: the short queries are well again.
    expect(share(one(', per: [class]'), 'shoppers', 'failed')).toBeLessThan(0.05);
  });
});

test('reliability and resilience: ten calls at once, and whoever comes while they hang waits as long as that takes', () => {
  const waiting = run(`
  users: {kind: client, arrivals: {poisson: 50/s}, calls: api}
  api: {kind: service, threads: unlimited, handler: [{call: db, patterns: [{stack: chapterSemaphore}]}]}
  db: {kind: service, threads: unlimited, handler: [work: 10ms]}
`, '{at: 20s, for: 60s, hang: {target: db}}');
  expect(totalOf(waiting, 'api/db/bulkhead', 'rejected')).toBe(0);
  // Three thousand requests, less the ten under way.
  expect(totalOf(waiting, 'api/db/bulkhead', 'waited')).toBeGreaterThan(2_500);
  expect(totalOf(waiting, 'users', 'failed')).toBe(0);
});

test('phase 5, reliability engineering: 20 connections and 10 more for bursts, 30 s of patience, and a test before each use', () => {
  const simulation = run(`
  users: {kind: client, arrivals: {poisson: 100/s}, calls: api}
  api:
    kind: service
    threads: unlimited
    handler: [{call: db, operation: write, patterns: [{stack: phase5ConnectionPool}]}]
  db: {kind: database, replicas: 1, write: 100ms, connections: 100, failover: {lease: 5s, renewEvery: 1s, promotion: 2s}}
`, '{at: 60s, for: 30s, kill: {target: db, instance: 0}}');
  expect(totalOf(simulation, 'users', 'outcome.poolTimeout')).toBe(0);
  // Writes under way at the death are lost; no call meets a dead connection after that.
  expect(totalOf(simulation, 'users', 'outcome.reset')).toBeLessThan(40);
  expect(totalOf(simulation, 'users', 'ok')).toBeGreaterThan(10_000);
});
