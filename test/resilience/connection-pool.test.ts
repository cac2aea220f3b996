/**
 * Goal: connection pools lend, wait, set up, test and close like HikariCP and SQLAlchemy, also when the callee dies.
 * Method: scripted calls through the real runtime to a callee that can die, and random ones; times are milliseconds. A
 * connection is set up by knocking at the door, which answers at once unless a test says otherwise, and 10 ms of log-in.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hikariPool } from '../../sim/resilience/connection-pool/hikari.ts';
import { keepAlivePool } from '../../sim/resilience/connection-pool/keep-alive.ts';
import { sqlalchemyPool } from '../../sim/resilience/connection-pool/sqlalchemy.ts';
import { Outcome } from '../../sim/resilience/outcome.ts';
import { timeout } from '../../sim/resilience/timeout.ts';
import { cases, fuzzSeed, scaled } from '../support/random-cases.ts';
import { type Given, make } from '../support/pattern-values.ts';
import { fails, hangs, inTurn, type LayerSpec, MS, ok, patternWith, SECONDS, type Script, TestWorld } from '../support/resilience-harness.ts';

const hikari = (values: Given): LayerSpec => ({ of: hikariPool, with: { maximumPoolSize: 2, ...values } });
const sqlalchemy = (values: Given): LayerSpec => ({ of: sqlalchemyPool, with: { poolSize: 2, maxOverflow: 0, ...values } });

interface World {
  readonly layers: readonly LayerSpec[];
  readonly script?: Script;
  /** How the door answers, where it does not do so at once. */
  readonly door?: Script;
  /** When the callee dies and is back. */
  readonly diesAtMs?: number;
  readonly untilMs?: number;
}

function play({ layers, script = inTurn(ok(5)), door, diesAtMs, untilMs }: World, ...atMs: readonly number[]): TestWorld {
  const t = new TestWorld();
  t.callAt(t.build(layers, script), ...atMs);
  if (door !== undefined) t.door.script = door;
  if (diesAtMs !== undefined) t.at(diesAtMs * MS, () => t.life++);
  return t.run((untilMs ?? 1000) * MS);
}

const inMs = (instants: readonly number[]): number[] => instants.map((ns) => ns / MS);

