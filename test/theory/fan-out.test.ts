/**
 * Goal: waiting for several answers, for all or for the first few, takes as long as order statistics say.
 * Method: a service calls leaves in parallel. Leaves have as many threads as they need, so that their answers are
 * independent.
 */
import { expect, test } from 'vitest';
import { disagreements } from './disagreements.ts';
import * as theory from './references.ts';
import { quantiles, replicate, scenarioText } from './replicate.ts';

/** @param requests in each run, 100 per second */
function fanOut(title: string, requests: number, step: string, leaf: string): string {
  return scenarioText(
    title,
    requests / 100,
    `system:
  users: {kind: client, arrivals: {poisson: 100/s}, calls: root}
  root: {kind: service, threads: unlimited, handler: [${step}]}
  leaf: {kind: service, threads: unlimited, handler: [work: {${leaf}}]}
`,
  );
}

const all = (leaves: number): string => `{parallel: [steps: [call: leaf]], repeat: ${leaves}}`;
const first = (needed: number, leaves: number): string => `{parallel: [steps: [call: leaf]], repeat: ${leaves}, need: ${needed}}`;
/** Fast in 1 ms or slow in 20 ms, twice what counts as slow. */
const slowWith = (share: number): string => `empirical: {values: [{value: 1ms, weight: ${1 - share}}, {value: 20ms, weight: ${share}}]}`;

for (const { expected, leaves, requests, share } of [
  { expected: theory.E1.hundred, leaves: 100, requests: 250, share: 0.01 },
  { expected: theory.E1.ten, leaves: 10, requests: 2500, share: 0.01 },
  { expected: theory.E1.twoThousand, leaves: 2000, requests: 25, share: 0.0001 },
]) {
  test(`E1: ${expected.title}`, () => {
    const runs = replicate(fanOut(expected.title, requests, all(leaves), slowWith(share)), 40);
    expect(disagreements(expected, runs, 'users', { slow: runs.map((run) => run.shareAbove('users', 1)) })).toEqual([]);
  });
}

for (const { id, expected, requests, step } of [
  { id: 'E2', expected: theory.E2.ten, requests: 4000, step: all(10) },
  { id: 'E2', expected: theory.E2.hundred, requests: 600, step: all(100) },
  { id: 'E2b', expected: theory.E2b.chain, requests: 8000, step: '{call: leaf}, {call: leaf, as: second}, {call: leaf, as: third}' },
  { id: 'E2b', expected: theory.E2b.threeOfFive, requests: 8000, step: first(3, 5) },
  { id: 'E2b', expected: theory.E2b.twoOfThree, requests: 8000, step: first(2, 3) },
  { id: 'E2b', expected: theory.E2b.oneOfFour, requests: 8000, step: first(1, 4) },
]) {
  test(`${id}: ${expected.title}`, () => {
    const runs = replicate(fanOut(expected.title, requests, step, 'exponential: 10ms'));
    const measured = {
      meanSojourn: runs.map((run) => run.meanSojourn('users')),
      p50: quantiles(runs, 'users', 0.5),
      p99: quantiles(runs, 'users', 0.99),
    };
    expect(disagreements(expected, runs, 'users', measured)).toEqual([]);
  });
}
