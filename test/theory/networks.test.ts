/**
 * Goal: users who wait for their answers slow their own load as theory says, and stations in a row are independent of
 * each other where theory says so.
 * Method: closed loops of one and of several stations, and an open line of three. Stations hand on requests with
 * asynchronous calls, which give back the thread: a station of theory is free again once it has done its work.
 */
import { expect, test } from 'vitest';
import { disagreements } from './disagreements.ts';
import * as theory from './references.ts';
import { type Run, UNIT_NS, perSecond, quantiles, replicate, scenarioText } from './replicate.ts';

const milliseconds = (units: number): string => `${(units * UNIT_NS) / 1e6}ms`;

const loops = [
  { expected: theory.C1.tenUsers, users: 10, think: 1.145, service: 0.1, threads: 1, units: 4500 },
  { expected: theory.C1.oneUser, users: 1, think: 0.02, service: 0.1, threads: 1, units: 3000 },
  { expected: theory.C1.twentyFiveUsers, users: 25, think: 20, service: 1, threads: 1, units: 30_000 },
  { expected: theory.C1.threeThreads, users: 12, think: 4, service: 1, threads: 3, units: 10_000 },
] as const;

type Loop = (typeof loops)[number];

const loop = ({ expected, users, think, service, threads, units }: Loop): string =>
  scenarioText(
    expected.title,
    (units * UNIT_NS) / 1e9,
    `system:
  users: {kind: client, arrivals: {closed: {users: ${users}, think: {exponential: ${milliseconds(think)}}}}, calls: station}
  station: {kind: service, threads: ${threads}, queue: {capacity: unlimited}, handler: [work: {exponential: ${milliseconds(service)}}]}
`,
  );

for (const setting of loops) {
  const { expected, users, think, threads } = setting;
  test(`C1: ${expected.title}`, () => {
    const runs = replicate(loop(setting));
    const measured = {
      throughput: runs.map((run) => run.throughput('station')),
      meanSojourn: runs.map((run) => run.meanSojourn('users')),
      p99: quantiles(runs, 'users', 0.99),
      utilisation: runs.map((run) => run.average('station', 'busyNs') / threads),
    };
    expect(disagreements(expected, runs, 'users', measured)).toEqual([]);
    // The interactive response-time law, R = N / X - Z, holds on every path; here up to the chance of the think times.
    const cycles = runs.reduce((sum, run) => sum + run.total('users', 'ok'), 0);
    const mean = (read: (run: Run) => number): number => runs.reduce((sum, run) => sum + read(run), 0) / runs.length;
    const thought = users / mean((run) => run.throughput('station')) - mean((run) => run.meanSojourn('users'));
    expect(Math.abs(thought - think)).toBeLessThan((4 * think) / Math.sqrt(cycles));
  });
}

/** Three stations, each of which hands on to the next. @param work mean service times */
const line = (work: readonly [number, number, number]): string => `
  web: {kind: service, threads: 1, queue: {capacity: unlimited}, handler: [work: {exponential: ${milliseconds(work[0])}}, {call: app, async: true}]}
  app: {kind: service, threads: 1, queue: {capacity: unlimited}, handler: [work: {exponential: ${milliseconds(work[1])}}, {call: data, async: true}]}
  data: {kind: service, threads: 1, queue: {capacity: unlimited}, handler: [work: {exponential: ${milliseconds(work[2])}}]}
`;

test('C2: closed loop through three stations', () => {
  const system = `system:
  users: {kind: client, arrivals: {closed: {users: 20, think: {exponential: ${milliseconds(2)}}}}, calls: web}
${line([0.05, 0.08, 0.02])}`;
  const runs = replicate(scenarioText(theory.C2.title, 25, system));
  const measured = {
    throughput: runs.map((run) => run.throughput('data')),
    meanSojourn: runs.map((run) => run.meanSojourn('users')),
    presentWeb: runs.map((run) => run.meanPresent('web')),
    presentApp: runs.map((run) => run.meanPresent('app')),
    presentData: runs.map((run) => run.meanPresent('data')),
    utilisationWeb: runs.map((run) => run.average('web', 'busyNs')),
    utilisationApp: runs.map((run) => run.average('app', 'busyNs')),
    utilisationData: runs.map((run) => run.average('data', 'busyNs')),
  };
  expect(disagreements(theory.C2, runs, 'users', measured)).toEqual([]);
});

test('C3: open line of three stations', () => {
  const system = `system:
  users: {kind: client, arrivals: {poisson: ${perSecond(8)}}, calls: web}
${line([1 / 10, 1 / 12, 1 / 20])}`;
  const runs = replicate(scenarioText(theory.C3.title, 30, system));
  const sojourn = (station: string): number[] => runs.map((run) => run.meanPresent(station) / run.throughput(station));
  const measured = {
    meanFirst: sojourn('web'),
    meanSecond: sojourn('app'),
    meanThird: sojourn('data'),
    meanSojourn: runs.map((run) => run.meanSojourn('users')),
    p50: quantiles(runs, 'users', 0.5),
    p99: quantiles(runs, 'users', 0.99),
  };
  expect(disagreements(theory.C3, runs, 'users', measured)).toEqual([]);
});