describe('HikariCP', () => {
  test('one thread sets up connections, one after the other with a pause, until the pool is full', () => {
    const t = play({ layers: [hikari({ maximumPoolSize: 4 })] }, 0);
    expect(inMs(t.door.setUpAtNs)).toEqual([0, 40, 80, 120]);
    expect(t.endings).toEqual(['15 ok']);
    expect(t.marks('connected')).toBe(4);
  });

  test('who finds no connection waits in line for one that comes back or is set up', () => {
    const t = play({ layers: [hikari({})], script: inTurn(ok(100), ok(20)) }, 0, 1, 2, 3);
    // Connections are there at 10 and at 50; the second comes back at 70 and at 90.
    expect(t.endings).toEqual(['110 ok', '70 ok', '90 ok', '110 ok']);
    expect(t.marks('waited')).toBe(4);
  });

  test('who waits for connectionTimeout fails', () => {
    const t = play({ layers: [hikari({ maximumPoolSize: 1, connectionTimeout: 300 * MS })], script: inTurn(ok(500)) }, 0, 20);
    expect(t.endings).toEqual(['510 ok', '320 poolTimeout']);
    expect(t.marks('rejected')).toBe(1);
  });

  test('with minimumIdle fewer are set up in advance, and what is idle beyond them for long is closed at the next round', () => {
    const values = { maximumPoolSize: 3, minimumIdle: 1, idleTimeout: 10 * SECONDS };
    const t = play({ layers: [hikari(values)], script: inTurn(ok(200)), untilMs: 29_000 }, 0, 1, 2);
    expect(t.marks('connected')).toBe(3);
    expect(t.marks('disconnected')).toBe(0);
    t.run(31_000 * MS);
    expect(t.marks('disconnected')).toBe(2);
  });

  test('a connection past maxLifetime is closed when it is idle, and replaced', () => {
    const values = { maximumPoolSize: 1, maxLifetime: 5 * SECONDS };
    const t = play({ layers: [hikari(values)], script: inTurn(ok(5), ok(4000)), untilMs: 5500 }, 0, 3000);
    // Set up at 10, so over at 5010; but it is lent until 7000.
    expect(t.marks('disconnected')).toBe(0);
    t.run(8000 * MS);
    expect(t.endings).toEqual(['15 ok', '7000 ok']);
    expect(inMs(t.door.setUpAtNs)).toEqual([0, 7000]);
  });

  test('long lives end up to 2.5 % early, each by a share of its own', () => {
    const t = play({ layers: [hikari({ maximumPoolSize: 8, maxLifetime: 20 * SECONDS })], untilMs: 19_000 }, 0);
    expect(t.door.setUpAtNs.length).toBe(8);
    t.run(20_500 * MS);
    const replaced = inMs(t.door.setUpAtNs.slice(8));
    expect(replaced.length).toBe(8);
    // Set up one after the other from 10 ms on, so without a variation none would be replaced before 20,010.
    expect(Math.min(...replaced)).toBeGreaterThanOrEqual(19_510);
    expect(Math.min(...replaced)).toBeLessThan(20_000);
    expect(new Set(replaced).size).toBe(8);
  });

  test('a connection used within half a second is lent untested; one idle for longer is tested first', () => {
    const t = play({ layers: [hikari({ maximumPoolSize: 1 })], untilMs: 2000 }, 0, 400, 1000);
    expect(inMs(t.door.testedAtNs)).toEqual([1000]);
    expect(t.outcomes).toEqual(['ok', 'ok', 'ok']);
  });

  test('when the callee has died, the untested connection costs a failed call, and the tested ones are replaced unseen', () => {
    const fresh = play({ layers: [hikari({})], diesAtMs: 100 }, 0, 60, 110, 150);
    // At 110 the first connection is lent untested and lost; a new one is being set up when the second is tried at 150, and lost.
    expect(fresh.outcomes).toEqual(['ok', 'ok', 'reset', 'reset']);
    const idle = play({ layers: [hikari({})], diesAtMs: 100, untilMs: 3000 }, 0, 1000, 1200);
    expect(idle.outcomes).toEqual(['ok', 'ok', 'ok']);
    expect(idle.marks('disconnected')).toBe(2);
  });

  test('a test that is not answered in time costs the connection and validationTimeout', () => {
    const door: Script = (_n, call) => ((call as unknown as { life: number }).life < 0 ? { afterNs: 0 } : hangs);
    const t = play({ layers: [hikari({ maximumPoolSize: 1, validationTimeout: 250 * MS })], door, untilMs: 2000 }, 0, 1000);
    expect(t.endings).toEqual(['15 ok', '1265 ok']);
  });

  test('while the callee cannot be reached the adder waits longer and longer, and callers see only their timeout', () => {
    const t = play({ layers: [hikari({ maximumPoolSize: 1, connectionTimeout: 250 * MS })], door: inTurn(fails(0, 'refused')), untilMs: 700 }, 0, 100);
    expect(inMs(t.door.setUpAtNs)).toEqual([0, 10, 30, 70, 150, 310, 630]);
    expect(t.endings).toEqual(['250 poolTimeout', '350 poolTimeout']);
  });

  test('a set-up that is not answered is given up after connectionTimeout', () => {
    const t = play({ layers: [hikari({ maximumPoolSize: 1, connectionTimeout: 250 * MS })], door: inTurn(hangs, ok(0)) }, 0, 255);
    expect(inMs(t.door.setUpAtNs)).toEqual([0, 260]);
    expect(t.endings).toEqual(['250 poolTimeout', '275 ok']);
  });

  test('keepalive finds a dead connection before a caller does', () => {
    const values = { maximumPoolSize: 1, keepaliveTime: 300 * MS, aliveBypassWindow: Infinity };
    const t = play({ layers: [hikari(values)], diesAtMs: 100, untilMs: 2000 }, 0, 900);
    expect(t.outcomes).toEqual(['ok', 'ok']);
    expect(play({ layers: [hikari({ ...values, keepaliveTime: 0 })], diesAtMs: 100, untilMs: 2000 }, 0, 900).outcomes).toEqual(['ok', 'reset']);
  });

  test('keepalive leaves alone what is lent', () => {
    const t = play({ layers: [hikari({ maximumPoolSize: 1, keepaliveTime: 300 * MS })], script: inTurn(ok(800)), untilMs: 805 }, 0);
    expect(t.door.testedAtNs).toEqual([]);
    t.run(1300 * MS);
    expect(t.door.testedAtNs.length).toBeGreaterThan(0);
  });

  const limit = { of: timeout, with: { after: 30 * MS } };

  test('a caller that leaves leaves its connection lent until the work ends', () => {
    const t = play({ layers: [limit, hikari({ maximumPoolSize: 1 })], script: inTurn(ok(100), ok(5)) }, 0, 40, 105);
    expect(t.endings).toEqual(['30 timeout', '70 timeout', '115 ok']);
  });

  test('or, with release closes, costs the pool a new connection', () => {
    const t = play({ layers: [limit, hikari({ maximumPoolSize: 1, release: 'closes' })], script: inTurn(ok(100), ok(5)) }, 0, 40);
    // The adder pauses until 40 and then needs 10.
    expect(t.endings).toEqual(['30 timeout', '55 ok']);
    expect(t.marks('disconnected', 1)).toBe(1);
  });

  test('a timeout inside closes the connection; a failure that is an answer does not', () => {
    const inner = play({ layers: [hikari({ maximumPoolSize: 1 }), limit], script: inTurn(ok(100)) }, 0);
    expect(inner.marks('disconnected')).toBe(1);
    const answer = play({ layers: [hikari({ maximumPoolSize: 1 })], script: inTurn(fails(5, 'notPrimary')) }, 0, 20, 40);
    expect(answer.outcomes).toEqual(['notPrimary', 'notPrimary', 'notPrimary']);
    expect(answer.marks('disconnected')).toBe(0);
    const evicting = play({ layers: [hikari({ maximumPoolSize: 1, evictOn: ['notPrimary'] })], script: inTurn(fails(5, 'notPrimary')) }, 0);
    expect(evicting.marks('disconnected')).toBe(1);
  });
});

