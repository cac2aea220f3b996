/**
 * Goal: with optimistic locking, of the writes of one item that overlap the first to end succeeds and the others are
 * refused; a refused write that is tried again reads anew and may succeed; writes of different items do not meet.
 * Method: a schedule that can be worked out by hand, and random writes against the definition of a conflict.
 */
import { expect, test } from 'vitest';
import { outcomesOf, trial } from '../faults/trial.ts';

const system = (client: string, write: string, locking = 'optimistic'): string => `
system:
  users: {kind: client, ${client}, calls: orders, operation: write}
  orders: {kind: database, connections: unlimited, locking: ${locking}, write: ${write}}
`;

test('of writes that each overlap the next, every second one is refused', () => {
  const { requests, database } = trial(system('arrivals: {constant: 100/s}', '15ms'));
  expect(requests.slice(0, 6).map(({ outcome }) => outcome)).toEqual(['ok', 'conflict', 'ok', 'conflict', 'ok', 'conflict']);
  const { ok = 0, conflict = 0 } = outcomesOf(requests);
  expect(database('orders').acknowledgedWrites).toBe(ok);
  expect(database('orders').versions.of(0)).toBe(ok);
  expect(Math.abs(ok - conflict)).toBeLessThanOrEqual(1);
});

test('a write is refused exactly when another one has succeeded since it began', () => {
  const { requests } = trial(system('arrivals: {poisson: 200/s}', '{exponential: 10ms}'));
  const lives = requests.map(({ sentMs, tookMs, outcome }) => ({ from: sentMs, to: sentMs + tookMs, outcome }));
  const expected = lives.map(({ from, to }) => (lives.some((other) => other.outcome === 'ok' && other.to > from && other.to < to) ? 'conflict' : 'ok'));
  expect(lives.map(({ outcome }) => outcome)).toEqual(expected);
  expect(expected.filter((outcome) => outcome === 'conflict').length).toBeGreaterThan(100);
});

test('writes of different items do not meet', () => {
  const refused = (items: number): number => outcomesOf(trial(system(`arrivals: {poisson: 200/s}, items: {count: ${items}}`, '{exponential: 10ms}')).requests)['conflict'] ?? 0;
  expect(refused(1)).toBeGreaterThan(100);
  expect(refused(10)).toBeLessThan(refused(1) / 3);
  expect(refused(100_000)).toBeLessThan(3);
});

test('without locking nothing is refused', () => {
  expect(Object.keys(outcomesOf(trial(system('arrivals: {poisson: 200/s}', '{exponential: 10ms}', 'none')).requests))).toEqual(['ok']);
});

test('a conflict is tried again, also of a write that must not be done twice, and each write is done once', () => {
  const retry = 'patterns: [retry: {maxAttempts: unlimited, retryOn: [conflict], backoff: {fixed: 1ms}, jitter: additive}]';
  const { requests, database } = trial(system(`arrivals: {profile: [{for: 500ms, rate: 100/s}, {for: 2s, rate: 0/s}]}, ${retry}`, '{exponential: 10ms}'));
  expect(Object.keys(outcomesOf(requests))).toEqual(['ok']);
  expect(database('orders').acknowledgedWrites).toBe(requests.length);
  expect(database('orders').failed).toBeGreaterThan(10);
});
