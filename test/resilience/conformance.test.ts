/**
 * Goal: what every pattern promises, alone and in any stack: each call is settled exactly once; after the load has
 * stopped nothing is left (calls, permits, waiters, timers, sends); a deadline is only ever tightened; a cancel is
 * answered at once unless a callee ignores it; work that nobody waits for is asked to stop; what chance decides for a call belongs to that call; equal inputs give equal traces; switching or replacing layers in mid-run
 * changes none of this.
 *
 * Method: random worlds from the registry: stacks of up to six layers with random parameters, overlapping calls at tied
 * instants, races of several calls that are let go of in one breath, users that give up, callees that answer at once,
 * late, never in time or against a cancel, layers switched and replaced in mid-run. The runtime overwrites the state of each call that ends, so a field that is not set again shows.
 * What the worlds were like is counted, and asserted. Patterns that break one promise each prove that the laws bite.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Mark, MARKS } from '../../sim/resilience/mark.ts';
import { isGood, Outcome, OUTCOMES } from '../../sim/resilience/outcome.ts';
import { type AnyPatternDefinition, type Call, CallFlag, type Pattern } from '../../sim/resilience/pattern.ts';
import { patterns } from '../../sim/resilience/registry.ts';
import type { CallRecord, Layer } from '../../sim/resilience/runtime.ts';
import { cases, fuzzSeed } from '../support/random-cases.ts';
import { anyLayer, definitionOf, layerOf, nameOf, type RandomLayer } from '../support/pattern-arbitrary.ts';
import { type Given, make, valuesFor } from '../support/pattern-values.ts';
import { type Answer, isBackground, type LayerSpec, MS, patternWith, TestWorld } from '../support/resilience-harness.ts';

/** Longer than any timeout of a random layer; afterwards the callee closes the connection. */
const HANG_MS = 500;
/** A call that is still there after so many times that has been forgotten. */
const ROUNDS_MAX = 50;

interface RandomWorld {
  /** How many calls the outermost layer makes at once for each call of the client; the first outcome wins. */
  readonly racers: number;
  readonly layers: readonly RandomLayer[];
  /** Layers of the call sites to which fallbacks lead. */
  readonly exitLayers: readonly RandomLayer[];
  readonly answers: readonly Answer[];
  /** Every callee honours a cancel; otherwise each answer says for itself. */
  readonly obedient: boolean;
  readonly calls: readonly {
    readonly atMs: number;
    readonly givesUpAfterMs: number | null;
    readonly deadlineMs: number | null;
    readonly priority: number;
    readonly flags: number;
    readonly item: number;
    readonly key: number;
  }[];
  readonly changes: readonly { readonly atMs: number; readonly layer: number; readonly what: 'switch' | 'replace' }[];
}

const answer: fc.Arbitrary<Answer> = fc
  .record({
    afterNs: fc.oneof(fc.nat(40), fc.constant(0), fc.constant(HANG_MS)).map((ms) => ms * MS),
    code: fc.oneof(fc.constant(Outcome.ok), fc.integer({ min: 2, max: OUTCOMES.findIndex(({ name }) => name === 'deadlineExceeded') })),
    ignoresCancel: fc.boolean(),
    comeBackAfterMs: fc.option(fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 3000 }) }, { weight: 1, arbitrary: fc.constant(Infinity) }), { freq: 3 }),
  })
  .map(({ comeBackAfterMs, ...rest }) => (comeBackAfterMs === null || rest.code === Outcome.ok ? rest : { ...rest, retryAfterNs: comeBackAfterMs * MS }));

const worldOf = (layers: fc.Arbitrary<readonly RandomLayer[]>): fc.Arbitrary<RandomWorld> =>
  fc.record({
    racers: fc.constantFrom(1, 1, 1, 2, 3),
    layers,
    exitLayers: fc.array(anyLayer(), { maxLength: 2 }),
    answers: fc.array(answer, { minLength: 1, maxLength: 12 }),
    obedient: fc.boolean(),
    calls: fc.array(
      fc.record({
        // Some come late, when breakers that opened may try again.
        atMs: fc.oneof({ weight: 3, arbitrary: fc.nat(60) }, { weight: 1, arbitrary: fc.integer({ min: 60, max: 300 }) }),
        givesUpAfterMs: fc.option(fc.nat(60), { freq: 3 }),
        deadlineMs: fc.option(fc.nat(120), { freq: 2 }),
        priority: fc.nat(3),
        flags: fc.constantFrom(0, CallFlag.idempotent, CallFlag.write, CallFlag.write | CallFlag.idempotent),
        item: fc.nat(2),
        key: fc.nat(2),
      }),
      { minLength: 1, maxLength: 20 },
    ),
    changes: fc.array(fc.record({ atMs: fc.nat(120), layer: fc.nat(9), what: fc.constantFrom('switch', 'replace') }), { maxLength: 4 }),
  });