describe('SQLAlchemy', () => {
  test('begins empty; each caller that needs one sets up a connection by itself, several at once', () => {
    const t = play({ layers: [sqlalchemy({})] }, 0, 1, 30);
    expect(inMs(t.door.setUpAtNs)).toEqual([0, 1]);
    expect(t.endings).toEqual(['15 ok', '16 ok', '35 ok']);
  });

  test('overflow is opened beyond the size, and closed when it comes back and nobody waits', () => {
    const t = play({ layers: [sqlalchemy({ poolSize: 1, maxOverflow: 1 })], script: inTurn(ok(50)) }, 0, 1, 2, 3);
    expect(t.endings).toEqual(['60 ok', '61 ok', '110 ok', '111 ok']);
    expect(t.marks('connected')).toBe(2);
    expect(t.marks('disconnected')).toBe(1);
  });

  test('-1 is any overflow, and poolSize 0 any number, all of which are kept', () => {
    const any = play({ layers: [sqlalchemy({ poolSize: 1, maxOverflow: -1 })] }, 0, 0, 0, 0);
    expect(any.marks('connected')).toBe(4);
    expect(any.marks('disconnected')).toBe(3);
    const unlimited = play({ layers: [sqlalchemy({ poolSize: 0 })] }, 0, 0, 0, 0);
    expect(unlimited.marks('disconnected')).toBe(0);
  });

  test('who waits for poolTimeout fails', () => {
    const t = play({ layers: [sqlalchemy({ poolSize: 1, poolTimeout: 20 * MS })], script: inTurn(ok(50)) }, 0, 1);
    expect(t.endings).toEqual(['60 ok', '21 poolTimeout']);
    expect(play({ layers: [sqlalchemy({ poolSize: 1, poolTimeout: 0 })], script: inTurn(ok(50)) }, 0, 1).endings[1]).toBe('1 poolTimeout');
  });

  test('a set-up that fails fails the call, and those in line are not told that there is room again', () => {
    const t = play({ layers: [sqlalchemy({ poolSize: 1, poolTimeout: 20 * MS })], door: inTurn(fails(8, 'refused'), ok(0)) }, 0, 1, 40);
    expect(t.endings).toEqual(['8 refused', '21 poolTimeout', '55 ok']);
    expect(t.runtime.held()).toBe(0);
  });

  test('a set-up that is not answered is given up after connectTimeout', () => {
    const t = play({ layers: [sqlalchemy({ connectTimeout: 25 * MS })], door: inTurn(hangs, ok(0)) }, 0, 30);
    expect(t.endings).toEqual(['25 timeout', '45 ok']);
  });

  test('without pre-ping a dead callee costs one call, after which all connections of its age are set up anew', () => {
    // Two idle connections from before the death: the first is lent and lost, the second is replaced before it is used.
    const t = play({ layers: [sqlalchemy({})], diesAtMs: 50 }, 0, 0, 60, 80);
    expect(t.endings).toEqual(['15 ok', '15 ok', '61 reset', '95 ok']);
  });

  test('without pre-ping each connection that is lent before the first one fails costs a call', () => {
    const t = play({ layers: [sqlalchemy({})], diesAtMs: 50 }, 0, 0, 60, 60);
    expect(t.outcomes).toEqual(['ok', 'ok', 'reset', 'reset']);
  });

  test('with pre-ping it costs a test and a set-up, and no call', () => {
    const t = play({ layers: [sqlalchemy({ poolPrePing: true })], diesAtMs: 50 }, 0, 0, 60, 80);
    expect(t.endings).toEqual(['15 ok', '15 ok', '75 ok', '95 ok']);
    // Connections that have just been set up are not tested; the second one is suspect, and set up anew without a test.
    expect(inMs(t.door.testedAtNs)).toEqual([60]);
  });

  test('a connection older than poolRecycle is set up anew when it is lent', () => {
    const t = play({ layers: [sqlalchemy({ poolSize: 1, poolRecycle: 100 * MS })] }, 0, 90, 120);
    expect(inMs(t.door.setUpAtNs)).toEqual([0, 120]);
  });

  test('the connection that has been idle longest is lent first, or with useLifo the last that came back', () => {
    // Two connections, idle since 15 and 16; a call every 20 ms uses both in turn, or only one, and the other grows old.
    const values = { poolRecycle: 100 * MS };
    const calls = [0, 1, 30, 50, 70, 90, 110, 130];
    expect(inMs(play({ layers: [sqlalchemy(values)] }, ...calls).door.setUpAtNs)).toEqual([0, 1, 110, 130]);
    expect(inMs(play({ layers: [sqlalchemy({ ...values, useLifo: true })] }, ...calls).door.setUpAtNs)).toEqual([0, 1, 110]);
  });

  const limit = { of: timeout, with: { after: 30 * MS } };

  test('a caller that leaves leaves its connection lent until the work ends, or has it closed', () => {
    const script = inTurn(ok(100), ok(5));
    const kept = play({ layers: [limit, sqlalchemy({ poolSize: 1 })], script }, 0, 35, 105);
    expect(kept.endings).toEqual(['30 timeout', '65 timeout', '115 ok']);
    const closed = play({ layers: [limit, sqlalchemy({ poolSize: 1, release: 'closes' })], script }, 0, 35);
    expect(closed.endings).toEqual(['30 timeout', '50 ok']);
  });

  test('who gives up while the connection is being set up takes nothing with it', () => {
    const t = new TestWorld();
    const first = t.build([sqlalchemy({ poolSize: 1 })], inTurn(ok(5)));
    t.call(first, { atNs: 0, cancelAtNs: 5 * MS });
    t.callAt(first, 6);
    t.run();
    expect(t.endings).toEqual(['5 gaveUp', '21 ok']);
    expect(t.runtime.held()).toBe(0);
  });
});

