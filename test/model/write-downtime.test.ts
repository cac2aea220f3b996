/**
 * Goal: the time without writes is the time in which none can be confirmed, whatever is missing for it.
 * Method: a database in each mode of replication, of which replicas die or hang, with times that are worked out by hand.
 */
import { describe, expect, test } from 'vitest';
import { metricByName } from '../../sim/telemetry/metrics/registry.ts';
import { RunReader } from '../../sim/telemetry/metrics/run-reader.ts';
import { sentWithin, type Trial, trial } from '../faults/trial.ts';

const database = (replication: string): string => `
system:
  writers: {kind: client, arrivals: {constant: 100/s}, calls: orders, operation: write}
  orders: {kind: database, replicas: 2, startup: 10ms, write: 5ms, replication: ${replication}}
`;
const downtimeMs = ({ simulation }: Trial): number => metricByName('writeDowntime')!.evaluate(new RunReader(simulation.record()), 'orders') / 1e6;

describe.each(['kill', 'hang'])('%s', (fault) => {
  /** From 450 ms to 860 or 850 ms, seen at the ends of four buckets. */
  const without = (...replicas: readonly number[]): readonly string[] => replicas.map((instance) => `{at: 450ms, for: 400ms, as: of-${instance}, ${fault}: {target: orders, instance: ${instance}}}`);

  test.each([
    ['{mode: async, lag: 1ms}', [1, 2], 0],
    ['{mode: sync, lag: 1ms}', [1], 400],
    ['{mode: quorum, quorum: 2, lag: 1ms}', [1], 0],
    ['{mode: quorum, quorum: 2, lag: 1ms}', [1, 2], 400],
    ['{mode: quorum, quorum: 3, lag: 1ms}', [1], 400],
  ])('%s without replicas %j: %i ms', (replication, replicas, expected) => {
    const seen = trial(database(replication), ...without(...replicas));
    expect(downtimeMs(seen)).toBe(expected);
    // Users see the same: what is sent meanwhile is confirmed meanwhile, or only afterwards.
    const confirmed = sentWithin(seen, 450, 840).filter(({ sentMs, tookMs, outcome }) => outcome === 'ok' && sentMs + tookMs < 850);
    expect(confirmed.length > 0).toBe(expected === 0);
  });
});
