/**
 * Goal: work counts as wasted when its answer reaches nobody, wherever the answer is when its caller lets go.
 * Method: callers with a timeout of 300 ms, in front of servers and networks that answer later, or never.
 */
import { expect, test } from 'vitest';
import { trial } from '../faults/trial.ts';

const callers = 'users: {kind: client, arrivals: {constant: 10/s}, calls: api, patterns: [{timeout: 300ms}]}';

test.each([
  ['the work has not ended', '0ms', '400ms', [], 15],
  ['the answer is on its way home', '200ms', '50ms', [], 16],
  ['the answer has been lost', '10ms', '50ms', ['{at: 0s, for: 60s, partition: {from: api, to: users, oneWay: true}}'], 16],
])('the caller lets go when %s', (_, latency, work, faults, wasted) => {
  const { server, requests } = trial(`
system:
  ${callers}
  api: {kind: service, threads: unlimited, handler: [{work: ${work}}]}
network: {default: {latency: ${latency}}}
`, ...faults);
  // Sent every 100 ms from 100 ms on, each waited for until 300 ms later.
  expect(requests.map(({ outcome }) => outcome)).toEqual(Array<string>(16).fill('timeout'));
  expect(server('api').wasted).toBe(wasted);
});

test('what was answered in time is not', () => {
  const { server } = trial(`
system:
  ${callers}
  api: {kind: service, threads: unlimited, handler: [{work: 100ms}]}
network: {default: {latency: 50ms}}
`);
  expect(server('api')).toMatchObject({ completed: 18, wasted: 0 });
});