test.each<[string, LayerSpec]>([
  ['HikariCP', hikari({ maximumPoolSize: 1 })],
  ['SQLAlchemy', sqlalchemy({ poolSize: 1, poolPrePing: true })],
  ['clients of HTTP', { of: keepAlivePool, with: { keepAliveTimeout: 100 * MS, setup: 0 } }],
])('%s: a door that answers between a cancel and its being heard lets nobody in', (_, pool) => {
  // From the second call on there are two at once. One ends at once, and the caller lets go of the other, whose connection
  // is tested or set up in the same breath: it has been cancelled by then and has not heard it.
  const pair = patternWith({
    onCall(call, fx) {
      fx.start(call, 0);
      if (call.startedAt > 0) fx.start(call, 1);
    },
    onOutcome(call, child, fx) {
      fx.cancel(call);
      fx.settleWith(call, child);
    },
  });
  const secondFails = patternWith({
    onCall(call, fx) {
      if (call.tag === 1) fx.settle(call, Outcome.error);
      else fx.start(call, 0);
    },
  });
  const t = play({ layers: [{ of: pair }, { of: secondFails }, pool] }, 0, 600);
  expect(t.outcomes).toEqual(['ok', 'error']);
  expect([...t.door.setUpAtNs, ...t.door.testedAtNs]).toContain(600 * MS);
  expect(t.sentAtMs).toHaveLength(1);
  expect(t.runtime.held()).toBe(0);
});

