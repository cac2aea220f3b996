/**
 * Goal: clients that fight over one row need as many writes and as much time as a published program counted, with each
 * way to wait between attempts.
 * Method: all begin at one instant. A write reads the row when it begins and fails when the row has changed at its end;
 * between the two lie the answer to the read and the request to write, one way each.
 */
import { expect, test } from 'vitest';
import { differencesFromProgram } from './disagreements.ts';
import * as theory from './references.ts';
import { replicate, scenarioText } from './replicate.ts';

/** There the first wait is drawn from twice the base. */
const WAITS = {
  none: 'backoff: none',
  exponential: 'backoff: {exponential: {base: 10ms, max: 2s}}',
  equal: 'backoff: {exponential: {base: 10ms, max: 2s}}, jitter: equal',
  full: 'backoff: {exponential: {base: 10ms, max: 2s}}, jitter: full',
  decorrelated: 'backoff: {decorrelated: {base: 5ms, max: 2s}}',
} as const;

const WAY = 'normal: {mean: 10ms, sd: 2ms}';
const TWO_WAYS = `normal: {mean: 20ms, sd: ${Math.round(2e6 * Math.SQRT2)}ns}`;

const fight = (clients: number, waits: string): string =>
  scenarioText(
    `${clients} clients, ${waits}`,
    400,
    `system:
  users: {kind: client, arrivals: {burst: {size: ${clients}}}, calls: row, operation: write, patterns: [retry: {maxAttempts: unlimited, retryOn: [conflict], ${waits}}]}
  row: {kind: database, connections: unlimited, locking: optimistic, write: {${TWO_WAYS}}}
network:
  default: {latency: {${WAY}}}
`,
  ).replace(/warmup.*/, 'warmup: 0s');

for (const { strategy, calls, time } of theory.F4.cases) {
  test.each(theory.F4.clients.map((clients, at) => ({ clients, calls: calls[at]!, time: time[at]! })))(`F4: $clients clients, ${strategy}`, ({ clients, calls, time }) => {
    // The fewer clients, the more a run depends on chance.
    const runs = replicate(fight(clients, WAITS[strategy]), clients < 50 ? 700 : clients < 100 ? 240 : 120);
    const { tolerances } = theory.F4;
    const writes = runs.map((run) => run.total('users/row', 'sends'));
    const lastMs = runs.map((run) => run.latencies('users').max / 1e6);
    expect(runs.map((run) => run.total('users', 'ok'))).toEqual(runs.map(() => clients));
    expect([
      ...differencesFromProgram('calls', writes, { value: calls, tolerance: tolerances.calls }, theory.F4),
      ...differencesFromProgram('time', lastMs, { value: time, tolerance: tolerances.time }, theory.F4),
    ]).toEqual([]);
  });
}
