/**
 * Goal: a primary that stops for a while leads on if it was back before its lease ran out, and what hangs neither leads
 * nor acknowledges anything.
 * Method: a database whose times are worked out by hand, with hangs on single nodes.
 */
import { expect, test } from 'vitest';
import { outcomesOf, sentWithin, type Trial, trial } from '../faults/trial.ts';

const database = (replication: string, failover: string): string => `
system:
  writers: {kind: client, arrivals: {constant: 100/s}, calls: orders, operation: write}
  orders:
    kind: database
    replicas: 2
    startup: 10ms
    write: 5ms
    replication: ${replication}
    failover: ${failover}
`;
const rolesTaken = (seen: Trial): string[] =>
  seen.simulation.record().events.flatMap(({ kind, what, address, atNs }) => (kind === 'role' ? [`${address} ${what} at ${Math.round(atNs / 1e6)}`] : []));
const hang = (from: string, length: string, name: string, instance = 0): string => `{at: ${from}, for: ${length}, as: ${name}, hang: {target: orders, instance: ${instance}}}`;

test('a primary that woke up in time has renewed its lease, and has all of it before it when it hangs again', () => {
  const system = database('{mode: async, lag: 1ms}', '{lease: 100ms, renewEvery: 1ms, promotion: 10ms}');
  const twice = trial(system, hang('500ms', '80ms', 'first'), hang('590ms', '80ms', 'second'));
  expect(rolesTaken(twice)).toEqual([]);
  expect(outcomesOf(twice.requests)).toEqual({ ok: twice.requests.length });
  expect(rolesTaken(trial(system, hang('500ms', '170ms', 'long'))).length).toBe(2);
});

test('a node that hangs while it is being promoted leads when it wakes up', () => {
  const system = database('{mode: async, lag: 1ms}', '{lease: 100ms, renewEvery: 1ms, promotion: 50ms, promote: firstHealthy}');
  const seen = trial(system, '{at: 500ms, kill: {target: orders, instance: 0}}', hang('620ms', '80ms', 'candidate', 1));
  expect(outcomesOf(sentWithin(seen, 720, 1900))).toEqual({ ok: 118 });
});

test('a candidate that goes on hanging loses the lease as any primary does', () => {
  const system = database('{mode: async, lag: 1ms}', '{lease: 100ms, renewEvery: 1ms, promotion: 50ms, promote: firstHealthy}');
  const seen = trial(system, '{at: 500ms, kill: {target: orders, instance: 0}}', hang('620ms', '5s', 'candidate', 1));
  expect(rolesTaken(seen)).toEqual(['orders#1 candidate at 600', 'orders#1 primary at 650', 'orders#2 candidate at 750', 'orders#2 primary at 800']);
});

test('a primary that is started again while it hangs does not lead', () => {
  const system = database('{mode: async, lag: 1ms}', '{lease: 100ms, renewEvery: 1ms, promotion: 10ms}');
  const seen = trial(system, hang('400ms', '1s', 'hang'), '{at: 400ms, for: 10ms, kill: {target: orders, instance: 0}}');
  expect(rolesTaken(seen)).toEqual(['orders#1 candidate at 500', 'orders#1 primary at 510']);
  expect(sentWithin(seen, 600, 1900).every(({ tookMs }) => tookMs === 5)).toBe(true);
});

test('a replica that hangs acknowledges nothing until it wakes up', () => {
  const sync = trial(database('{mode: sync, lag: 1ms}', '{}'), hang('500ms', '300ms', 'replica', 2));
  const meanwhile = sentWithin(sync, 500, 790);
  expect(meanwhile.length).toBe(29);
  expect(meanwhile.every(({ sentMs, tookMs, outcome }) => outcome === 'ok' && sentMs + tookMs >= 800)).toBe(true);
  const quorum = trial(database('{mode: quorum, quorum: 2, lag: 1ms}', '{}'), hang('500ms', '300ms', 'replica', 2));
  expect(sentWithin(quorum, 500, 790).every(({ tookMs }) => tookMs === 6)).toBe(true);
});