const random = fc.record({
  calls: fc.array(fc.record({ atMs: fc.nat(300), takesMs: fc.nat(40), givesUpAfterMs: fc.option(fc.nat(60)) }), { minLength: 10, maxLength: 40, size: 'max' }),
  size: fc.integer({ min: 1, max: 3 }),
  more: fc.nat(2),
  diesAtMs: fc.array(fc.nat(300), { maxLength: 3 }),
  release: fc.constantFrom('whenWorkEnds', 'closes'),
  refuses: fc.boolean(),
});
type RandomPool = typeof random extends fc.Arbitrary<infer T> ? T : never;

/** @returns how many calls met a connection that had died */
function staleIn(world: RandomPool, layer: LayerSpec): number {
  const t = new TestWorld();
  let mostInFlight = 0;
  const first = t.build([layer], (n) => {
    mostInFlight = Math.max(mostInFlight, t.wire.inFlight);
    return { afterNs: world.calls[n % world.calls.length]!.takesMs * MS };
  });
  if (world.refuses) t.door.script = (n) => (n % 3 === 1 ? fails(1, 'refused') : ok(1));
  for (const atMs of world.diesAtMs) t.at(atMs * MS, () => t.life++);
  for (const { atMs, givesUpAfterMs } of world.calls) {
    t.call(first, { atNs: atMs * MS + 1, ...(givesUpAfterMs === null ? {} : { cancelAtNs: (atMs + givesUpAfterMs) * MS + 2 }) });
  }
  t.run(60 * SECONDS);
  expect(mostInFlight).toBeLessThanOrEqual(world.size + world.more);
  expect(t.runtime.held()).toBe(0);
  expect(t.runtime.openCalls).toBe(0);
  // Each connection that was ever set up is closed, or one of the idle ones that a pool may keep.
  expect(t.marks('connected') - t.marks('disconnected')).toBeLessThanOrEqual(world.size + world.more);
  return t.outcomes.filter((outcome) => outcome === 'reset').length;
}

test.each([
  ['HikariCP', ({ size, more, release }: RandomPool, tests: boolean) => hikari({ maximumPoolSize: size + more, minimumIdle: size, aliveBypassWindow: tests ? 0 : Infinity, release })],
  ['SQLAlchemy', ({ size, more, release }: RandomPool, tests: boolean) => sqlalchemy({ poolSize: size, maxOverflow: more, poolPrePing: tests, release })],
] as const)(`%s: never more lent than the limit, all given back, and with tests fewer that are stale, seed ${fuzzSeed}`, (_, layerOf) => {
  let tested = 0;
  let untested = 0;
  fc.assert(
    fc.property(random, (world) => {
      tested += staleIn(world, layerOf(world, true));
      untested += staleIn(world, layerOf(world, false));
    }),
    cases(300),
  );
  // A connection that has just been set up or used is not tested.
  expect(untested).toBeGreaterThan(scaled(100));
  expect(tested).toBeLessThan(0.8 * untested);
});

test('a pool of HikariCP whose place another has taken keeps no connections ready any more', () => {
  const setUpsAfter = (isReplaced: boolean): number => {
    const t = new TestWorld();
    const first = t.build([hikari({ maximumPoolSize: 1, minimumIdle: 1, maxLifetime: 100 * MS })], inTurn(ok(5)));
    t.callAt(first, 0);
    // The new one is asked for nothing, and sets nothing up before that.
    if (isReplaced) t.at(500 * MS, () => t.runtime.replacePattern(first.hosts[0]!, (host) => make(hikariPool, {}, host)));
    t.run(1000 * MS);
    return t.door.setUpAtNs.filter((ns) => ns > 500 * MS).length;
  };
  expect(setUpsAfter(false)).toBeGreaterThan(2);
  expect(setUpsAfter(true)).toBe(0);
});
