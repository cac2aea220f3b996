/**
 * Goal: patterns change what happens, never who is lucky. Whatever layers are switched on or off, reordered, changed or
 * added, every arrival comes when it came, and every draw for one send of one call of one request is what it was; in a
 * closed loop that holds for the k-th request of each user and for the time he thinks before it.
 * Method: a probe writes down all luck of a run under names that do not come from keys, and what has the same name in two
 * arms is compared. Then engines that draw in other ways show that the comparison notices.
 */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MILLISECOND } from '../../sim/catalogue/units.ts';
import { purposeOf } from '../../sim/kernel/keys.ts';
import { ExponentialSampler, LognormalSampler } from '../../sim/kernel/samplers.ts';
import { Engine } from '../../sim/model/engine.ts';
import { Wire } from '../../sim/model/wire.ts';
import { patterns } from '../../sim/resilience/registry.ts';
import { type CallRecord, Runtime } from '../../sim/resilience/runtime.ts';
import type { LayerUse, Scenario } from '../../sim/scenario/scenario.ts';
import { fuzzSeed } from '../support/random-cases.ts';
import { nameOf } from '../support/pattern-arbitrary.ts';
import { documentOf } from '../support/run-scenario.ts';
import { extraLayer, layersOf, rearranged, switched, withExtra, withParameters } from './arms.ts';
import { compareLuck, LuckProbe, type Mutant, repeatedLuck, wrap } from './luck-probe.ts';
import { allWorlds, madeUpWorlds } from './worlds.ts';

/** Enough for some hundred requests to pass every fault, few enough for some hundred arms. */
const EVENTS = 8_000;
const FAULT_AT_NS = 300 * MILLISECOND;

interface Arm {
  readonly name: string;
  readonly scenario: Scenario;
}

/** Faults come soon and go soon, so that few events meet them all. */
function hastened(scenario: Scenario): Scenario {
  const faults = scenario.faults.map((fault, at) => ({ ...fault, atNs: FAULT_AT_NS * (at + 1), forNs: Math.min(fault.forNs, 2 * FAULT_AT_NS) }));
  return { ...scenario, faults };
}

/** One of each pattern, with parameters of chance. */
function extrasFor(world: string): LayerUse[] {
  let hash = fuzzSeed;
  for (let i = 0; i < world.length; i++) hash = Math.imul(hash, 31) + world.charCodeAt(i);
  return patterns.map((definition, at) => fc.sample(extraLayer(definition), { seed: hash + at, numRuns: 1 })[0]!);
}

function armsOf(scenario: Scenario, extras: readonly LayerUse[]): Arm[] {
  const layers = layersOf(scenario);
  const arms = layers.map(({ address, enabled }) => ({
    name: `${address} ${enabled ? 'off' : 'on'}`,
    scenario: switched(scenario, (other) => layers.find((layer) => layer.address === other)!.enabled !== (other === address)),
  }));
  const added = extras.map((extra, at) => ({ name: `${extra.family}/${extra.kind} added: ${JSON.stringify(extra)}`, scenario: withExtra(scenario, extra, at % 2 === 0) }));
  const moreAttempts = ({ values, ...layer }: LayerUse): LayerUse => ({ ...layer, values: 'maxAttempts' in values ? { ...values, maxAttempts: 6 } : values });
  return [
    { name: 'all off', scenario: switched(scenario, () => false) },
    { name: 'all on', scenario: switched(scenario, () => true) },
    ...arms,
    ...added,
    { name: 'in reverse order', scenario: rearranged(scenario, (uses) => uses.toReversed()) },
    { name: 'more attempts', scenario: rearranged(scenario, (uses) => uses.map(moreAttempts)) },
    { name: 'other parameters', scenario: withParameters(scenario, extras) },
    { name: 'everything changed', scenario: withParameters(rearranged(scenario, (uses) => uses.toReversed()), extras) },
  ];
}

/** Keys of clients are drawn from where requests begin; what comes of them is seen in the requests themselves. */
const SEEN_IN_REQUESTS = ['arrival/gap', 'arrival/think', 'arrival/spread', 'request/class'];
/** Drawn when the system is built, or by a fault. */
const OF_NO_REQUEST = ['fault/selection', 'promotion/time'];

describe.each(allWorlds)('$name', ({ name, text }) => {
  const scenario = hastened(documentOf(text).base);
  const extras = extrasFor(name);
  let probe: LuckProbe;
  beforeAll(() => {
    probe = new LuckProbe();
  });
  afterAll(() => probe.remove());

  test(`patterns change nobody's luck (FUZZ_SEED=${fuzzSeed})`, () => {
    const luck = probe.luckOf(scenario, EVENTS);
    expect([...luck.nameless].filter((purpose) => !SEEN_IN_REQUESTS.includes(purpose) && !OF_NO_REQUEST.includes(purpose))).toEqual([]);
    let shared = 0;
    let all = 0;
    for (const arm of armsOf(scenario, extras)) {
      const other = probe.luckOf(arm.scenario, EVENTS);
      const { sharedDraws, sharedRequests, differences } = compareLuck(luck, other);
      const complaints = [...differences, ...repeatedLuck(other).map((draw) => `${draw} is that of the send before`)];
      expect({ arm: arm.name, complaints }).toEqual({ arm: arm.name, complaints: [] });
      expect(sharedRequests).toBeGreaterThanOrEqual(20);
      shared += sharedDraws;
      all += Math.min(luck.draws.size, other.draws.size);
    }
    // Otherwise next to nothing has been compared.
    expect(shared / all).toBeGreaterThan(0.25);
  });
});

