/**
 * Goal: what the engine promises of every system: its ledgers balance and agree with one another, its clock never goes
 * back, equal inputs give equal runs however they are cut into pieces, and once the faults are healed and the load has
 * stopped nothing is left of them, neither in what is held nor in any parameter.
 *
 * Method: some 500 random systems of all components, patterns and faults there are, written as scenario files. The engine
 * balances its own ledgers at every sample; beside it, a second ledger is kept by listening to what passes between callers
 * and servers. The state of each call that ends is overwritten in one of the runs and not in the others, so that a field
 * that is not set anew makes them differ. What the systems went through is counted, and asserted at the end.
 *
 * A failure prints the smallest scenario that fails, and the command that brings it back.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultDefinitions } from '../../sim/faults/registry.ts';
import { patterns } from '../../sim/resilience/registry.ts';
import type { Simulation } from '../../sim/scenario/compile.ts';
import { cases, fuzzSeed } from '../support/random-cases.ts';
import { nameOf } from '../support/pattern-arbitrary.ts';
import { randomSystem } from '../support/random-system.ts';
import { END_NS, RandomWorld } from '../support/random-world.ts';
import { depthOf, expectFiniteSeries, expectRest, historyOf, isRetrying, parametersOf, SendLedger, settle, watchTheClock } from '../support/world-laws.ts';

/** Set to fewer worlds by the mutants, which need no more to be found. */
const FEWER = process.env.FUZZ_WORLDS;
const WORLDS = Number(FEWER ?? 520);
/** A world with more would be a retry storm that tells nothing new; there are few. */
const EVENTS_MAX = 60_000;
/** Between two looks at the ledgers. */
const EVENTS_PER_LOOK = 2000;

/** What the systems of this file went through. */
const seen = {
  worlds: 0,
  tooLarge: 0,
  events: 0,
  depths: [] as number[],
  replicated: 0,
  late: 0,
  rejected: 0,
  lostInCrashes: 0,
  retryingAtAnEdge: 0,
  pairs: new Set<string>(),
};

const randomWorld = randomSystem.map((system) => new RandomWorld(system));

/** Runs a world to its end, looking at its ledgers now and then and at each instant at which a fault begins or ends. */
function watch(world: RandomWorld): { readonly simulation: Simulation; readonly ledger: SendLedger } {
  const simulation = world.compile();
  const { kernel, runtime } = simulation.engine;
  runtime.poison = true;
  const ledger = new SendLedger(simulation);
  watchTheClock(simulation);
  let isRetryingAtAnEdge = false;
  for (const until of [...world.faultEdges(), END_NS]) {
    while (!simulation.ended && simulation.now < until) {
      if (kernel.dispatched > EVENTS_MAX) seen.tooLarge++;
      fc.pre(kernel.dispatched <= EVENTS_MAX);
      simulation.run(until, EVENTS_PER_LOOK);
      ledger.check();
    }
    if (until < END_NS) isRetryingAtAnEdge ||= isRetrying(simulation);
  }
  if (isRetryingAtAnEdge) seen.retryingAtAnEdge++;
  return { simulation, ledger };
}

function printsOf(simulation: Simulation): unknown {
  const { fingerprints, eventsDispatched } = simulation.record();
  return { ...fingerprints, eventsDispatched };
}

function check(world: RandomWorld): void {
  const { simulation, ledger } = watch(world);
  expect(simulation.record().end, 'the run completes').toEqual({ kind: 'completed' });
  expectFiniteSeries(simulation);
  count(world, simulation);

  for (const eventsMax of [Infinity, 1, 7, 1000]) {
    const again = world.compile();
    while (!again.run(Infinity, eventsMax));
    expect(printsOf(again), `run in pieces of ${eventsMax} events`).toEqual(printsOf(simulation));
  }
  const otherBuckets = world.compile({ bucketNs: 37_000_003 });
  otherBuckets.run();
  expect(otherBuckets.record().fingerprints.dispatch, 'sampling changes nothing').toBe(simulation.record().fingerprints.dispatch);

  settle(simulation);
  ledger.check();
  const unfaulted = world.compile({ faults: [] });
  unfaulted.run();
  settle(unfaulted);
  expect(parametersOf(simulation), 'all that faults have touched is as if they had never been').toEqual(parametersOf(unfaulted));
  expectRest(simulation);
  ledger.check();
}

function count(world: RandomWorld, simulation: Simulation): void {
  const history = historyOf(simulation);
  seen.worlds++;
  seen.events += simulation.engine.kernel.dispatched;
  seen.depths.push(depthOf(simulation));
  if (history.replicated) seen.replicated++;
  if (history.late) seen.late++;
  if (history.rejected) seen.rejected++;
  if (history.lostInCrashes) seen.lostInCrashes++;
  for (const pattern of world.patternsUsedBy(simulation)) {
    for (const { kind } of world.faultsThatHappen()) seen.pairs.add(`${pattern} x ${kind}`);
  }
}

const file = 'test/properties/random-systems.test.ts';

describe(`random systems (FUZZ_SEED=${fuzzSeed})`, () => {
  test('what holds in every one of them', { timeout: 600_000 }, () => {
    fc.assert(fc.property(randomWorld, check), {
      ...cases(WORLDS),
      endOnFailure: process.env.FUZZ_NO_SHRINKING !== undefined,
      interruptAfterTimeLimit: 540_000,
      markInterruptAsFailure: true,
      maxSkipsPerRun: 1,
      reporter(outcome) {
        if (!outcome.failed) return;
        const replay = `FUZZ_SEED=${fuzzSeed} FUZZ_PATH=${outcome.counterexamplePath} npx vitest run ${file}`;
        throw new Error(`${fc.defaultReportMessage(outcome)}\n\nAgain: ${replay}`, { cause: outcome.errorInstance });
      },
    });
  });

  test.skipIf(FEWER !== undefined)('they were as rich as they were meant to be', () => {
    const { worlds, depths, pairs } = seen;
    const share = (part: number): number => part / worlds;
    const missing = patterns.flatMap((pattern) => faultDefinitions.map(({ kind }) => `${nameOf(pattern)} x ${kind}`)).filter((pair) => !pairs.has(pair));
    expect(worlds).toBeGreaterThanOrEqual(500);
    expect(seen.tooLarge).toBeLessThan(0.03 * WORLDS);
    expect(seen.events / worlds, 'events in a world').toBeGreaterThan(500);
    expect(depths.toSorted((a, b) => a - b)[worlds >> 1], 'median number of servers one behind another').toBeGreaterThanOrEqual(3);
    expect(share(seen.replicated)).toBeGreaterThanOrEqual(0.4);
    expect(share(seen.late)).toBeGreaterThanOrEqual(0.3);
    expect(share(seen.rejected)).toBeGreaterThanOrEqual(0.3);
    expect(share(seen.lostInCrashes)).toBeGreaterThanOrEqual(0.3);
    expect(share(seen.retryingAtAnEdge)).toBeGreaterThanOrEqual(0.3);
    expect(missing, 'pairs of a pattern and a fault that never met').toEqual([]);
  });
});
