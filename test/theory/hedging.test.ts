/**
 * Goal: hedged requests take as long, and make as many extra sends, as the theory of the first of two says; and a hedge
 * changes nothing about the calls that it leaves alone.
 * Method: a callee with as many threads as it needs, so that its answers are independent. For the second part, the same
 * traffic with and without a hedge.
 */
import { expect, test } from 'vitest';
import { Histogram } from '../../sim/telemetry/histogram.ts';
import { disagreements } from './disagreements.ts';
import { judge } from './judge.ts';
import * as theory from './references.ts';
import { perSecond, quantiles, replicate, type Run, scenarioText, UNIT_NS } from './replicate.ts';

const hedged = (title: string, patterns: string, requests = 60_000): string =>
  scenarioText(
    title,
    requests / 100,
    `system:
  users: {kind: client, arrivals: {poisson: 100/s}, calls: station, patterns: [${patterns}]}
  station: {kind: service, threads: unlimited, handler: [work: {exponential: 10ms}]}
`,
  );

for (const { expected, hedge } of [
  { expected: theory.E3.afterOne, hedge: 'kind: delay, delay: 10ms' },
  { expected: theory.E3.afterP95, hedge: `kind: delay, delay: ${Math.round(Math.log(20) * UNIT_NS)}ns` },
]) {
  test(`E3: ${expected.title}`, () => {
    const runs = replicate(hedged(expected.title, `hedge: {${hedge}}`));
    const measured = {
      extra: runs.map((run) => run.total('users/station/hedge', 'hedged') / run.total('users', 'offered')),
      meanSojourn: runs.map((run) => run.meanSojourn('users')),
      p99: quantiles(runs, 'users', 0.99),
      p999: quantiles(runs, 'users', 0.999),
    };
    expect(disagreements(expected, runs, 'users', measured)).toEqual([]);
  });
}

test('E3: a hedge that measures the 95th percentile itself makes hardly more sends than one that knows it', () => {
  const hedge = 'kind: percentile, percentile: 95, minSamples: 100, maxSamples: 999';
  const runs = replicate(hedged('measured percentile', `hedge: {${hedge}}`));
  const extra = runs.map((run) => run.total('users/station/hedge', 'hedged') / run.total('users', 'offered'));
  const { mean, standardError } = judge(extra, { value: 0.05, tolerance: 0.01 });
  // A first attempt that loses counts for less than it would have lasted, so that the percentile comes out a little low.
  expect(mean - 4 * standardError).toBeGreaterThan(0.05);
  expect(mean + 4 * standardError).toBeLessThan(0.053);
});

for (const { expected, hedge } of [
  { expected: theory.E4.tied, hedge: 'kind: tied, delay: 0ms' },
  { expected: theory.E4.both, hedge: 'kind: delay, delay: 0ms' },
]) {
  test(`E4: ${expected.title}`, () => {
    const system = `system:
  users: {kind: client, arrivals: {poisson: ${perSecond(1.6)}}, calls: station, cancelDownstream: true, patterns: [hedge: {${hedge}}]}
  station: {kind: service, instances: 2, threads: 1, queue: {capacity: unlimited}, handler: [work: {exponential: 10ms}]}
`;
    const runs = replicate(scenarioText(expected.title, 400, system));
    expect(disagreements(expected, runs, 'users', { meanSojourn: runs.map((run) => run.meanSojourn('users')) })).toEqual([]);
  });
}

/** How many good answers fell into each bin of latency below some limit. */
function binsBelow(run: Run, limitNs: number): readonly string[] {
  const latencies = new Histogram();
  latencies.mergeData(run.latencies('users'));
  const bins: string[] = [];
  latencies.forEachBin((lowerEdge, count) => {
    if (lowerEdge < 0.98 * limitNs) bins.push(`${lowerEdge}: ${count}`);
  });
  return bins;
}

test('calls that are answered before the delay are answered at the same moment as without a hedge', () => {
  const [plain, hedging] = ['', 'hedge: {kind: delay, delay: 10ms, maxHedgedAttempts: 3}'].map((patterns) => replicate(hedged('luck', patterns, 10_000), 1)[0]!);
  expect(hedging!.total('users/station/hedge', 'hedged')).toBeGreaterThan(1000);
  expect(binsBelow(hedging!, UNIT_NS)).toEqual(binsBelow(plain!, UNIT_NS));
});