/** How many times more worlds there may be than usual before a pattern has made all its marks; once has been enough. */
const MORE_MAX = 20;

/** What the worlds of this file were like. */
const seen = {
  neighbours: new Set<string>(),
  marks: new Set<string>(),
  calls: 0,
  sends: 0,
  overlapping: 0,
  gaveUp: 0,
  late: 0,
  changes: 0,
  fellBackToAnotherCall: 0,
  askedToComeBack: 0,
};

/** Runs a world until nothing happens any more, and checks what must hold in all of them. */
function run(world: RandomWorld): TestWorld {
  const t = new TestWorld();
  const deadlineOf = (call: Call): number => deadlines[(call as CallRecord).context.request]!;
  const script = (n: number, call: Call): Answer => {
    expect(call.cancelled).toBe(false);
    // What a layer does for itself knows no deadline.
    if (!isBackground(call)) expect(call.deadline).toBeLessThanOrEqual(deadlineOf(call));
    const answer = world.answers[n % world.answers.length]!;
    return world.obedient ? { ...answer, ignoresCancel: false } : answer;
  };
  const specOf = (layer: RandomLayer, isExit: boolean): LayerSpec => {
    const of = canaries.find(({ canary }) => nameOf(canary) === layer.pattern)?.canary ?? definitionOf(layer.pattern);
    const gauges = { inFlight: () => t.wire.inFlight, queueLength: () => t.wire.inFlight >> 1, busy: () => t.wire.inFlight, capacity: () => 4 };
    if (of.exits === undefined) return { of, with: layer.with, gauges };
    // A fallback within a fallback's own call site answers with a value.
    if (isExit) return { of, with: { ...layer.with, to: undefined }, gauges };
    return { of, with: layer.with, gauges, exit: { layers: world.exitLayers.map((inner) => specOf(inner, true)), script } };
  };
  const race: LayerSpec[] = world.racers === 1 ? [] : [{ of: raceOf(world.racers) }];
  const specs = [...race, ...world.layers.map((layer) => specOf(layer, false))];
  const first = t.build(specs, script);
  const deadlines = world.calls.map(({ atMs, deadlineMs }) => (deadlineMs === null ? Infinity : (atMs + deadlineMs) * MS));
  // Request numbers are given in the order of the list.
  world.calls.forEach((call, i) =>
    t.call(first, {
      atNs: call.atMs * MS,
      deadlineNs: deadlines[i]!,
      priority: call.priority,
      flags: call.flags,
      item: call.item,
      key: call.key,
      ...(call.givesUpAfterMs === null ? {} : { cancelAtNs: givesUpAtNs(call, i) }),
    }),
  );
  for (const change of world.changes) t.at(change.atMs * MS, () => apply(t, specs, change));
  // Layers may have timers of their own left; they must do no harm, and calls may wait for them.
  for (let round = 0; round === 0 || (t.runtime.openCalls > 0 && round < ROUNDS_MAX); round++) {
    t.run();
    t.run(t.now + HANG_MS * MS);
  }

  expect(t.results.map((result) => result.settled), 'every call is settled once').toEqual(world.calls.map(() => 1));
  const left = { calls: t.runtime.openCalls, held: t.runtime.held(), timers: t.pendingTimers };
  expect(left, 'nothing is left').toEqual({ calls: 0, held: 0, timers: 0 });
  checkMarks(t, specs);
  checkChance(t, specs);
  return t;
}

/** Patterns with a stream of random numbers of their own, for what belongs to no call. */
const DRAW_FOR_THEMSELVES: readonly string[] = [
  // How long it stays open.
  'circuitBreaker/resilience4j',
  // How long a connection lives, and the keys of set-ups that no call asked for.
  'connectionPool/hikari',
  // When to measure again.
  'concurrencyLimit/envoy',
  'concurrencyLimit/vegas',
];

