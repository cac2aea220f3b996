/**
 * Goal: a single station waits, works and turns away as queueing theory says, for every service law, number of threads,
 * number of places and order of service.
 * Method: a client calls one service over a network without latency. Means come from the recorded integrals and
 * latencies, percentiles from the histograms of latency (off by much less than the 1.6 % of a bin, since values are
 * spread evenly within it), the share of delayed requests from looking once per unit of time whether all threads are
 * busy, which is what Poisson arrivals see (Wolff 1982).
 */
import { expect, test } from 'vitest';
import { disagreements } from './disagreements.ts';
import * as theory from './references.ts';
import { type Probe, type Run, perSecond, quantiles, replicate, scenarioText } from './replicate.ts';

interface Station {
  readonly rate: number;
  readonly arrivals?: 'poisson' | 'constant';
  readonly work?: string;
  readonly threads?: number;
  readonly queue?: string;
  /** In each run. */
  readonly requests: number;
  /** More of the client, as YAML of one line. */
  readonly client?: string;
  /** Of the work, as YAML of one line. */
  readonly limits?: string;
}

function station(title: string, { rate, arrivals = 'poisson', work = 'exponential: 10ms', threads = 1, queue = 'capacity: unlimited', requests, client = '', limits = '' }: Station): string {
  return scenarioText(
    title,
    requests / rate / 100,
    `system:
  users: {kind: client, arrivals: {${arrivals}: ${perSecond(rate)}}, calls: station${client}}
  station: {kind: service, threads: ${threads}, queue: {${queue}}, ${limits}handler: [work: {${work}}]}
`,
  );
}

/** 1 while all threads of the station are busy. */
const allBusy =
  (threads: number): Probe =>
  (simulation) =>
    simulation.servers[0]!.instances[0]!.busy === threads ? 1 : 0;

/** The quantities of a station without limit on its queue. */
function waiting(runs: readonly Run[], threads: number) {
  return {
    utilisation: runs.map((run) => run.average('station', 'busyNs') / threads),
    delayed: runs.map((run) => run.probed),
    meanWait: runs.map((run) => run.meanWait('station')),
    meanSojourn: runs.map((run) => run.meanSojourn('users')),
    meanPresent: runs.map((run) => run.meanPresent('station')),
    p50: quantiles(runs, 'users', 0.5),
    p90: quantiles(runs, 'users', 0.9),
    p95: quantiles(runs, 'users', 0.95),
    p99: quantiles(runs, 'users', 0.99),
  };
}

/** The quantities of a station that turns away what finds no place. */
function losing(runs: readonly Run[], threads: number) {
  return {
    ...waiting(runs, threads),
    loss: runs.map((run) => run.loss('station')),
    throughput: runs.map((run) => run.throughput('station')),
    meanWaiting: runs.map((run) => run.average('station', 'queuedNs')),
  };
}

for (const { id, expected, threads = 1, ...setting } of [
  { id: 'B1', expected: theory.B1, rate: 0.8, requests: 40_000 },
  { id: 'B1b', expected: theory.B1b, rate: 0.5, requests: 25_000 },
  { id: 'B2', expected: theory.B2, rate: 1.6, threads: 2, requests: 30_000 },
  { id: 'B2b', expected: theory.B2b, rate: 2.5, threads: 5, requests: 25_000 },
  { id: 'B2c', expected: theory.B2c, rate: 5, threads: 10, requests: 25_000 },
  { id: 'B2d', expected: theory.B2d, rate: 9, threads: 10, requests: 30_000 },
  { id: 'A3', expected: theory.A3, rate: 0.8, arrivals: 'constant' as const, requests: 25_000 },
]) {
  test(`${id}: ${expected.title}`, () => {
    const runs = replicate(station(`${id}: ${expected.title}`, { threads, ...setting }), 20, allBusy(threads));
    expect(disagreements(expected, runs, 'users', waiting(runs, threads))).toEqual([]);
  });
}

for (const { id, expected, ...setting } of [
  { id: 'B3', expected: theory.B3.five, rate: 4, threads: 5, queue: 'capacity: 0', requests: 25_000 },
  { id: 'B3', expected: theory.B3.twenty, rate: 15, threads: 20, queue: 'capacity: 0', requests: 25_000 },
  { id: 'B3b, deterministic', expected: theory.B3b, rate: 7, threads: 10, queue: 'capacity: 0', work: 'constant: 10ms', requests: 25_000 },
  { id: 'B3b, exponential', expected: theory.B3b, rate: 7, threads: 10, queue: 'capacity: 0', requests: 25_000 },
  { id: 'B3b, lognormal', expected: theory.B3b, rate: 7, threads: 10, queue: 'capacity: 0', work: 'lognormal: {mean: 10ms, cv: 2}', requests: 25_000 },
  // Theory counts the places with those in service; a queue counts those who wait.
  { id: 'B3c', expected: theory.B3c, rate: 4, threads: 3, queue: 'capacity: 5', requests: 25_000 },
  { id: 'B3c', expected: theory.otherMMcK.oneOfFour, rate: 0.9, threads: 1, queue: 'capacity: 3', requests: 25_000 },
  { id: 'B3c', expected: theory.otherMMcK.twoOfSix, rate: 2.5, threads: 2, queue: 'capacity: 4', requests: 25_000 },
]) {
  test(`${id}: ${expected.title}`, () => {
    const runs = replicate(station(`${id}: ${expected.title}`, setting));
    expect(disagreements(expected, runs, 'users', losing(runs, setting.threads))).toEqual([]);
  });
}

