/**
 * Goal: every pool at a call site, whatever library it follows, is a station of queueing theory: it makes callers wait,
 * and turns them away, as often and as long as theory says of as many servers with as many places.
 * Method: one client calls, through a pool, a service with as many threads as anybody wants; a connection costs nothing to
 * set up, and the time before the pool is filled is not measured.
 */
import { expect, test } from 'vitest';
import { disagreements } from './disagreements.ts';
import * as theory from './references.ts';
import { perSecond, quantiles, replicate, scenarioText } from './replicate.ts';

interface PoolCase {
  readonly name: string;
  /** As YAML of one line. */
  readonly pool: string;
}

const pooled = (title: string, pool: string, rate: number, requests: number): string =>
  scenarioText(
    title,
    requests / rate / 100,
    `system:
  users: {kind: client, arrivals: {poisson: ${perSecond(rate)}}, calls: station, patterns: [${pool}]}
  station: {kind: service, threads: unlimited, handler: [work: {exponential: 10ms}]}
`,
  );

/** The quantities of a case that can be seen from outside. */
function seenFromOutside(expected: theory.TheoryCase): theory.TheoryCase {
  const seen = Object.entries(expected.values).filter(([name]) => ['meanSojourn', 'p50', 'p99', 'loss'].includes(name));
  return { ...expected, values: Object.fromEntries(seen) };
}

function compare(expected: theory.TheoryCase, { name, pool }: PoolCase, rate: number): void {
  const runs = replicate(pooled(`${expected.title}, ${name}`, pool, rate, 25_000));
  const measured = {
    meanSojourn: runs.map((run) => run.meanSojourn('users')),
    p50: quantiles(runs, 'users', 0.5),
    p99: quantiles(runs, 'users', 0.99),
    loss: runs.map((run) => run.total('users', 'failed') / run.total('users', 'offered')),
  };
  expect(disagreements(seenFromOutside(expected), runs, 'users', measured)).toEqual([]);
}

test.each<PoolCase>([
  { name: 'a bulkhead', pool: 'bulkhead: {maxConcurrentCalls: 5, maxWaitDuration: unlimited}' },
  { name: 'threads of Resilience4j', pool: 'threadPool: {kind: resilience4j, coreThreadPoolSize: 5, maxThreadPoolSize: 9, queueCapacity: unlimited}' },
  { name: 'threads of Hystrix', pool: 'threadPool: {kind: hystrix, coreSize: 5, maxQueueSize: unlimited, queueSizeRejectionThreshold: unlimited}' },
  { name: 'fixed threads', pool: 'threadPool: {kind: fixed, threads: 5}' },
  { name: 'connections of HikariCP', pool: 'connectionPool: {kind: hikari, maximumPoolSize: 5, connectionTimeout: unlimited, setup: 0ms}' },
  { name: 'connections of SQLAlchemy', pool: 'connectionPool: {kind: sqlalchemy, poolSize: 3, maxOverflow: 2, poolTimeout: unlimited, setup: 0ms}' },
])('B2b, five of a pool: $name', (pool) => {
  compare(theory.B2b, pool, 2.5);
});

test.each<PoolCase>([
  { name: 'a bulkhead', pool: 'bulkhead: {maxConcurrentCalls: 3, maxWaitDuration: unlimited, queueCapacity: 5}' },
  { name: 'threads of Resilience4j', pool: 'threadPool: {kind: resilience4j, coreThreadPoolSize: 3, maxThreadPoolSize: 3, queueCapacity: 5}' },
  { name: 'threads of Hystrix', pool: 'threadPool: {kind: hystrix, coreSize: 3, maxQueueSize: 100, queueSizeRejectionThreshold: 5}' },
  { name: 'fixed threads', pool: 'threadPool: {kind: fixed, threads: 3, queueCapacity: 5}' },
])('B3c, three of a pool and five places: $name', (pool) => {
  compare(theory.B3c, pool, 4);
});

test.each<PoolCase>([
  { name: 'threads of Resilience4j', pool: 'threadPool: {kind: resilience4j, coreThreadPoolSize: 2, maxThreadPoolSize: 5, queueCapacity: 0}' },
  { name: 'threads of Hystrix', pool: 'threadPool: {kind: hystrix, coreSize: 5}' },
  { name: 'connections of SQLAlchemy', pool: 'connectionPool: {kind: sqlalchemy, poolSize: 2, maxOverflow: 3, poolTimeout: 0s, setup: 0ms}' },
])('B3, five of a pool and no place to wait: $name', (pool) => {
  compare(theory.B3.five, pool, 4);
});
