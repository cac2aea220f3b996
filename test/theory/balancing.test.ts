/**
 * Goal: balancers spread requests as theory says.
 * Method: Poisson arrivals at several instances with one thread and exponential service each, at a network without
 * latency, so that the balancer knows at every instant how many requests each instance holds.
 */
import { expect, test } from 'vitest';
import { disagreements } from './disagreements.ts';
import * as theory from './references.ts';
import { perSecond, quantiles, replicate, scenarioText } from './replicate.ts';

interface Farm {
  readonly title: string;
  readonly instances: number;
  /** Of each instance. */
  readonly load: number;
  readonly algorithm: string;
  /** In each run. */
  readonly requests: number;
}

function farm({ title, instances, load, algorithm, requests }: Farm, sections = ''): string {
  return scenarioText(
    title,
    requests / instances / load / 100,
    `system:
  users: {kind: client, arrivals: {poisson: ${perSecond(instances * load)}}, calls: farm}
  farm: {kind: service, instances: ${instances}, threads: 1, queue: {capacity: unlimited}, balancer: {algorithm: ${algorithm}}, handler: [work: {exponential: 10ms}]}
${sections}`,
  );
}

for (const { id, expected, ...setting } of [
  { id: 'D1', expected: theory.D1.two, instances: 100, load: 0.8, algorithm: 'powerOfTwo', requests: 20_000 },
  { id: 'D1', expected: theory.D1.three, instances: 100, load: 0.8, algorithm: '{powerOfTwo: {choices: 3}}', requests: 20_000 },
  { id: 'D1', expected: theory.D1.bothOfTwo, instances: 2, load: 0.8, algorithm: 'powerOfTwo', requests: 20_000 },
  { id: 'D2', expected: theory.D2.two, instances: 2, load: 0.8, algorithm: 'leastRequest', requests: 20_000 },
  { id: 'D2', expected: theory.D2.five, instances: 5, load: 0.7, algorithm: 'leastRequest', requests: 20_000 },
  { id: 'D3', expected: theory.D3.two, instances: 2, load: 0.8, algorithm: 'roundRobin', requests: 25_000 },
  { id: 'D3', expected: theory.D3.four, instances: 4, load: 0.8, algorithm: 'roundRobin', requests: 25_000 },
  { id: 'D5', expected: theory.D5, instances: 10, load: 0.8, algorithm: 'random', requests: 40_000 },
]) {
  test(`${id}: ${expected.title}`, () => {
    const runs = replicate(farm({ title: expected.title, ...setting }));
    const measured = {
      meanSojourn: runs.map((run) => run.meanSojourn('users')),
      p99: quantiles(runs, 'users', 0.99),
    };
    expect(disagreements(expected, runs, 'users', measured)).toEqual([]);
  });
}

const blackHole = 'faults: [{at: 0s, errorRate: {target: farm, instance: 1, rate: 100%}}]\n';

for (const { id, expected, ...setting } of [
  { id: 'D4', expected: theory.D4.leastRequestOfTwo, instances: 2, load: 0.5, algorithm: 'leastRequest', requests: 10_000 },
  { id: 'D4', expected: theory.D4.leastRequestOfFour, instances: 4, load: 0.5, algorithm: 'leastRequest', requests: 10_000 },
]) {
  test(`${id}: ${expected.title}`, () => {
    const runs = replicate(farm({ title: expected.title, ...setting }, blackHole));
    expect(disagreements(expected, runs, 'users', { failed: runs.map((run) => run.total('users', 'failed') / run.total('users', 'offered')) })).toEqual([]);
  });
}