/** What the laws say about a world when the engine is not what it should be. */
function complaints(text: string, mutant?: Mutant): readonly string[] {
  const scenario = hastened(documentOf(text).base);
  const probe = new LuckProbe(mutant);
  try {
    const luck = probe.luckOf(scenario, EVENTS);
    const others = armsOf(scenario, []).map((arm) => probe.luckOf(arm.scenario, EVENTS));
    return [...others.flatMap((other) => compareLuck(luck, other).differences), ...repeatedLuck(luck)];
  } finally {
    probe.remove();
  }
}

/** The key of a send is made within the wire; `word` makes another word of the ordinal. */
function sendKeys(word: (ordinal: number, call: CallRecord) => number): Mutant {
  return () => {
    let sending: CallRecord | undefined;
    const cures = [
      wrap(Wire.prototype, 'onCall', (original) => (self, call, fx) => {
        sending = call as unknown as CallRecord;
        original(self, call, fx);
      }),
      wrap(Engine.prototype, 'childKey', (original) => (self, to, from, ordinal) => {
        original(self, to, from, sending === undefined ? ordinal : word(ordinal, sending));
        sending = undefined;
      }),
    ];
    return () => cures.toReversed().forEach((cure) => cure());
  };
}

/** Draws for a purpose come one after another from a stream. */
function exponentialStream(purpose: number): Mutant {
  return () => {
    let drawn = 0;
    return wrap(ExponentialSampler.prototype, 'sample', (original) => (self, keys, at, wanted) =>
      wanted === purpose ? original(self, keys, 0, purpose + 256 * drawn++) : original(self, keys, at, wanted),
    );
  };
}

const mutants: Readonly<Record<string, Mutant>> = {
  'service times from one stream': () => {
    let drawn = 0;
    return wrap(LognormalSampler.prototype, 'sample', (original) => (self, keys) => original(self, keys, 0, 256 * drawn++));
  },
  'think times from one stream': exponentialStream(purposeOf('arrival/think')),
  'jitter from the stream of the layer': () =>
    wrap(Runtime.prototype, 'uniform', () => (self, call) => self.uniformLayer((call as CallRecord).layer.hosts[0]!)),
  'choices of instances from one stream': () => {
    let drawn = 0;
    return wrap(Engine.prototype, 'uniform', (original) => (self, slot, purpose) =>
      purpose === purposeOf('balancer/pick') ? original(self, 0, 256 * drawn++) : original(self, slot, purpose),
    );
  },
  'sends numbered over all calls': () => {
    let sends = 0;
    return sendKeys(() => sends++)();
  },
  'sends numbered by the layers around them': sendKeys((ordinal, call) => {
    let layers = 0;
    for (let outer = call.parent; outer !== null; outer = outer.parent) layers++;
    return ordinal + 1000 * layers;
  }),
  'every send with the luck of the first': sendKeys(() => 0),
};

describe('an engine is found out', () => {
  const { text } = madeUpWorlds.find(({ name }) => name === 'closed-loop')!;

  test('but not the sound one', () => {
    expect(complaints(text)).toEqual([]);
  });

  test.each(Object.keys(mutants))('%s', (name) => {
    expect(complaints(text, mutants[name])).not.toEqual([]);
  });
});

const askedAgain = `
faultline: 1
title: A fallback that fails and is asked again
seed: 3
duration: 5s
system:
  users:
    kind: client
    arrivals: {constant: 50/s}
    calls: first
    patterns: [{retry: {maxAttempts: 4, backoff: {fixed: 1ms}}}, {fallback: {to: second}}]
  first: {kind: service, handler: [{work: {exponential: 10ms}}]}
  second: {kind: service, handler: [{work: {exponential: 10ms}}]}
faults:
  - {at: 0s, errorRate: {target: first, rate: 80%}}
  - {at: 0s, errorRate: {target: second, rate: 50%}}
`;

test('a fallback that is asked again by the same request has other luck', () => {
  const probe = new LuckProbe();
  try {
    const luck = probe.luckOf(documentOf(askedAgain).base, EVENTS);
    expect([...luck.draws.keys()].filter((name) => name.includes('>users/first/fallback/second.2!')).length).toBeGreaterThan(10);
    expect(repeatedLuck(luck)).toEqual([]);
  } finally {
    probe.remove();
  }
});

test('each pattern is among the added layers', () => {
  expect(extrasFor('').map(({ family, kind }) => `${family}/${kind}`)).toEqual(patterns.map((definition) => nameOf(definition)));
});
