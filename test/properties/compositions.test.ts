/**
 * Goal: patterns keep their promises whatever stands around or inside them: every call ends once, callers and servers
 * count the same sends, and nothing is left when the faults are healed and the load has stopped.
 *
 * Method: every ordered pair of patterns that can stand at a caller, and random stacks of up to six, with random
 * parameters. Each stack has a shop of its own, around whose call to a bank it stands; many shops make a world, in which
 * shops and bank die, hang, fail and lose messages. A pair is done when calls have gone through both. The engine balances
 * its own ledgers at every sample, a second one is kept by listening between callers and servers, and the runtime fails
 * when a call is settled twice. When a world fails, the stack that fails alone is looked for, and its scenario is printed.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { compile, type Simulation } from '../../sim/scenario/compile.ts';
import { nameOf, type RandomLayer } from '../support/pattern-arbitrary.ts';
import { fuzzSeed, scaled } from '../support/random-cases.ts';
import { affordable, patternsAt } from '../support/random-system.ts';
import { MS } from '../support/resilience-harness.ts';
import { aroundCalls, expectRest, SendLedger, settle } from '../support/world-laws.ts';
import { writtenLayer } from '../support/written-values.ts';
import { scenarioOf } from '../support/run-scenario.ts';

interface Shop {
  /** By which it keeps its name, and so its luck, whatever other shops there are. */
  readonly number: number;
  readonly layers: readonly RandomLayer[];
}

const suitable = patternsAt('caller');
const arbitraries = new Map(suitable.map((definition) => [definition, affordable(definition).map(impatient)]));
const DEPTH_MAX = 6;
const STACKS = scaled(300);
const STACKS_PER_WORLD = 30;
/** A pair that calls have not passed by then is a mistake of the test. */
const ROUNDS_MAX = 20;
/** Between two looks at the ledgers. */
const EVENTS_PER_LOOK = 10_000;

/** Whoever knocks at an instance that hangs waits for a quarter of an hour, unless a limit is set; other pools go on for as long. */
function impatient({ pattern, with: values }: RandomLayer): RandomLayer {
  const limited = Object.entries(values).map(([name, value]) => [name, name.endsWith('Timeout') && value === Infinity ? 40 * MS : value]);
  return { pattern, with: pattern.startsWith('connectionPool/') ? Object.fromEntries(limited) : values };
}

function worldText(shops: readonly Shop[], seed: number): string {
  const components = shops.flatMap(({ number, layers }) => {
    const luck = number + seed;
    const call = {
      call: 'bank',
      idempotent: luck % 3 > 0,
      cancelDownstream: luck % 2 > 0,
      idempotencyKey: luck % 5 > 2 ? 'request' : 'none',
      patterns: layers.map((layer, at) => writtenLayer(layer, { as: `layer-${at}` }, () => ({ call: 'bank', as: 'exit' }))),
    };
    const users = {
      kind: 'client',
      arrivals: { poisson: '40/s' },
      calls: `shop-${number}`,
      deadline: '150ms',
      propagateDeadline: true,
      users: 3,
      items: 3,
      classes: { one: {}, two: { priority: 2 } },
    };
    const shop = { kind: 'service', instances: 2, threads: 4, queue: { capacity: 6 }, startup: '20ms', handler: [{ work: { exponential: '2ms' } }, call] };
    return [
      [`users-${number}`, users],
      [`shop-${number}`, shop],
    ] as const;
  });
  const faults = [
    { at: '200ms', for: '300ms', errorRate: { target: 'bank', rate: '50%' } },
    { at: '400ms', for: '500ms', loss: { from: 'bank', to: `shop-${shops[0]!.number}`, rate: '20%' } },
    { at: '600ms', for: '200ms', hang: { target: 'bank', instance: 0 } },
    { at: '900ms', for: '100ms', kill: { target: 'bank', instance: 1 } },
    ...shops.flatMap(({ number }) => [
      { at: `${300 + (7 * number) % 500}ms`, for: '50ms', as: `death-${number}`, kill: { target: `shop-${number}`, instance: number % 2 } },
      { at: '1000ms', for: '100ms', as: `second-death-${number}`, kill: { target: `shop-${number}` } },
    ]),
  ];
  const bank = { kind: 'service', instances: 3, threads: 'unlimited', startup: '20ms', handler: [{ work: { exponential: '4ms' } }] };
  const system = Object.fromEntries([...components, ['bank', bank]]);
  const network = { default: { latency: { exponential: '500us' } } };
  return stringify({ faultline: 1, title: 'compositions', seed: String(seed), duration: '1200ms', bucket: '100ms', system, network, faults }, { lineWidth: 150, aliasDuplicateObjects: false });
}

