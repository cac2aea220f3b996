/**
 * Goal: where a call site says so, work that nobody waits for any more is stopped at the server, wherever its request is
 * when the caller lets go.
 * Method: callers with a timeout, at several distances from a slow server.
 */
import { expect, test } from 'vitest';
import { type Trial, trial } from '../faults/trial.ts';

const system = (latency: string, cancelDownstream: boolean): Trial => trial(`
system:
  users:
    kind: client
    arrivals: {constant: 50/s}
    calls: api
    cancelDownstream: ${cancelDownstream}
    patterns: [{timeout: 30ms}]
  api: {kind: service, threads: unlimited, handler: [{work: 200ms}]}
network: {default: {latency: ${latency}}}
`);

test.each(['0ms', '10ms', '29ms', '31ms', '50ms', '100ms'])('with %s on the way', (latency) => {
  const stopped = system(latency, true).server('api');
  expect(stopped.cancelledWork).toBeGreaterThan(80);
  expect(stopped.completed).toBe(0);
  const goesOn = system(latency, false).server('api');
  expect(goesOn.cancelledWork).toBe(0);
  expect(goesOn.wasted).toBeGreaterThan(70);
});

test('the cancel follows its request, and comes as much later as it was sent', () => {
  const busyNs = (latency: string): number => system(latency, true).server('api').instances[0]!.busyNs;
  // Whatever the distance, each request is worked on for 30 ms.
  const nearby = busyNs('0ms') / 98;
  expect(nearby / 1e6).toBeCloseTo(30, 0);
  expect(busyNs('100ms') / 93 / 1e6).toBeCloseTo(30, 0);
});