for (const { id, expected, ...setting } of [
  { id: 'B4', expected: theory.B4.deterministic, rate: 0.8, work: 'constant: 10ms', requests: 25_000 },
  { id: 'B4', expected: theory.B4.lognormal, rate: 0.8, work: 'lognormal: {mean: 10ms, cv: 1}', requests: 40_000 },
  { id: 'B4', expected: theory.B4.boundedPareto, rate: 0.3689715848778676, work: 'boundedPareto: {alpha: 2.1, min: 10ms, max: 1s}', requests: 40_000 },
  { id: 'B4', expected: theory.B4.gamma, rate: 0.7, work: 'gamma: {mean: 10ms, shape: 4}', requests: 25_000 },
  { id: 'B4', expected: theory.B4.hyperexponential, rate: 0.5, work: 'hyperexponential: {mean: 10ms, cv: 2}', requests: 40_000 },
]) {
  test(`${id}: ${expected.title}`, () => {
    const runs = replicate(station(`${id}: ${expected.title}`, setting));
    expect(disagreements(expected, runs, 'users', waiting(runs, 1))).toEqual([]);
  });
}

test('B6: last in, first out has the same mean wait and a larger second moment', () => {
  const runs = replicate(station(theory.B6.title, { rate: 0.8, queue: 'capacity: unlimited, discipline: lifo', requests: 75_000 }));
  const measured = {
    meanWait: runs.map((run) => run.meanWait('station')),
    meanSquareSojourn: runs.map((run) => run.meanSquareSojourn('users')),
  };
  expect(disagreements(theory.B6, runs, 'users', measured)).toEqual([]);
});

test('B6b: last in, first out serves most of them soon under overload', () => {
  const runs = replicate(station(theory.B6b.title, { rate: 1.25, queue: 'capacity: unlimited, discipline: lifo', requests: 25_000 }));
  const measured = {
    served: runs.map((run) => run.total('station', 'completed') / run.total('station', 'received')),
    meanSojourn: runs.map((run) => run.meanSojourn('users')),
  };
  expect(disagreements(theory.B6b, runs, 'users', measured)).toEqual([]);
});

test('B7: the important do not wait for the others, but for the one in service', () => {
  const classes = ', classes: {high: {weight: 3, priority: 0}, low: {weight: 5, priority: 1}}';
  const runs = replicate(station(theory.B7.title, { rate: 0.8, queue: 'capacity: unlimited, discipline: priority', client: classes, requests: 40_000 }));
  const measured = {
    meanHigh: runs.map((run) => run.meanSojourn('users', 'high')),
    meanLow: runs.map((run) => run.meanSojourn('users', 'low')),
  };
  expect(disagreements(theory.B7, runs, 'users', measured)).toEqual([]);
});

test('B8: those who have waited too long are dropped when their turn comes, at no cost', () => {
  const runs = replicate(station(theory.B8.title, { rate: 1.25, queue: 'capacity: unlimited, maxWait: 50ms', requests: 25_000 }));
  const measured = {
    dropped: runs.map((run) => run.loss('station')),
    utilisation: runs.map((run) => run.average('station', 'busyNs')),
    throughput: runs.map((run) => run.throughput('station')),
  };
  expect(disagreements(theory.B8, runs, 'users', measured)).toEqual([]);
});

test('B8, with a deadline that travels from the user to the server', () => {
  const client = ', patterns: [timeout: {after: 50ms, propagateDeadline: true}]';
  const runs = replicate(station(theory.B8.title, { rate: 1.25, queue: 'capacity: unlimited, dropExpired: true', requests: 25_000, client }));
  const measured = {
    dropped: runs.map((run) => run.total('station', 'failed') / run.total('station', 'received')),
    utilisation: runs.map((run) => run.average('station', 'busyNs')),
    throughput: runs.map((run) => run.throughput('station')),
  };
  expect(disagreements(theory.B8, runs, 'users', measured)).toEqual([]);
});

test(`B8s: ${theory.B8s.title}`, () => {
  const runs = replicate(station(theory.B8s.title, { rate: 0.6, requests: 25_000, limits: 'requestTimeout: 20ms, ' }));
  const measured = {
    timedOut: runs.map((run) => run.total('station', 'failed') / run.total('station', 'received')),
    utilisation: runs.map((run) => run.average('station', 'busyNs')),
    meanWait: runs.map((run) => run.meanWait('station')),
  };
  expect(disagreements(theory.B8s, runs, 'users', measured)).toEqual([]);
});

test('B8b: work goes on after its user has given up', () => {
  const runs = replicate(station(theory.B8b.title, { rate: 0.8, client: ', patterns: [timeout: 100ms]', requests: 25_000 }));
  const measured = {
    useful: runs.map((run) => run.total('users', 'ok') / run.total('users', 'offered')),
    utilisation: runs.map((run) => run.average('station', 'busyNs')),
    wasted: runs.map((run) => run.total('station', 'wasted') / run.total('station', 'received')),
  };
  expect(disagreements(theory.B8b, runs, 'users', measured)).toEqual([]);
});

test('a wrong simulation is found: one more place than theory has', () => {
  const runs = replicate(station('canary', { rate: 4, threads: 3, queue: 'capacity: 6', requests: 25_000 }));
  expect(disagreements(theory.B3c, runs, 'users', losing(runs, 3))).toHaveLength(Object.keys(theory.B3c.values).length);
});
