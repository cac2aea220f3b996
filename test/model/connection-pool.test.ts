/**
 * Goal: in a whole system, pooled connections belong to the instance to which they were set up: they die with it, they
 * stay with it when somebody else leads, and setting them up takes the network's time.
 * Method: small scenarios with constant times; what users, call sites and pools saw is counted.
 */
import { describe, expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../sim/catalogue/units.ts';
import type { Simulation } from '../../sim/scenario/compile.ts';
import type { MarkName } from '../../sim/resilience/mark.ts';
import { simulate, totalOf } from '../support/run-scenario.ts';

interface Settings {
  readonly pool: string;
  readonly database?: string;
  readonly fault?: string;
  readonly latency?: string;
  readonly rate?: string;
}

function run({ pool, database = '', fault = '', latency = '0ms', rate = '50/s' }: Settings): Simulation {
  return simulate(`
faultline: 1
title: A pool before a database
duration: 60s
network: {default: {latency: ${latency}}}
system:
  users: {kind: client, arrivals: {constant: ${rate}}, calls: api}
  api:
    kind: service
    threads: 500
    handler:
      - call: db
        operation: write
        patterns: [${pool}]
  db: {kind: database, connections: 100, read: 5ms, write: 5ms, startup: 100ms, ${database}}
faults: [${fault}]
`);
}


/** How often users got this outcome. */
const outcomes = (simulation: Simulation, name: string): number => totalOf(simulation, 'users', `outcome.${name}`);
const marks = (simulation: Simulation, name: MarkName): number => totalOf(simulation, 'api/db/connectionPool', name);

const HIKARI = '{connectionPool: {kind: hikari, maximumPoolSize: 5}}';
const SQLALCHEMY = '{connectionPool: {kind: sqlalchemy, poolSize: 5, maxOverflow: 0}}';

test('nothing is left after the load, the connections at rest aside', () => {
  for (const pool of [HIKARI, SQLALCHEMY]) {
    const simulation = run({ pool });
    expect(simulation.drain(SECOND)).toBe(0);
    expect(outcomes(simulation, 'poolTimeout')).toBe(0);
  }
});

describe('a database that dies and comes back', () => {
  const fault = '{at: 30s, for: 1s, kill: {target: db}}';

  test('SQLAlchemy: what is lent then is lost, the rest is suspect and replaced', () => {
    const simulation = run({ pool: SQLALCHEMY, fault });
    // A call every 20 ms that takes 5: none is under way at the death. The first call after it meets a stale connection.
    expect(outcomes(simulation, 'reset')).toBe(1);
    // Then nobody listens, for a second and the start-up.
    expect(outcomes(simulation, 'refused')).toBeGreaterThan(45);
  });

  test('SQLAlchemy with pre-ping: no call meets a stale connection', () => {
    const simulation = run({ pool: '{connectionPool: {kind: sqlalchemy, poolSize: 5, maxOverflow: 0, poolPrePing: true}}', fault });
    expect(outcomes(simulation, 'reset')).toBe(0);
    expect(outcomes(simulation, 'refused')).toBeGreaterThan(45);
  });

  test('HikariCP: callers wait while the adder tries, and are served late instead of refused', () => {
    const simulation = run({ pool: HIKARI, fault });
    expect(outcomes(simulation, 'refused')).toBe(0);
    expect(outcomes(simulation, 'poolTimeout')).toBe(0);
    // One connection was used half a second ago or less and is lent untested; those idle for longer are tested.
    expect(outcomes(simulation, 'reset')).toBe(1);
    expect(marks(simulation, 'probed')).toBeGreaterThanOrEqual(4);
    expect(marks(simulation, 'connected')).toBe(10);
  });

  test('a test finds out that the database has died, even if it is back', () => {
    const short = '{at: 32s, for: 10ms, kill: {target: db}}';
    const seldom = (tests: boolean): Simulation =>
      run({ pool: `{connectionPool: {kind: sqlalchemy, poolPrePing: ${tests}}}`, fault: short, rate: '0.2/s' });
    expect(outcomes(seldom(false), 'reset')).toBe(1);
    expect(outcomes(seldom(true), 'reset')).toBe(0);
    expect(marks(seldom(true), 'connected')).toBe(2);
    const hikari = run({ pool: HIKARI, fault: short, rate: '0.2/s' });
    expect(outcomes(hikari, 'reset')).toBe(0);
    expect(marks(hikari, 'connected')).toBeGreaterThan(5);
  });

  test('without a pool each send goes over a connection of its own', () => {
    const simulation = run({ pool: '', fault });
    expect(outcomes(simulation, 'reset')).toBe(0);
    expect(outcomes(simulation, 'refused')).toBeGreaterThan(45);
  });
});

describe('a primary that hangs and is replaced', () => {
  const database = 'replicas: 1, failover: {lease: 3s, renewEvery: 1s, promotion: 1s}';
  const fault = '{at: 20s, for: 10s, hang: {target: db, instance: 0}}';
  test('old connections still lead to the old primary, which refuses writes for as long as they live', () => {
    const stuck = run({ pool: '{timeout: 1s}, {connectionPool: {kind: hikari, maximumPoolSize: 5, minimumIdle: 5}}', database, fault });
    // From the end of the hang to the end of the run, half a minute of writes.
    expect(outcomes(stuck, 'notPrimary')).toBeGreaterThan(1000);
    const cured = run({ pool: '{timeout: 1s}, {connectionPool: {kind: hikari, maximumPoolSize: 5, evictOn: [notPrimary, reset, timeout]}}', database, fault });
    expect(outcomes(cured, 'notPrimary')).toBeLessThanOrEqual(5);
    const direct = run({ pool: '{timeout: 1s}', database, fault });
    expect(outcomes(direct, 'notPrimary')).toBe(0);
  });
});

describe('a database that hangs before the first connection is set up', () => {
  const hung = (pool: string, then = ''): Simulation => run({ pool, fault: `{at: 0s, for: 10s, hang: {target: db}}${then}` });

  test('when it wakes up it answers those who knocked, and the pool goes on', () => {
    for (const pool of [HIKARI, SQLALCHEMY]) {
      const simulation = hung(pool);
      // 50 a second for the 50 seconds after the hang, and those who still waited.
      expect(totalOf(simulation, 'users', 'ok')).toBeGreaterThan(2490);
      expect(simulation.drain(SECOND)).toBe(0);
    }
  });

  test('when it dies it refuses them, unless it dies in silence', () => {
    const dies = ', {at: 5s, for: 1s, kill: {target: db';
    const refused = (then: string): number => outcomes(hung(SQLALCHEMY, then), 'refused');
    // The five who set up connections keep all others waiting for one.
    expect(refused(`${dies}}}`)).toBeGreaterThanOrEqual(5);
    expect(refused(`${dies}, silent: true}}`)).toBe(0);
  });
});

test('a set-up takes a round trip and the log-in; a call over a pooled connection takes a round trip', () => {
  const first = run({ pool: '{connectionPool: {kind: sqlalchemy, setup: 7ms}}', latency: '3ms', rate: '0.02/s' });
  const { histogram } = first.record().latency.find(({ of }) => of === 'good')!;
  // One request: 6 to the service, 6 + 7 to connect, 6 + 5 to write.
  expect(histogram.max).toBeGreaterThanOrEqual(30 * MILLISECOND * 0.98);
  expect(histogram.max).toBeLessThanOrEqual(30 * MILLISECOND * 1.02);
});

test('with one pool for each instance of the callee, each keeps to its instance', () => {
  const simulation = run({ pool: '{connectionPool: {kind: hikari, maximumPoolSize: 3, per: [callee]}}', database: 'replicas: 2' });
  const layer = simulation.engine.runtime.layers.find(({ address }) => address === 'api/db/connectionPool')!;
  expect(layer.hosts.map(({ endpoint }) => endpoint)).toEqual([0, 1, 2]);
  // Writes go to the primary, so only its pool is ever used and filled.
  expect(marks(simulation, 'connected')).toBe(3);
});