/** All other patterns draw under the key of the call, so that no call changes the luck of another. */
function checkChance(t: TestWorld, specs: readonly LayerSpec[]): void {
  for (const [i, { of }] of specs.entries()) {
    if (DRAW_FOR_THEMSELVES.includes(nameOf(of))) continue;
    const layer = t.layers.find(({ address }) => address === `${i}:${of.kind}`)!;
    expect(layer.hosts.map(({ draws }) => draws), 'chance belongs to a call').toEqual(layer.hosts.map(() => 0));
  }
}

/** Makes several calls, takes the first outcome, and lets go of the others all at once. */
function raceOf(racers: number): AnyPatternDefinition {
  return patternWith({
    onCall(call, fx) {
      for (let racer = 0; racer < racers; racer++) fx.start(call, racer);
    },
    onOutcome(call, child, fx) {
      fx.cancel(call);
      fx.settleWith(call, child);
    },
  });
}

/** A layer makes only the marks that its definition announces, since only those are counted. */
function checkMarks(t: TestWorld, specs: readonly LayerSpec[]): void {
  specs.forEach(({ of }, i) => {
    const layer = t.layers.find((candidate) => candidate.address === `${i}:${of.kind}`)!;
    const made = MARKS.filter((_, mark) => t.runtime.marks[layer.index * MARKS.length + mark]! > 0);
    expect(of.marks, 'only announced marks are made').toEqual(expect.arrayContaining(made));
    for (const mark of made) seen.marks.add(`${nameOf(of)} ${mark}`);
  });
}

function apply(t: TestWorld, specs: readonly LayerSpec[], change: RandomWorld['changes'][number]): void {
  if (specs.length === 0) return;
  const index = change.layer % specs.length;
  const { of, with: values = {} } = specs[index]!;
  const layer: Layer = t.layers.find(({ address }) => address === `${index}:${of.kind}`)!;
  seen.changes++;
  if (change.what === 'switch') layer.enabled = !layer.enabled;
  else t.runtime.replacePattern(layer.hosts[0]!, (host) => make(of, values, host));
}

function count(world: RandomWorld, t: TestWorld): void {
  const names = ['client', ...world.layers.map((layer) => layer.pattern), 'wire'];
  for (let i = 1; i < names.length; i++) seen.neighbours.add(`${names[i - 1]} > ${names[i]}`);
  seen.calls += world.calls.length;
  seen.sends += t.wire.sentAtNs.length;
  seen.gaveUp += t.outcomes.filter((name) => name === 'gaveUp').length;
  seen.late += t.runtime.lateOutcomes;
  seen.fellBackToAnotherCall += t.exitWires.reduce((sum, wire) => sum + wire.sentAtNs.length, 0);
  const ends = t.results.map((result) => result.endedAtNs);
  if (world.calls.some(({ atMs }, i) => ends.some((end, j) => j !== i && atMs * MS < end && world.calls[j]!.atMs < atMs))) seen.overlapping++;
}

/** A call that its user gave up ends at once, and as given up, where every callee honours a cancel. */
function cancelledAtOnce(world: RandomWorld, t: TestWorld): void {
  if (!world.obedient) return;
  world.calls.forEach((call, i) => {
    const { endedAtNs, outcome } = t.results[i]!;
    const givenUpAtNs = givesUpAtNs(call, i);
    expect(endedAtNs, 'a cancel is answered at once').toBeLessThanOrEqual(givenUpAtNs);
    if (endedAtNs === givenUpAtNs) expect(outcome).toBe('gaveUp');
  });
}

