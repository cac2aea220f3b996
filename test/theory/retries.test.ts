/**
 * Goal: retries multiply attempts as probability says, and the rejected who come again load a station as theory says.
 * Method: an error rate laid over an instance fails each attempt for itself; attempts are the sends at the call site.
 */
import { expect, test } from 'vitest';
import { disagreements } from './disagreements.ts';
import * as theory from './references.ts';
import { indexSeries } from '../../sim/telemetry/record.ts';
import { perSecond, replicate, scenarioText } from './replicate.ts';

const failing = (title: string, rate: string, maxAttempts: number): string =>
  scenarioText(
    title,
    90,
    `system:
  users: {kind: client, arrivals: {poisson: 100/s}, calls: station, patterns: [retry: {maxAttempts: ${maxAttempts}, backoff: {fixed: 20ms}}]}
  station: {kind: service, threads: unlimited, handler: [work: 1ms]}
faults: [{at: 0s, errorRate: {target: station, rate: ${rate}}}]
`,
  );

for (const { expected, rate, maxAttempts } of [
  { expected: theory.F1.tenth, rate: '10%', maxAttempts: 4 },
  { expected: theory.F1.half, rate: '50%', maxAttempts: 4 },
  { expected: theory.F1.third, rate: '30%', maxAttempts: 3 },
]) {
  test(`F1: ${expected.title}`, () => {
    const runs = replicate(failing(expected.title, rate, maxAttempts));
    const measured = {
      attempts: runs.map((run) => run.total('users/station', 'sends') / run.total('users/station', 'calls')),
      success: runs.map((run) => run.total('users', 'ok') / run.total('users', 'offered')),
    };
    expect(disagreements(expected, runs, 'users', measured)).toEqual([]);
  });
}

/** A line of services above a database that always fails; each caller tries so many times. */
function layers(depth: number, maxAttempts: number): string {
  const patterns = `patterns: [retry: {maxAttempts: ${maxAttempts}, backoff: none}]`;
  const services = Array.from({ length: depth - 1 }, (_, at) => {
    const next = at === depth - 2 ? 'database' : `service-${at + 1}`;
    return `  service-${at}: {kind: service, threads: unlimited, handler: [{call: ${next}, ${patterns}}]}\n`;
  });
  return scenarioText(
    `${depth} layers`,
    10,
    `system:
  users: {kind: client, arrivals: {constant: 10/s}, calls: service-0, ${patterns}}
${services.join('')}  database: {kind: service, threads: unlimited, handler: [work: 1ms]}
faults: [{at: 0s, errorRate: {target: database, rate: 100%}}]
`,
  );
}

test.each([
  // Google, Site Reliability Engineering, chapter 22: three layers, three retries each.
  { depth: 3, maxAttempts: 4, attempts: 64 },
  // Brooker, Timeouts, Retries, and Backoff with Jitter, Amazon Builders' Library: five layers, three tries each.
  { depth: 5, maxAttempts: 3, attempts: 243 },
  // The same with three retries each.
  { depth: 5, maxAttempts: 4, attempts: 1024 },
])('F2: $depth layers with $maxAttempts tries each make $attempts attempts', ({ depth, maxAttempts, attempts }) => {
  for (const run of replicate(layers(depth, maxAttempts), 3)) {
    expect(run.total('database', 'received')).toBe(attempts * run.total('users', 'offered'));
    expect(run.total('users', 'failed')).toBe(run.total('users', 'offered'));
  }
});

test('F7: the rejected come again until they are served', () => {
  const patterns = 'patterns: [retry: {maxAttempts: unlimited, backoff: {random: {exponential: 5ms}}}]';
  const system = `system:
  users: {kind: client, arrivals: {poisson: ${perSecond(0.8)}}, calls: station, ${patterns}}
  station: {kind: service, threads: 1, queue: {capacity: 0}, handler: [work: {exponential: 10ms}]}
`;
  const runs = replicate(scenarioText(theory.F7.title, 100, system));
  const measured = {
    utilisation: runs.map((run) => run.average('station', 'busyNs')),
    meanSojourn: runs.map((run) => run.meanSojourn('users')),
  };
  expect(disagreements(theory.F7, runs, 'users', measured)).toEqual([]);
});

test('F8: above a limit, each second brings the retries of all seconds before', () => {
  const system = `system:
  users: {kind: client, arrivals: {constant: 1010/s}, calls: station, patterns: [retry: {maxAttempts: unlimited, backoff: {fixed: 1s}}]}
  station: {kind: service, threads: unlimited, handler: [work: 0ms], patterns: [rateLimit: {kind: fixedWindow, limit: 1000, window: 1s}]}
`;
  // Google, Site Reliability Engineering, chapter 22: 100 retries more in each second, at a tenth of its rates.
  const { record } = replicate(scenarioText('just above a limit', 10, system), 1)[0]!;
  const received = indexSeries(record.series).find('station', 'received');
  const perSecond = Array.from({ length: 9 }, (_, second) => record.rows[second * record.series.length + received]!);
  perSecond.forEach((tries, second) => expect(Math.abs(tries - (1010 + 10 * second))).toBeLessThanOrEqual(1));
});

for (const { expected, demand, seconds } of [
  { expected: theory.F8.half, demand: 150, seconds: 400 },
  // So near the limit it takes long until nothing is left of the beginning.
  { expected: theory.F8.tenth, demand: 110, seconds: 1200 },
]) {
  test(`F8: ${expected.title}`, () => {
    const patterns = 'patterns: [retry: {maxAttempts: 4, backoff: {random: {exponential: 5s}}, retryAfter: ignore}]';
    const system = `system:
  users: {kind: client, arrivals: {poisson: ${demand}/s}, calls: station, ${patterns}}
  station: {kind: service, threads: unlimited, handler: [work: 0ms], patterns: [rateLimit: {kind: tokenBucket, rate: 100/s, burst: 20}]}
`;
    const runs = replicate(scenarioText(expected.title, seconds, system));
    const measured = {
      tries: runs.map((run) => run.total('station', 'received') / run.units),
      refused: runs.map((run) => run.loss('station')),
      failed: runs.map((run) => run.total('users', 'failed') / run.total('users', 'offered')),
    };
    expect(disagreements(expected, runs, 'users', measured)).toEqual([]);
  });
}