/** Counts the calls that enter each layer, by its address. */
function countEntries(simulation: Simulation): ReadonlyMap<string, number> {
  const entries = new Map<string, number>();
  for (const { layer, pattern } of simulation.engine.runtime.hosts) {
    aroundCalls(simulation, pattern, (enter) => {
      entries.set(layer.address, (entries.get(layer.address) ?? 0) + 1);
      enter();
    });
  }
  return entries;
}

function run(shops: readonly Shop[], seed: number): ReadonlyMap<string, number> {
  const simulation = compile(scenarioOf(worldText(shops, seed)), { variant: '', seed: '' });
  simulation.engine.runtime.poison = true;
  const ledger = new SendLedger(simulation);
  const entries = countEntries(simulation);
  while (!simulation.ended) {
    simulation.run(Infinity, EVENTS_PER_LOOK);
    ledger.check();
  }
  expect(simulation.record().end, 'the run completes').toEqual({ kind: 'completed' });
  settle(simulation);
  ledger.check();
  expectRest(simulation);
  for (const { address, offered, settled } of simulation.clients) expect(settled, `requests of ${address} that have ended`).toBe(offered);
  return entries;
}

/** @returns how many calls entered each layer */
function check(shops: readonly Shop[], seed: number): ReadonlyMap<string, number> {
  try {
    return run(shops, seed);
  } catch (error) {
    const half = shops.length >> 1;
    if (half > 0) {
      check(shops.slice(0, half), seed);
      check(shops.slice(half), seed);
    }
    throw new Error(`${String(error)}\n\n${worldText(shops, seed)}`, { cause: error });
  }
}

describe(`seed ${fuzzSeed}`, () => {
  test.each(suitable.map((outer, at) => [nameOf(outer), outer, fuzzSeed + 1000 * at] as const))('%s around every pattern', (_, outer, firstSeed) => {
    let missing = suitable;
    for (let seed = firstSeed; missing.length > 0 && seed < firstSeed + ROUNDS_MAX; seed++) {
      const outers = fc.sample(arbitraries.get(outer)!, { seed, numRuns: missing.length });
      const shops = missing.map((inner, number) => ({ number, layers: [outers[number]!, ...fc.sample(arbitraries.get(inner)!, { seed: seed + number, numRuns: 1 })] }));
      const entries = check(shops, seed);
      missing = missing.filter((_, number) => !entries.has(`shop-${number}/bank/layer-0`) || !entries.has(`shop-${number}/bank/layer-1`));
    }
    expect(missing.map(nameOf)).toEqual([]);
  });

  test(`random stacks of three to ${DEPTH_MAX}`, () => {
    const stack = fc.array(fc.oneof(...arbitraries.values()), { minLength: 3, maxLength: DEPTH_MAX, size: 'max' });
    const shops = fc.sample(stack, { seed: fuzzSeed, numRuns: STACKS }).map((layers, number) => ({ number, layers }));
    for (let at = 0; at < STACKS; at += STACKS_PER_WORLD) check(shops.slice(at, at + STACKS_PER_WORLD), fuzzSeed + at);
  });
});