/** Patterns that let work go on by design for which nobody waits any more, and with which parameters. */
const LEAVE_WORK_BEHIND: Readonly<Record<string, (values: Given) => boolean>> = {
  'timeout/timeout': ({ mode }) => mode === 'abandon',
  'adaptiveTimeout/adaptiveTimeout': ({ mode }) => mode === 'abandon',
  'hedge/delay': ({ loser }) => loser === 'abandon',
  'hedge/percentile': ({ loser }) => loser === 'abandon',
  'circuitBreaker/opossum': ({ abortController }) => abortController === false,
  'bulkhead/semaphore': ({ release }) => release === 'whenWorkEnds',
  'connectionPool/hikari': ({ release }) => release === 'whenWorkEnds',
  'connectionPool/sqlalchemy': ({ release }) => release === 'whenWorkEnds',
  'threadPool/resilience4j': () => true,
  'threadPool/hystrix': ({ interruptOnTimeout, heedsInterrupts }) => interruptOnTimeout === false || heedsInterrupts === false,
  'threadPool/fixed': () => true,
  'coalescing/coalescing': ({ whenLeaderLeaves }) => whenLeaderLeaves === 'goOn',
};

/** Where every callee honours a cancel, no send of a call outlives it. */
function leavesNoWorkBehind(world: RandomWorld, t: TestWorld): void {
  const leavesIt = (layer: RandomLayer): boolean => LEAVE_WORK_BEHIND[layer.pattern]?.(valuesFor(definitionOf(layer.pattern), layer.with)) === true;
  if (!world.obedient || [...world.layers, ...world.exitLayers].some(leavesIt)) return;
  for (const { sentFor, endedAtNs } of [t.wire, ...t.exitWires]) {
    const outlived = sentFor.filter((call, n) => call >= 0 && endedAtNs[n]! > t.results[call]!.endedAtNs);
    expect(outlived, 'work that nobody waits for is asked to stop').toEqual([]);
  }
}

/** A retry alone, at its callee, comes back no sooner than it was asked to. */
function comesBackWhenAsked(world: RandomWorld, t: TestWorld): void {
  const [layer, ...others] = world.layers;
  if (layer?.pattern !== 'retry/retry' || others.length > 0 || world.racers > 1 || layer.with.retryAfter === 'ignore') return;
  const { sentAtNs, endedAtNs, sentFor } = t.wire;
  const earliestNs = new Map<number, number>();
  sentAtNs.forEach((at, n) => {
    expect(at, 'who is asked to come back later does').toBeGreaterThanOrEqual(earliestNs.get(sentFor[n]!) ?? 0);
    const { retryAfterNs = 0 } = world.answers[n % world.answers.length]!;
    if (retryAfterNs === Infinity && layer.with.retryAfter === 'atMostLater') return;
    earliestNs.set(sentFor[n]!, endedAtNs[n]! + retryAfterNs);
    if (retryAfterNs > 0) seen.askedToComeBack++;
  });
}

/** Between two milliseconds, when hardly anything else happens; no two users give up at the same instant. */
function givesUpAtNs({ atMs, givesUpAfterMs }: RandomWorld['calls'][number], number: number): number {
  return givesUpAfterMs === null ? Infinity : (atMs + givesUpAfterMs + 0.5) * MS + number;
}

function check(world: RandomWorld): void {
  const t = run(world);
  expect(run(world).trace, 'equal inputs give equal traces').toEqual(t.trace);
  cancelledAtOnce(world, t);
  leavesNoWorkBehind(world, t);
  comesBackWhenAsked(world, t);
  count(world, t);
}

