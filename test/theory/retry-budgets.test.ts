/**
 * Goal: a retry budget bounds the load as the balance of its tokens says, and a fleet of clients with budgets does what
 * the program that made them known does.
 * Method: an error rate fails each attempt for itself; load is sends for each call, success is good answers for each
 * call. Where the reference is itself a mean of few runs of a program, its error is estimated from our own spread.
 */
import { expect, test } from 'vitest';
import { differencesFromProgram, disagreements } from './disagreements.ts';
import * as theory from './references.ts';
import { replicate, scenarioText } from './replicate.ts';

const failing = (rate: string, budget: string): string => `system:
  users: {kind: client, arrivals: {poisson: 1000/s}, calls: station, patterns: [retry: {maxAttempts: unlimited, backoff: none, budget: {${budget}}}]}
  station: {kind: service, threads: unlimited, handler: [work: 0ms]}
faults: [{at: 0s, errorRate: {target: station, rate: ${rate}}}]
`;

for (const { expected, rate, budget } of [
  { expected: theory.F5.firstTryHalf, rate: '50%', budget: 'tokenBucket: {deposit: 0.1, depositOn: firstTry}' },
  { expected: theory.F5.firstTryFifth, rate: '20%', budget: 'tokenBucket: {deposit: 0.1, depositOn: firstTry}' },
  { expected: theory.F5.successHalf, rate: '50%', budget: 'tokenBucket: {deposit: 0.1, depositOn: success}' },
  { expected: theory.F5.successNone, rate: '100%', budget: 'tokenBucket: {deposit: 0.1, depositOn: success}' },
]) {
  test(`F5: ${expected.title}`, () => {
    const runs = replicate(scenarioText(expected.title, 20, failing(rate, budget)));
    const measured = {
      load: runs.map((run) => run.total('users/station', 'sends') / run.total('users/station', 'calls')),
      success: runs.map((run) => run.total('users', 'ok') / run.total('users', 'offered')),
    };
    expect(disagreements(expected, runs, 'users', measured)).toEqual([]);
  });
}

const RETRIES = {
  // There a retry needs more than one token, here one: a tenth less in the bucket is the same rule.
  tokens: 'maxAttempts: unlimited, budget: {tokenBucket: {capacity: 4.9, deposit: 0.1}}',
  breaker: 'maxAttempts: 4, budget: {failureRate: 10%}',
  three: 'maxAttempts: 4',
};

/** Ten seconds from the first moment on. A fleet of 100 callers, chosen at random, is 100 clients with a tenth of the rate. */
const fleet = (fail: string, retries: string): string =>
  scenarioText(
    `${fail} fail, ${retries}`,
    10,
    `system:
  users: {kind: client, arrivals: {poisson: 1000/s}, calls: fleet}
  fleet: {kind: service, instances: 100, threads: unlimited, balancer: {algorithm: random}, handler: [{call: station, patterns: [retry: {${retries}, backoff: none}]}]}
  station: {kind: service, threads: unlimited, handler: [work: 0ms]}
faults: [{at: 0s, errorRate: {target: station, rate: ${fail}}}]
`,
  ).replace(/warmup.*/, 'warmup: 0s');

for (const { strategy, fail, success, load } of theory.F5b.cases) {
  test(`F5b: ${fail} of the attempts fail, ${strategy}`, () => {
    const runs = replicate(fleet(fail, RETRIES[strategy]), 24);
    const successes = runs.map((run) => run.total('users', 'ok') / run.total('users', 'offered'));
    const loads = runs.map((run) => run.total('fleet/station', 'sends') / run.total('fleet/station', 'calls'));
    const { tolerances } = theory.F5b;
    expect([
      ...differencesFromProgram('success', successes, { value: success, tolerance: tolerances.success / success }, theory.F5b),
      ...(load === undefined ? [] : differencesFromProgram('load', loads, { value: load, tolerance: tolerances.load }, theory.F5b)),
    ]).toEqual([]);
  });
}
