/**
 * Goal: kept connections are set up when there is none, used again while they are fresh, and die with the callee; a
 * connect timeout tells soon that nobody is there, whatever the timeout of an answer.
 * Method: scripted calls through the real runtime to a callee that can die, and small systems whose network is cut. A
 * connection is set up by knocking at the door, which answers at once unless a test says otherwise, and 10 ms of log-in.
 */
import { describe, expect, test } from 'vitest';
import { keepAlivePool } from '../../sim/resilience/connection-pool/keep-alive.ts';
import { timeout } from '../../sim/resilience/timeout.ts';
import { outcomesOf, sentWithin, trial } from '../faults/trial.ts';
import type { Given } from '../support/pattern-values.ts';
import { fails, hangs, inTurn, type LayerSpec, MS, ok, SECONDS, type Script, TestWorld } from '../support/resilience-harness.ts';

const kept = (values: Given = {}): LayerSpec => ({ of: keepAlivePool, with: values });

function play(layers: readonly LayerSpec[], world: { readonly script?: Script; readonly door?: Script; readonly diesAtMs?: number }, ...atMs: readonly number[]): TestWorld {
  const t = new TestWorld();
  t.callAt(t.build(layers, world.script ?? inTurn(ok(5))), ...atMs);
  if (world.door !== undefined) t.door.script = world.door;
  if (world.diesAtMs !== undefined) t.at(world.diesAtMs * MS, () => t.life++);
  return t.run(20 * SECONDS);
}

test('the first call sets up a connection and pays for it; later ones use it while it is fresh', () => {
  // It comes back at 15, at 105 and at 4104; at 8105 it has been idle for 4 s and a bit.
  const t = play([kept()], {}, 0, 100, 4099, 8105);
  expect(t.endings).toEqual(['15 ok', '105 ok', '4104 ok', '8120 ok']);
  expect([t.marks('connected'), t.marks('disconnected')]).toEqual([2, 1]);
  expect(t.runtime.held()).toBe(0);
});

test('calls at one time have a connection each, and of those that are idle the last is taken', () => {
  const t = play([kept({ keepAliveTimeout: 100 * MS })], { script: inTurn(ok(5), ok(50), ok(5)) }, 0, 1, 120);
  // The first came back at 15, the second at 61: at 120 only that one is fresh.
  expect(t.endings).toEqual(['15 ok', '61 ok', '125 ok']);
  expect([t.marks('connected'), t.marks('disconnected')]).toEqual([2, 0]);
});

test('with keepAliveTimeout 0 each call has one of its own', () => {
  const t = play([kept({ keepAliveTimeout: 0 })], {}, 0, 100);
  expect(t.endings).toEqual(['15 ok', '115 ok']);
  expect([t.marks('connected'), t.marks('disconnected')]).toEqual([2, 2]);
});

test('a call for a connection that nobody answers ends after connectTimeout; one that is refused ends at once', () => {
  const silent = play([kept({ connectTimeout: 200 * MS })], { door: () => hangs }, 0);
  expect(silent.endings).toEqual(['200 timeout']);
  expect(silent.marks('connected')).toBe(0);
  const refused = play([kept({ connectTimeout: 200 * MS })], { door: () => fails(1, 'refused') }, 0, 100);
  expect(refused.endings).toEqual(['1 refused', '101 refused']);
  expect([silent.runtime.held(), refused.runtime.held()]).toEqual([0, 0]);
});

test('log-in and work are no part of connectTimeout', () => {
  const t = play([kept({ connectTimeout: 5 * MS, setup: 50 * MS })], { script: inTurn(ok(500)) }, 0);
  expect(t.endings).toEqual(['550 ok']);
});

test('a connection whose callee has died costs one call, and is not used again', () => {
  const t = play([kept()], { diesAtMs: 50 }, 0, 100, 200);
  expect(t.endings).toEqual(['15 ok', '101 reset', '215 ok']);
  expect([t.marks('connected'), t.marks('disconnected')]).toEqual([2, 1]);
});

test('a connection whose caller has left is closed, at whatever point', () => {
  for (const afterMs of [5, 12, 30]) {
    const t = play([{ of: timeout, with: { after: afterMs * MS } }, kept()], { script: inTurn(ok(40)), door: () => ok(8) }, 0, 1000);
    expect(t.endings).toEqual([`${afterMs} timeout`, `${1000 + afterMs} timeout`]);
    const setUps = afterMs > 8 ? 2 : 0;
    expect([t.marks('connected', 1), t.marks('disconnected', 1)]).toEqual([setUps, setUps]);
    expect(t.runtime.held()).toBe(0);
  }
});

describe('in a system whose network is cut', () => {
  const system = (patterns: string): string => `
system:
  users: {kind: client, arrivals: {constant: 20/s}, calls: api, patterns: [${patterns}]}
  api: {kind: service, threads: unlimited, handler: [{work: 1ms}]}
`;
  const cut = '{at: 500ms, for: 600ms, partition: {from: users, to: api}}';

  test('a connect timeout tells sooner than the timeout of an answer', () => {
    const slow = sentWithin(trial(system('{timeout: 300ms}'), cut), 600, 700);
    expect(slow.map(({ tookMs, outcome }) => [tookMs, outcome])).toEqual([[300, 'timeout'], [300, 'timeout']]);
    // The connection that was there is lost with the first call; from then on nobody gets another.
    const soon = sentWithin(trial(system('{timeout: 300ms}, {connectionPool: {kind: keepAlive, connectTimeout: 40ms, setup: 0ms}}'), cut), 600, 700);
    expect(soon.map(({ tookMs, outcome }) => [tookMs, outcome])).toEqual([[40, 'timeout'], [40, 'timeout']]);
  });

  test('and says nothing about a callee that is there and slow', () => {
    const run = trial(system('{timeout: 300ms}, {connectionPool: {kind: keepAlive, connectTimeout: 40ms, setup: 0ms}}'), '{at: 500ms, slowdown: {target: api, factor: 1000}}');
    expect(sentWithin(run, 600, 700).map(({ tookMs }) => tookMs)).toEqual([300, 300]);
    expect(outcomesOf(sentWithin(run, 0, 450))).toEqual({ ok: 8 });
  });
});
