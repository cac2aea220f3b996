/**
 * Goal: more traffic means more requests and nothing else: each has the luck that it would have had without.
 * Method: laws on small systems, which siblings break; numbers worked out by hand.
 */
import { expect, test } from 'vitest';
import { sentWithin, tellsApart, type Trial, trial } from './trial.ts';

const clientWith = (arrivals: string): string => `
system:
  users: {kind: client, arrivals: ${arrivals}, calls: api}
  api: {kind: service, threads: unlimited, handler: [{work: {exponential: 10ms}}]}
`;
const system = clientWith('{constant: 100/s}');
const traffic = (factor: number): string => `{at: 1s, for: 500ms, traffic: {target: users, factor: ${factor}}}`;
const sentAt = (seen: Trial): number[] => seen.requests.map(({ sentMs }) => sentMs).sort((a, b) => a - b);

test('so many times more requests, each as fast as without', () => {
  const usual = trial(system);
  const law = (busy: Trial): void => {
    expect(sentAt(busy).filter((at) => at > 1000 && at <= 1500).length).toBe(150);
    expect(sentAt(busy).filter((at) => at <= 1000).length).toBe(100);
    const took = new Map(busy.requests.map(({ number, tookMs }) => [number, tookMs]));
    const both = usual.requests.filter(({ number }) => took.has(number));
    expect(both.length).toBeGreaterThan(180);
    expect(both.filter(({ number, tookMs }) => took.get(number) !== tookMs)).toEqual([]);
  };
  tellsApart(system, law, traffic(3), ['{at: 1s, for: 500ms, slowdown: {target: api, factor: 3}}', traffic(2)]);
});

test.each([
  ['a constant rate', '{constant: 100/s}'],
  ['a Poisson process', '{poisson: 100/s}'],
  ['ramps and steps', '{profile: {gaps: constant, segments: [{for: 400ms, rate: 20/s}, {for: 605ms, rate: 0/s, to: 100/s}, {for: 10ms, rate: 0/s}, {rate: 200/s}]}}'],
  ['users who think', '{closed: {users: 5, think: {exponential: 20ms}}}'],
  ['bursts', '{burst: {size: 10, at: 100ms, every: 300ms, spread: 20ms}}'],
])('a factor of 1 changes no instant of %s', (_, arrivals) => {
  const usual = sentAt(trial(clientWith(arrivals)));
  expect(usual.length).toBeGreaterThan(50);
  const busy = sentAt(trial(clientWith(arrivals), '{at: 390ms, for: 613ms, traffic: {target: users, factor: 1}}'));
  expect(busy.map((at, i) => Math.abs(at - usual[i]!)).filter((ms) => !(ms < 0.001))).toEqual([]);
});

test('in a ramp, the expected number of requests is multiplied', () => {
  const ramp = clientWith('{profile: {gaps: constant, segments: [{for: 1s, rate: 0/s, to: 200/s}, {for: 500ms, rate: 10/s}, {rate: 400/s}]}}');
  // Just behind the instants at which the expected number is whole.
  const counts = (seen: Trial): number[] => [sentWithin(seen, 0, 500.001), sentWithin(seen, 500.001, 1000.001), sentWithin(seen, 1000.001, 1500.001)].map(({ length }) => length);
  expect(counts(trial(ramp))).toEqual([25, 75, 5]);
  expect(counts(trial(ramp, '{at: 500ms, for: 1s, traffic: {target: users, factor: 4}}'))).toEqual([25, 300, 20]);
});

test('users think so many times shorter', () => {
  const closed = clientWith('{closed: {users: 5, think: 90ms}}').replace('{exponential: 10ms}', '10ms');
  // Rounds of 100 ms; and of 55 ms behind the first one. What ends with the run has not been seen to end.
  expect(trial(closed).requests.length).toBe(5 * 19);
  expect(trial(closed, '{traffic: {target: users, factor: 2}}').requests.length).toBe(5 * 35);
});

test('bursts are so many times larger', () => {
  const sizes = trial(clientWith('{burst: {size: 10, at: 200ms, every: 400ms}}'), traffic(2.5)).requests.map(({ sentMs }) => sentMs);
  expect([200, 600, 1000, 1400, 1800].map((at) => sizes.filter((sent) => sent === at).length)).toEqual([10, 10, 25, 25, 10]);
});
