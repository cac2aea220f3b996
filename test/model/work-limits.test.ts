/**
 * Goal: a limit that a server sets to its own work ends that work and frees its place, where a timeout at the caller only
 * lets go; a deadline travels with its request as the time that is left, and is heeded by those who were told to.
 * Method: small systems under a steady load, in pairs that differ in who sets the limit; work is counted in time, places
 * in what they can still serve.
 */
import { describe, expect, test } from 'vitest';
import { outcomesOf, type Trial, trial } from '../faults/trial.ts';

/** Of one server, over the two seconds of a trial. */
const workedMs = (run: Trial, name: string): number => run.server(name).instances.reduce((sum, instance) => sum + instance.processor.workedNs, 0) / 1e6;

describe('a statement timeout', () => {
  const database = (caller: string, statementTimeout: string): Trial =>
    trial(`
system:
  users: {kind: client, arrivals: {constant: 20/s}, calls: orders, operation: read, patterns: [${caller}]}
  orders: {kind: database, connections: 4, read: 1s, statementTimeout: ${statementTimeout}}
`);

  test('ends the work and gives its connection back; a timeout at the caller leaves both', () => {
    const atServer = database('', '100ms');
    // All 39 whose time was up: each worked for 100 ms, and nobody had to wait, since 20/s x 100 ms are 2 connections.
    expect(outcomesOf(atServer.requests)).toEqual({ timeout: 37 });
    expect(atServer.requests.every(({ tookMs }) => tookMs === 100)).toBe(true);
    expect(workedMs(atServer, 'orders')).toBeCloseTo(38 * 100 + 50, 0);
    expect(atServer.server('orders')).toMatchObject({ failed: 37, wasted: 0 });

    const atCaller = database('timeout: 100ms', 'unlimited');
    // The four connections stay busy with work for nobody: the caller’s timeout frees the caller alone.
    expect(atCaller.requests.every(({ tookMs, outcome }) => tookMs === 100 && outcome === 'timeout')).toBe(true);
    expect(atCaller.server('orders').instances[0]!.busy).toBe(4);
    expect(workedMs(atCaller, 'orders')).toBeGreaterThanOrEqual(7500);
    expect(atCaller.server('orders').wasted).toBeGreaterThan(0);
  });

  test('does not count the wait for a connection', () => {
    const run = trial(`
system:
  users: {kind: client, arrivals: {burst: {size: 2, at: 100ms}}, calls: orders, operation: read}
  orders: {kind: database, connections: 1, read: 80ms, statementTimeout: 100ms}
`);
    expect(run.requests.map(({ tookMs, outcome }) => [tookMs, outcome])).toEqual([[80, 'ok'], [160, 'ok']]);
  });

  test('ends a write that waits for its copies', () => {
    const run = trial(
      `
system:
  users: {kind: client, arrivals: {burst: {size: 3, at: 100ms}}, calls: orders, operation: write}
  orders: {kind: database, connections: 1, write: 10ms, replicas: 1, replication: {mode: sync, lag: 500ms}, statementTimeout: 50ms}
`,
    );
    expect(run.requests.map(({ tookMs, outcome }) => [tookMs, outcome])).toEqual([[50, 'timeout'], [100, 'timeout'], [150, 'timeout']]);
    expect(run.simulation.drain(2e9)).toBe(0);
  });

  test('does nothing that anybody could see while the database hangs: a process that stands still ends nothing', () => {
    const run = trial(
      `
system:
  users: {kind: client, arrivals: {burst: {size: 1, at: 100ms}}, calls: orders, operation: read}
  orders: {kind: database, read: 80ms, statementTimeout: 100ms}
`,
      '{at: 150ms, for: 500ms, hang: {target: orders}}',
    );
    expect(run.requests.map(({ tookMs, outcome }) => [tookMs, outcome])).toEqual([[550, 'timeout']]);
  });
});

