/**
 * Goal: a request that goes on after an asynchronous step is as new in the line as one that has just come: how long it was
 * away does not count as waiting.
 * Method: one thread, a queue that sends away whoever has waited for 100 ms, and calls that take 490 ms.
 */
import { expect, test } from 'vitest';
import { outcomesOf, trial } from '../faults/trial.ts';

const system = (before: string, after: string): string => `
system:
  users: {kind: client, arrivals: {constant: 20/s}, calls: api}
  api:
    kind: service
    threads: 1
    queue: {capacity: unlimited, maxWait: 100ms}
    handler:
      - {work: ${before}, as: before}
      - {call: stock, async: true}
      - {work: ${after}, as: after}
  stock: {kind: service, threads: unlimited, handler: [work: 490ms]}
network: {default: {latency: 0ms}}
`;

test('whoever waits only shortly for its second turn gets it', () => {
  const { requests, server } = trial(system('20ms', '20ms'));
  expect(requests.length).toBeGreaterThan(25);
  expect(outcomesOf(requests)).toEqual({ ok: requests.length });
  // The second turns wait 10 ms each, until the first one of somebody else is over.
  expect(server('api').instances[0]!.queuedNs).toBeGreaterThan(0);
});

test('whoever waits long for it is sent away', () => {
  const { requests } = trial(system('5ms', '60ms'));
  expect(outcomesOf(requests)['shed']).toBeGreaterThan(3);
});
