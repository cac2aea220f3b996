/**
 * Goal: healing is exact. Once the faults are over, the load has stopped and all that was under way has ended, a system
 * treats the next 1,000 requests exactly as if no fault had ever happened: the same instants, outcomes and qualities.
 *
 * Method: random systems, each run with its faults and without. Then its clients stop, everything comes to rest, and what
 * is meant to remember is made to forget: patterns, balancers and waiting lines are made anew in both runs (who leads a
 * database cannot be, so here nobody is promoted). Then a client comes whose requests have keys of their own, and each of its requests is
 * compared. Records of calls, sends and writes are used again by then, in another order in each run, so that a field that
 * is not set anew shows as well.
 */
import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { isGood } from '../../sim/resilience/outcome.ts';
import type { Pattern, PatternHost } from '../../sim/resilience/pattern.ts';
import { type CallRecord, Runtime } from '../../sim/resilience/runtime.ts';
import type { Simulation } from '../../sim/scenario/compile.ts';
import { cases, fuzzSeed } from '../support/random-cases.ts';
import { randomClient, randomSystem, type RandomSystem } from '../support/random-system.ts';
import { END_NS, exchangesOf, RandomWorld } from '../support/random-world.ts';
import { MS } from '../support/resilience-harness.ts';

/** Set to fewer worlds by the mutants, which need no more to be found. */
const FEWER = process.env.FUZZ_WORLDS;
const WORLDS = Number(FEWER ?? 120);
/** Everything has come to rest by then, or else the world is passed over: a lost answer may be awaited for very long. */
const REST_MS = 8000;
const REQUESTS = 1000;
const RATE_PER_SEC = 60;
const DURATION_MS = REST_MS + (1000 * REQUESTS) / RATE_PER_SEC + 1000;

const seen = { worlds: 0, good: 0, bad: 0, passedOver: 0, faults: 0 };

/** What operators have said about features stays in the memory of services until they ask again. */
const OF_FEATURES = ['switchFeature', 'degrade'];

/** The system with a client that comes when all is over. Its faults end with the others' load, and roles stay where they are. */
const healingWorld = fc.tuple(randomSystem, randomClient).map(([system, client]) => {
  const late = { kind: 'profile' as const, gaps: 'poisson', segments: [{ forMs: REST_MS, ratePerSec: 0, to: null }, { forMs: DURATION_MS, ratePerSec: RATE_PER_SEC, to: null }] };
  const changed: RandomSystem = {
    ...system,
    clients: [...system.clients, { ...client, arrivals: late }],
    databases: system.databases.map((database) => ({ ...database, promote: 'never' })),
    // What a service remembers of features cannot be made to be forgotten either, so here it is always the same.
    flagStore: { ...system.flagStore, health: { ...system.flagStore.health, off: [], level: 0 } },
    services: system.services.map((service) => ({ ...service, flags: { ...service.flags, unknown: 'on' } })),
    faults: system.faults.filter(({ kind }) => !OF_FEATURES.includes(kind)).map((fault) => ({ ...fault, forMs: fault.forMs ?? 400 })),
  };
  return new RandomWorld(changed, DURATION_MS);
});

/** Makes patterns, balancers and waiting lines as they were in the beginning. `makes` has what made each pattern, by layer and place. */
function forget({ engine, servers }: Simulation, makes: ReadonlyMap<number, readonly Make[]>, isPattern: (address: string) => boolean): void {
  const { runtime } = engine;
  for (const layer of runtime.layers.filter(({ address }) => isPattern(address))) {
    makes.get(layer.index)!.forEach((make, at) => {
      runtime.replacePattern(layer.hosts[at]!, make).draws = 0;
    });
  }
  for (const server of servers) {
    const { instances, balancer, weights } = server.settings;
    (server as { balancer: unknown }).balancer = balancer(engine, instances, weights);
    for (const instance of server.instances) (instance as { line: unknown }).line = instance.queue.discipline(instance);
  }
}

type Make = (host: PatternHost) => Pattern;

/** Compiles while listening to what makes the patterns. */
function compileListening(compileIt: () => Simulation): { readonly simulation: Simulation; readonly makes: ReadonlyMap<number, readonly Make[]> } {
  const newHost = vi.spyOn(Runtime.prototype, 'newHost');
  const simulation = compileIt();
  const makes = new Map<number, Make[]>();
  for (const [layer, , make] of newHost.mock.calls) makes.set(layer.index, [...(makes.get(layer.index) ?? []), make]);
  newHost.mockRestore();
  return { simulation, makes };
}

/** What became of the late client's requests, in the order in which they ended. */
function lateRequests(world: RandomWorld, withFaults: boolean): readonly string[] {
  const { simulation, makes } = compileListening(() => world.compile(withFaults ? {} : { faults: [] }));
  const { engine, clients } = simulation;
  simulation.run(END_NS);
  const [late, ...others] = clients.toReversed();
  for (const client of others) client.stop();
  simulation.run(REST_MS * MS);
  // A message that nobody waits for may still be on its way, and be worked on when it arrives.
  const atRest = engine.held() === 0 && exchangesOf(simulation).length === 0;
  if (!atRest) seen.passedOver++;
  fc.pre(atRest);
  const { layers } = world.directory();
  forget(simulation, makes, (address) => layers.has(address));

  const requests: string[] = [];
  const onBackground = late!.onBackground.bind(late);
  late!.onBackground = (child) => {
    const { context, code, cause, quality } = child as CallRecord;
    requests.push(`request ${context.request} ends at ${simulation.now} with ${code} because of ${cause}, quality ${quality}`);
    if (withFaults) seen[isGood(code) ? 'good' : 'bad']++;
    onBackground(child);
  };
  simulation.run();
  expect(late!.offered).toBeGreaterThan(0.8 * REQUESTS);
  return requests;
}

function check(world: RandomWorld): void {
  expect(lateRequests(world, true)).toEqual(lateRequests(world, false));
  seen.worlds++;
  seen.faults += world.faultsThatHappen().length;
}

describe(`healing (FUZZ_SEED=${fuzzSeed})`, () => {
  test('the next 1,000 requests are as if nothing had happened', { timeout: 300_000 }, () => {
    fc.assert(fc.property(healingWorld, check), {
      ...cases(WORLDS),
      endOnFailure: process.env.FUZZ_NO_SHRINKING !== undefined,
      interruptAfterTimeLimit: 270_000,
      markInterruptAsFailure: true,
    });
  });

  test.skipIf(FEWER !== undefined)('there was something to heal, and something to compare', () => {
    expect(seen.worlds).toBe(WORLDS);
    expect(seen.faults / seen.worlds).toBeGreaterThan(2);
    expect(seen.good).toBeGreaterThan(seen.worlds * 100);
    expect(seen.bad).toBeGreaterThan(seen.worlds * 100);
  });
});
