/**
 * Goal: a send after the first of its call is a retry when the others have ended for their caller, and a hedge when one of
 * them is still waited for, whichever pattern sends it.
 * Method: a service of idle instances that answers after 20 ms, or fails at once; ten calls a second for two seconds.
 */
import { expect, test } from 'vitest';
import { RunReader } from '../../sim/telemetry/metrics/run-reader.ts';
import { trial } from '../faults/trial.ts';

function perCall(patterns: string, ...faults: readonly string[]): { readonly retries: number; readonly hedges: number } {
  const { simulation } = trial(`
system:
  users: {kind: client, arrivals: {constant: 10/s}, calls: shop, patterns: [${patterns}]}
  shop: {kind: service, instances: 4, threads: 10, handler: [work: 20ms]}
`, ...faults);
  const run = new RunReader(simulation.record());
  const [calls, retries, hedges] = ['calls', 'retries', 'hedges'].map((name) => run.total('site', name, 'users/shop'));
  return { retries: retries! / calls!, hedges: hedges! / calls! };
}

const failing = '{at: 0s, errorRate: {target: shop, rate: 100%}}';
const retry = 'retry: {maxAttempts: 3, backoff: {fixed: 1ms}}';
const hedge = (delay: string): string => `hedge: {kind: delay, delay: ${delay}, maxHedgedAttempts: 2}`;

test('what is sent again after a failure is a retry', () => {
  expect(perCall(retry, failing)).toEqual({ retries: 2, hedges: 0 });
  expect(perCall(hedge('1s'), failing)).toEqual({ retries: 2, hedges: 0 });
});

test('what is sent while another is waited for is a hedge', () => {
  expect(perCall(hedge('5ms'))).toEqual({ retries: 0, hedges: 2 });
  expect(perCall('hedge: {kind: envoy, perTryTimeout: 5ms, numRetries: 1, retryBackOff: {baseInterval: 0ms}}')).toEqual({ retries: 0, hedges: 1 });
});

test('nobody waits for what has been let go of or abandoned', () => {
  expect(perCall(`${retry}, timeout: 5ms`)).toEqual({ retries: 2, hedges: 0 });
  expect(perCall(`${retry}, timeout: {after: 5ms, mode: abandon}`)).toEqual({ retries: 2, hedges: 0 });
});

test('a retry of the one while another is waited for is sent beside that', () => {
  // Sent at 0, 2 and 4 ms, each again 6 and 12 ms later: the last send, at 16 ms, is one millisecond before the end of the first.
  expect(perCall(`${hedge('2ms')}, ${retry}, timeout: 5ms`)).toEqual({ retries: 0, hedges: 8 });
});