describe('a request timeout of a service', () => {
  const shop = (handler: string, more = ''): Trial =>
    trial(`
system:
  users: {kind: client, arrivals: {burst: {size: 4, at: 100ms}}, calls: shop}
  shop: {kind: service, threads: 2, requestTimeout: 50ms, handler: [${handler}]}
  stock: {kind: service, threads: 10, handler: [{work: 300ms}]}
${more}`);

  test('ends what the handler waits for, whatever kind of step it stands at', () => {
    const handlers = ['{work: 200ms}', '{call: stock}', '{call: stock, async: true}', '{parallel: [{steps: [{call: stock}]}, {steps: [{work: 200ms}]}], timeout: 400ms}', '{work: 30ms}, {call: stock}'];
    for (const handler of handlers) {
      const run = shop(handler);
      const ends = handler.includes('async') ? [50, 50, 50, 50] : [50, 50, 100, 100];
      expect({ handler, ended: run.requests.map(({ tookMs, outcome }) => [tookMs, outcome]) }).toEqual({ handler, ended: ends.map((ms) => [ms, 'timeout']) });
      expect({ handler, held: run.simulation.drain(2e9) }).toEqual({ handler, held: 0 });
    }
  });

  test('asks others to stop only where letting go reaches them', () => {
    expect(shop('{call: stock, cancelDownstream: true}').server('stock')).toMatchObject({ completed: 0, cancelledWork: 4 });
    expect(shop('{call: stock}').server('stock')).toMatchObject({ completed: 4, wasted: 4 });
  });

  test('leaves alone what ends in time', () => {
    const run = shop('{work: 20ms}');
    expect(outcomesOf(run.requests)).toEqual({ ok: 4 });
  });
});

