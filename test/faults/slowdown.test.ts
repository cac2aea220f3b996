/**
 * Goal: a slowdown makes work take longer, also work that is going on; it is no latency, since it costs threads.
 * Method: laws on a small system, which the nearest siblings break; and times worked out by hand.
 */
import { expect, test } from 'vitest';
import { outcomesOf, sentWithin, tellsApart, type Trial, trial } from './trial.ts';

const system = `
system:
  users: {kind: client, arrivals: {constant: 100/s}, calls: api}
  api: {kind: service, threads: 4, handler: [{work: 10ms}]}
`;
const busyMs = ({ server }: Trial): number => server('api').instances[0]!.busyNs / 1e6;

test('requests take longer because threads are busy longer', () => {
  const law = (slow: Trial): void => {
    expect(sentWithin(slow, 1000, 1470).map(({ tookMs }) => tookMs)).toEqual(Array.from({ length: 47 }, () => 30));
    expect(sentWithin(slow, 1500, 1980).every(({ tookMs }) => tookMs === 10)).toBe(true);
    expect(busyMs(slow) - busyMs(trial(system))).toBeGreaterThan(47 * 20);
  };
  tellsApart(system, law, '{at: 1s, for: 500ms, slowdown: {target: api, factor: 3}}', [
    '{at: 1s, for: 500ms, latency: {to: api, add: 10ms}}',
    '{at: 1s, for: 500ms, hang: {target: api}}',
    '{at: 1s, for: 500ms, traffic: {target: users, factor: 3}}',
  ]);
});

test('a slow server cannot do as much, a distant one can', () => {
  const tenMsEach = system.replace('threads: 4', 'threads: 1').replace('work: 10ms', 'work: 8ms');
  const law = (slow: Trial): void => {
    const latest = sentWithin(slow, 1400, 1490).map(({ tookMs }) => tookMs);
    expect(Math.min(...latest)).toBeGreaterThan(200);
  };
  tellsApart(tenMsEach, law, '{at: 1s, for: 500ms, slowdown: {target: api, factor: 3}}', ['{at: 1s, for: 500ms, latency: {to: api, add: 80ms}}']);
});

const alone = (...faults: readonly string[]): number[] =>
  trial('system:\n  users: {kind: client, arrivals: {burst: {size: 1, at: 1s}}, calls: api}\n  api: {kind: service, handler: [{work: 50ms}]}', ...faults).requests.map(
    ({ tookMs }) => tookMs,
  );

test('work in progress slows down and speeds up again', () => {
  // 20 ms at full speed, 40 ms at a quarter of it, and the 20 ms that are left.
  expect(alone('{at: 1020ms, for: 40ms, slowdown: {target: api, factor: 4}}')).toEqual([80]);
});

test('slowdowns that overlap multiply, in whatever order they end', () => {
  // 10 ms at a half, 10 ms at a tenth, 10 ms at a half or at a fifth, then full speed.
  expect(alone('{at: 1s, for: 30ms, as: outer, slowdown: {target: api, factor: 2}}', '{at: 1010ms, for: 10ms, slowdown: {target: api, factor: 5}}')).toEqual([30 + 50 - 11]);
  expect(alone('{at: 1s, for: 20ms, as: first, slowdown: {target: api, factor: 2}}', '{at: 1010ms, for: 20ms, slowdown: {target: api, factor: 5}}')).toEqual([30 + 50 - 8]);
});

test('only the instances that are hit', () => {
  const two = system.replace('threads: 4', 'threads: 4, instances: 2');
  const slow = trial(two, '{at: 1s, for: 500ms, slowdown: {target: api, factor: 3, instance: 1}}');
  const times = new Set(sentWithin(slow, 1000, 1470).map(({ tookMs }) => tookMs));
  expect([...times].sort((a, b) => a - b)).toEqual([10, 30]);
  expect(outcomesOf(slow.requests)).toEqual({ ok: slow.requests.length });
});