/** Patterns that break one promise each. */
const canaries: readonly { readonly canary: AnyPatternDefinition; readonly found: RegExp }[] = [
  {
    canary: patternWith(permitsThatCancelsLose(), 'loses the permit of a cancelled call'),
    found: /nothing is left/,
  },
  {
    canary: patternWith(
      {
        onOutcome(call, child, fx) {
          if (isGood(child.code)) fx.settleWith(call, child);
        },
      },
      'forgets to settle after a failure',
    ),
    found: /every call is settled once|nothing is left/,
  },
  {
    canary: patternWith(
      {
        onOutcome(call, child, fx) {
          if (!isGood(child.code)) fx.settle(call, Outcome.error);
          fx.settleWith(call, child);
        },
      },
      'settles twice after a failure',
    ),
    found: /a call was settled twice/,
  },
  {
    canary: patternWith(
      {
        newState: () => ({ waitNs: MS }),
        onCall: (call, fx) => fx.wakeAt(call, fx.now + (call.state as { waitNs: number }).waitNs),
        onWake: (call, fx) => fx.start(call, 0),
      },
      'does not initialise its state',
    ),
    found: /a timer at NaN/,
  },
  {
    canary: patternWith(
      { onCall: (call, fx) => (Math.random() < 0.5 ? fx.start(call, 0) : fx.settle(call, Outcome.error)) },
      'asks chance itself',
    ),
    found: /equal inputs give equal traces/,
  },
  {
    canary: patternWith({ onCancel() {} }, 'does not pass a cancel on'),
    found: /a cancel is answered at once|work that nobody waits for is asked to stop/,
  },
  {
    canary: patternWith(
      {
        onCall(call, fx) {
          fx.start(call, 0);
          fx.start(call, 1);
        },
      },
      'takes the first of two answers and does not stop the other call',
    ),
    found: /work that nobody waits for is asked to stop/,
  },
  {
    canary: {
      ...patternWith({}, 'makes a mark that it did not announce'),
      create: (_: never, host) => ({
        newState: () => null,
        onCall(call, fx) {
          fx.note(host, Mark.shed);
          fx.start(call, 0);
        },
        onOutcome: (call, child, fx) => fx.settleWith(call, child),
        held: () => 0,
      }),
    },
    found: /only announced marks are made/,
  },
  {
    canary: {
      ...patternWith({}, 'shares its luck between calls'),
      create: (_: never, host) => ({
        newState: () => null,
        onCall: (call, fx) => (fx.uniformLayer(host) < 0.5 ? fx.start(call, 0) : fx.settle(call, Outcome.error)),
        onOutcome: (call, child, fx) => fx.settleWith(call, child),
        held: () => 0,
      }),
    },
    found: /chance belongs to a call/,
  },
];

function permitsThatCancelsLose(): Partial<Pattern> {
  let permitsTaken = 0;
  return {
    onCall(call, fx) {
      permitsTaken++;
      fx.start(call, 0);
    },
    onOutcome(call, child, fx) {
      permitsTaken--;
      fx.settleWith(call, child);
    },
    onCancel: (call, fx) => fx.settle(call, Outcome.cancelled),
    held: () => permitsTaken,
  };
}

describe(`seed ${fuzzSeed}`, () => {
  test.each(patterns.map((definition) => [nameOf(definition), definition] as const))('%s, alone', (_, definition) => {
    const worlds = worldOf(layerOf(definition).map((layer) => [layer]));
    fc.assert(fc.property(worlds, check), cases(120));
    // Until each of its marks has been made, some of which take rare parameters or a long story.
    const missing = (): readonly string[] => definition.marks.filter((mark) => !seen.marks.has(`${nameOf(definition)} ${mark}`));
    for (let more = 1; more <= MORE_MAX && missing().length > 0; more++) {
      fc.assert(fc.property(worlds, check), { ...cases(120), seed: fuzzSeed + more });
    }
    expect(missing(), 'marks that are never made').toEqual([]);
  });

  test('random stacks', () => {
    // Enough that almost every pattern stands next to almost every other.
    const count = Math.max(1000, Math.round(1.2 * patterns.length ** 2));
    fc.assert(fc.property(worldOf(fc.array(anyLayer(), { minLength: 2, maxLength: 6, size: 'max' })), check), cases(count));
  }, 120_000);

  test('canary: a pattern that breaks nothing is not found', () => {
    expect(fc.check(fc.property(worldOf(fc.constant([])), check), cases(50)).failed).toBe(false);
  });

  test.each(canaries)('canary: a pattern that $canary.kind is found', ({ canary, found }) => {
    const worlds = worldOf(fc.constant([{ pattern: nameOf(canary), with: {} }]));
    const { failed, errorInstance } = fc.check(fc.property(worlds, check), { ...cases(50), endOnFailure: true });
    expect(failed).toBe(true);
    expect(String(errorInstance)).toMatch(found);
  });

  test('the worlds were as rich as they were meant to be', () => {
    const kinds = patterns.length;
    expect(seen.neighbours.size).toBeGreaterThan(0.9 * kinds * kinds);
    expect(seen.overlapping).toBeGreaterThan(500);
    expect(seen.sends).toBeGreaterThan(5000);
    expect(seen.gaveUp).toBeGreaterThan(500);
    expect(seen.late).toBeGreaterThan(500);
    expect(seen.changes).toBeGreaterThan(500);
    expect(seen.fellBackToAnotherCall).toBeGreaterThan(100);
    expect(seen.askedToComeBack).toBeGreaterThan(20);
  });
});