describe('a deadline', () => {
  /** Users who wait for 100 ms; a shop that works for 60 ms before it asks a stock that works for 60 ms. */
  const system = (how: { readonly propagate?: boolean; readonly shop?: string; readonly stock?: string; readonly latency?: string }): Trial =>
    trial(`
system:
  users: {kind: client, arrivals: {constant: 20/s}, calls: shop, deadline: 100ms, propagateDeadline: ${how.propagate ?? true}}
  shop: {kind: service, threads: unlimited, ${how.shop ?? ''} handler: [{work: 60ms}, {call: stock}]}
  stock: {kind: service, threads: unlimited, ${how.stock ?? ''} handler: [{work: 60ms}]}
network: {default: {latency: ${how.latency ?? '0ms'}}}
`);

  test('that nobody heeds changes nothing: the work goes on for nobody', () => {
    const [told, untold] = [system({}), system({ propagate: false })];
    for (const run of [told, untold]) {
      expect(outcomesOf(run.requests)).toEqual({ gaveUp: 37 });
      expect(workedMs(run, 'stock')).toBeGreaterThan(37 * 60);
      expect(run.server('stock')).toMatchObject({ failed: 0 });
    }
  });

  test('stops work at the very instant, in every tier that heeds it', () => {
    const run = system({ shop: 'stopAtDeadline: true,', stock: 'stopAtDeadline: true,' });
    expect(outcomesOf(run.requests)).toEqual({ gaveUp: 37 });
    // Of the 60 ms at the stock only 40 are left, and the sixth part of the last ones.
    expect(workedMs(run, 'stock')).toBeLessThanOrEqual(38 * 40);
    expect(workedMs(run, 'stock')).toBeGreaterThanOrEqual(37 * 40);
    expect(run.server('stock')).toMatchObject({ completed: 0, failed: 37 });
    expect(run.simulation.drain(2e9)).toBe(0);
  });

  test('in one tier alone saves the work of that tier', () => {
    const run = system({ stock: 'stopAtDeadline: true,' });
    expect(workedMs(run, 'stock')).toBeLessThanOrEqual(38 * 40);
    expect(run.server('shop')).toMatchObject({ failed: 37, wasted: 37 });
  });

  test('travels as the time that is left: the way is not counted', () => {
    // 10 ms on the way: the shop is asked at 10 and may work until 110, at which it has 40 ms left for the stock; that is
    // asked at 80 and may work until 120.
    const run = system({ shop: 'stopAtDeadline: true,', stock: 'stopAtDeadline: true,', latency: '10ms' });
    const perRequest = workedMs(run, 'stock') / run.server('stock').received;
    expect(perRequest).toBeGreaterThan(38.5);
    expect(perRequest).toBeLessThanOrEqual(40);
  });

  test('that has passed keeps a server from asking another, and from beginning', () => {
    const late = trial(`
system:
  users: {kind: client, arrivals: {constant: 20/s}, calls: shop, deadline: 50ms, propagateDeadline: true}
  shop: {kind: service, threads: unlimited, handler: [{work: 60ms}, {call: stock}]}
  stock: {kind: service, handler: [{work: 60ms}]}
`);
    expect(late.server('stock').received).toBe(0);
    expect(late.server('shop')).toMatchObject({ completed: 0 });
    // One thread that all wait for: whoever gets it too late is dropped at no cost.
    const crowd = (queue: string): Trial =>
      trial(`
system:
  users: {kind: client, arrivals: {constant: 20/s}, calls: shop, deadline: 100ms, propagateDeadline: true}
  shop: {kind: service, threads: 1, ${queue} handler: [{work: 80ms}]}
`);
    expect(crowd('').server('shop')).toMatchObject({ failed: 0 });
    for (const how of ['queue: {dropExpired: true},', 'stopAtDeadline: true,']) expect(crowd(how).server('shop').failed).toBeGreaterThan(5);
    // What comes to its turn in time goes on to its end; only who stops at the deadline works for nobody at all.
    const uselesslyEnded = (how: string): number => crowd(how).server('shop').completed - (outcomesOf(crowd(how).requests)['ok'] ?? 0);
    expect(uselesslyEnded('queue: {dropExpired: true},')).toBeGreaterThan(5);
    expect(uselesslyEnded('stopAtDeadline: true,')).toBe(0);
  });

  test('that passes while the server hangs is seen when it goes on', () => {
    const hung = (how: string): Trial =>
      trial(
        `
system:
  users: {kind: client, arrivals: {constant: 20/s}, calls: shop, deadline: 100ms, propagateDeadline: true}
  shop: {kind: service, threads: unlimited, ${how} handler: [{work: 10ms}]}
`,
        '{at: 500ms, for: 500ms, hang: {target: shop}}',
      );
    // Ten came during the hang, of which only the last could still be served.
    expect(workedMs(hung(''), 'shop')).toBe(39 * 10);
    for (const how of ['queue: {dropExpired: true},', 'stopAtDeadline: true,']) {
      expect(workedMs(hung(how), 'shop')).toBe(30 * 10);
      expect(hung(how).server('shop')).toMatchObject({ failed: 9, completed: 30 });
    }
  });

  test('of a timeout travels as well, and is shortened on the way inward, never lengthened', () => {
    const nested = (inner: string): Trial =>
      trial(`
system:
  users: {kind: client, arrivals: {constant: 20/s}, calls: shop, patterns: [{timeout: {after: 100ms, propagateDeadline: true}}]}
  shop: {kind: service, threads: unlimited, handler: [{call: stock, patterns: [{timeout: {after: ${inner}, propagateDeadline: true}}]}]}
  stock: {kind: service, threads: unlimited, stopAtDeadline: true, handler: [{work: 500ms}]}
`);
    const per = (inner: string): number => workedMs(nested(inner), 'stock') / nested(inner).server('stock').received;
    expect(per('30ms')).toBeCloseTo(30, 0);
    // The last of the 39 have not come to their end when the trial has.
    expect(per('300ms')).toBeGreaterThan(95);
    expect(per('300ms')).toBeLessThanOrEqual(100);
  });
});
