/**
 * Random systems for fast-check: clients, services, replicated databases, patterns around every call and in front of
 * every pool, faults that overlap, and switches thrown in mid-run. Patterns, balancers, queue disciplines and faults come
 * from the registries, so that a new one takes part as soon as it has its line.
 *
 * Everything here is plain data that shrinks well: a component is named by its place, a call by how far down its target
 * stands, so that what is left after a part is removed is still a system. `system-text.ts` writes it as a scenario.
 *
 * Times are milliseconds. Loads are small and runs short, but limits are small as well, so that all of them are reached.
 */
import * as fc from 'fast-check';
import { faultDefinitions } from '../../sim/faults/registry.ts';
import { balancers } from '../../sim/model/balancers/registry.ts';
import { disciplines } from '../../sim/model/disciplines/registry.ts';
import { patterns } from '../../sim/resilience/registry.ts';
import type { AnyPatternDefinition, PatternSide } from '../../sim/resilience/pattern.ts';
import { IDEMPOTENCY_KEYS } from '../../sim/resilience/idempotency-key.ts';
import { layerOf, nameOf, type Own, type RandomLayer, valuesOf } from './pattern-arbitrary.ts';
import type { Given } from './pattern-values.ts';
import { MS } from './resilience-harness.ts';

/** How long a run takes before its faults are healed and its load stops. */
export const RUN_MS = 1500;

/** A time drawn at random. */
export interface RandomTime {
  readonly shape: 'constant' | 'exponential' | 'uniform' | 'lognormal';
  readonly meanMs: number;
}

export interface PlacedLayer extends RandomLayer {
  readonly enabled: boolean;
  readonly scope: 'instance' | 'shared' | undefined;
  readonly per: readonly ('callee' | 'class')[];
}

export interface RandomSite {
  /** 0 is the next component that may be called, 1 the one after it, and so on. */
  readonly target: number;
  readonly operation: number;
  readonly idempotent: boolean;
  readonly idempotencyKey: string;
  readonly cancelDownstream: boolean;
  readonly layers: readonly PlacedLayer[];
  /** Where fallbacks of this site lead that make another call. */
  readonly exit: { readonly target: number; readonly operation: number; readonly cancelDownstream: boolean; readonly layers: readonly PlacedLayer[] };
}

export type RandomStep =
  | { readonly kind: 'work'; readonly time: RandomTime; readonly slowdownPerRequest: number }
  | { readonly kind: 'call'; readonly site: RandomSite; readonly async: boolean; readonly optional: boolean }
  | {
      readonly kind: 'parallel';
      readonly branches: readonly { readonly steps: readonly RandomStep[]; readonly optional: boolean }[];
      readonly repeat: number;
      /** How many of the required branches; 0: all. */
      readonly need: number;
      readonly timeoutMs: number | null;
    }
  | { readonly kind: 'effect' }
  | { readonly kind: 'feature'; readonly feature: string; readonly offFromLevel: number | null; readonly then: readonly RandomStep[]; readonly otherwise: readonly RandomStep[] }
  | {
      readonly kind: 'choose';
      readonly by: 'class' | 'probability' | 'flag';
      readonly percent: number;
      readonly then: readonly RandomStep[];
      readonly otherwise: readonly RandomStep[];
    };

export interface RandomPool {
  readonly threads: number | 'unlimited';
  readonly queueCapacity: number | 'unlimited';
  readonly discipline: string;
  readonly overflow: string;
  /** After which those who wait are dropped at their turn; null: never. */
  readonly maxWaitMs: number | null;
  readonly balancer: { readonly kind: string; readonly with: Given };
  readonly weights: readonly number[] | null;
  readonly healthCheck: { readonly intervalMs: number; readonly timeoutMs: number; readonly unhealthy: number; readonly healthy: number; readonly aligned: boolean } | null;
  readonly startupMs: number;
  /** After which the server ends its own work; null: never. */
  readonly limitMs: number | null;
  readonly stopAtDeadline: boolean;
  readonly dropExpired: boolean;
  readonly layers: readonly PlacedLayer[];
}

export interface RandomService extends RandomPool {
  readonly instances: number;
  /** One handler, or several operations. */
  readonly handlers: readonly (readonly RandomStep[])[];
  readonly flags: { readonly pollMs: number; readonly maxAgeMs: number | null; readonly unknown: string };
}

export interface RandomDatabase extends RandomPool {
  readonly replicas: number;
  readonly read: RandomTime;
  readonly write: RandomTime;
  readonly readFrom: string;
  readonly mode: string;
  readonly lag: RandomTime;
  readonly quorum: number;
  readonly leaseMs: number;
  readonly renewShare: number;
  readonly promote: string;
  readonly promotion: RandomTime;
  readonly fencing: boolean;
  readonly noticeMs: number;
}

/** The store of feature flags that every system has; it watches one of the servers. */
export interface RandomFlagStore {
  readonly instances: number;
  readonly startupMs: number;
  readonly health: {
    readonly target: number;
    readonly operation: number;
    readonly everyMs: number;
    readonly unhealthy: number;
    readonly healthy: number;
    readonly off: readonly string[];
    readonly level: number;
    readonly reEnable: string;
  };
}

export type RandomArrivals =
  | { readonly kind: 'poisson' | 'constant'; readonly ratePerSec: number }
  | { readonly kind: 'profile'; readonly gaps: string; readonly segments: readonly { readonly forMs: number; readonly ratePerSec: number; readonly to: number | null }[] }
  | { readonly kind: 'burst'; readonly size: number; readonly atMs: number; readonly everyMs: number | null; readonly spreadMs: number }
  | { readonly kind: 'closed'; readonly users: number; readonly think: RandomTime; readonly rampUpMs: number };

export interface RandomClient {
  readonly arrivals: RandomArrivals;
  readonly site: RandomSite;
  readonly deadlineMs: number | null;
  readonly propagateDeadline: boolean;
  /** Weight of each request class; none: a class of its own. */
  readonly weights: readonly number[];
  readonly users: number | null;
  readonly items: number | null;
}

export interface RandomLink {
  readonly latency: RandomTime;
  readonly lossPercent: number;
  readonly lossModel: string;
  readonly retransmitAfterMs: number;
}

export interface RandomFault {
  readonly kind: string;
  readonly with: Given;
  readonly atMs: number;
  /** Null: until the run ends. */
  readonly forMs: number | null;
  readonly enabled: boolean;
}

/** A layer or fault, counted through all that the system has, switched at an instant. */
export interface RandomSwitch {
  readonly atMs: number;
  readonly which: number;
  readonly enabled: boolean;
}

export interface RandomSystem {
  readonly seed: number;
  /** Of each request class. */
  readonly priorities: readonly number[];
  readonly clients: readonly RandomClient[];
  readonly services: readonly RandomService[];
  readonly databases: readonly RandomDatabase[];
  readonly flagStore: RandomFlagStore;
  readonly network: RandomLink;
  readonly links: readonly (RandomLink & { readonly from: number; readonly to: number })[];
  readonly faults: readonly RandomFault[];
  readonly switches: readonly RandomSwitch[];
}

const often = <T>(value: T, weight: number, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: fc.constant(value) }, { weight: 10 - weight, arbitrary: other });

const timeUpTo = (maxMs: number): fc.Arbitrary<RandomTime> =>
  fc.record({ shape: fc.constantFrom('constant', 'exponential', 'uniform', 'lognormal'), meanMs: fc.integer({ min: 0, max: maxMs }) });

// ---- patterns -------------------------------------------------------------------------------------------------------

/** Limits near the loads that there are, and stacks of retries that can be afforded. */
const OWN: Readonly<Record<string, Own>> = {
  'retry/retry': { maxAttempts: fc.integer({ min: 2, max: 3 }) },
  'rateLimit/tokenBucket': { rate: fc.integer({ min: 5, max: 200 }) },
  // Tests go on for as long as somebody waits for a lost answer, a quarter of an hour.
  'connectionPool/hikari': { keepaliveTime: fc.integer({ min: 200, max: 1000 }).map((ms) => ms * MS) },
};
/** Without retries and timeouts little of what is interesting happens, however many other patterns there are. */
const STAPLES = ['retry/retry', 'timeout/timeout'];

/** Patterns that may stand at this side of a call. */
export function patternsAt(side: Exclude<PatternSide, 'both'>): readonly AnyPatternDefinition[] {
  return patterns.filter((definition) => definition.side === side || definition.side === 'both');
}

/** A layer of a pattern, with random parameters that suit a random system. */
export function affordable(definition: AnyPatternDefinition): fc.Arbitrary<RandomLayer> {
  return layerOf(definition, OWN[nameOf(definition)]);
}

/** Random layers that may stand at this side of a call. */
function layersAt(side: Exclude<PatternSide, 'both'>, maxLength: number): fc.Arbitrary<readonly PlacedLayer[]> {
  const suitable = patternsAt(side);
  const oneOf = (definitions: readonly AnyPatternDefinition[]): fc.Arbitrary<RandomLayer> => fc.oneof(...definitions.map(affordable));
  const staples = suitable.filter((definition) => STAPLES.includes(nameOf(definition)));
  const others = oneOf(suitable.filter((definition) => !staples.includes(definition)));
  const layer = staples.length === 0 ? others : fc.oneof({ weight: 5, arbitrary: oneOf(staples) }, { weight: 5, arbitrary: others });
  const place = fc.record({
    enabled: often(true, 9, fc.constant(false)),
    scope: often<PlacedLayer['scope']>(undefined, 6, fc.constantFrom('instance', 'shared')),
    per: often<PlacedLayer['per']>([], 7, fc.subarray(['callee', 'class'] as const)),
  });
  return fc.array(
    fc.tuple(layer, place).map(([of, at]) => ({ ...of, ...at })),
    { maxLength, size: 'max' },
  );
}

// ---- calls and handlers ---------------------------------------------------------------------------------------------

const target = often(0, 7, fc.nat(6));
const operation = often(1, 6, fc.constant(0));

const siteOf = (layers: number): fc.Arbitrary<RandomSite> =>
  fc.record({
    target,
    operation,
    idempotent: fc.boolean(),
    idempotencyKey: often<string>('none', 5, fc.constantFrom(...IDEMPOTENCY_KEYS)),
    cancelDownstream: fc.boolean(),
    layers: layersAt('caller', layers),
    exit: fc.record({ target, operation, cancelDownstream: fc.boolean(), layers: layersAt('caller', 1) }),
  });

const work = fc.record({
  kind: fc.constant('work' as const),
  time: timeUpTo(40),
  slowdownPerRequest: often(0, 8, fc.constantFrom(0.05, 0.5)),
});

const call = fc.record({ kind: fc.constant('call' as const), site: siteOf(4), async: often(false, 7, fc.boolean()), optional: often(false, 8, fc.boolean()) });

const FEATURES = ['picks', 'images', 'prices'];

/** Steps that may hold others, down to the given depth. */
function stepOf(depth: number): fc.Arbitrary<RandomStep> {
  if (depth === 0) return fc.oneof({ weight: 4, arbitrary: work }, { weight: 4, arbitrary: call }, { weight: 1, arbitrary: fc.constant({ kind: 'effect' as const }) });
  const inner = fc.array(stepOf(depth - 1), { minLength: 1, maxLength: 2 });
  return fc.oneof(
    { weight: 3, arbitrary: work },
    { weight: 7, arbitrary: call },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('parallel' as const),
        branches: fc.array(fc.record({ steps: inner, optional: fc.boolean() }), { minLength: 1, maxLength: 3 }),
        repeat: often(1, 8, fc.constant(2)),
        need: fc.nat(2),
        timeoutMs: fc.option(fc.integer({ min: 1, max: 60 })),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('choose' as const),
        by: fc.constantFrom('class' as const, 'probability' as const, 'flag' as const),
        percent: fc.integer({ min: 0, max: 100 }),
        then: inner,
        otherwise: fc.array(stepOf(depth - 1), { maxLength: 2 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('feature' as const),
        feature: fc.constantFrom(...FEATURES),
        offFromLevel: fc.option(fc.integer({ min: 1, max: 4 })),
        then: inner,
        otherwise: fc.array(stepOf(depth - 1), { maxLength: 2 }),
      }),
    },
  );
}

const handler = fc.array(stepOf(2), { minLength: 1, maxLength: 3 });

// ---- components -----------------------------------------------------------------------------------------------------

const pool: fc.Arbitrary<RandomPool> = fc.record({
  threads: often<number | 'unlimited'>('unlimited', 1, fc.integer({ min: 1, max: 4 })),
  queueCapacity: often<number | 'unlimited'>('unlimited', 3, fc.nat(6)),
  discipline: fc.constantFrom(...disciplines.map(({ kind }) => kind)),
  overflow: fc.constantFrom('rejectNew', 'dropOldest', 'dropNewest', 'dropStale', 'dropLeastImportant'),
  maxWaitMs: often<number | null>(null, 6, fc.integer({ min: 1, max: 40 })),
  balancer: fc.oneof(...balancers.map((definition) => valuesOf(definition).map((values) => ({ kind: definition.kind, with: values })))),
  weights: fc.option(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 })),
  healthCheck: fc.option(
    fc.record({
      intervalMs: fc.integer({ min: 50, max: 400 }),
      timeoutMs: fc.integer({ min: 1, max: 60 }),
      unhealthy: fc.integer({ min: 1, max: 3 }),
      healthy: fc.integer({ min: 1, max: 3 }),
      aligned: fc.boolean(),
    }),
  ),
  startupMs: fc.nat(80),
  limitMs: often<number | null>(null, 3, fc.integer({ min: 5, max: 100 })),
  stopAtDeadline: fc.boolean(),
  dropExpired: fc.boolean(),
  layers: often<readonly PlacedLayer[]>([], 5, layersAt('server', 3)),
});

const flags = fc.record({ pollMs: fc.nat(200), maxAgeMs: fc.option(fc.nat(300)), unknown: fc.constantFrom('on', 'off') });

const flagStore: fc.Arbitrary<RandomFlagStore> = fc.record({
  instances: fc.integer({ min: 1, max: 2 }),
  startupMs: fc.nat(80),
  health: fc.record({
    target,
    operation,
    everyMs: fc.integer({ min: 20, max: 300 }),
    unhealthy: fc.integer({ min: 1, max: 3 }),
    healthy: fc.integer({ min: 1, max: 3 }),
    off: fc.subarray(FEATURES),
    level: fc.nat(4),
    reEnable: fc.constantFrom('automatic', 'byHand'),
  }),
});

const service: fc.Arbitrary<RandomService> = fc
  .tuple(pool, fc.record({ instances: fc.integer({ min: 1, max: 3 }), handlers: fc.array(handler, { minLength: 1, maxLength: 2 }), flags }))
  .map(([common, own]) => ({ ...common, ...own }));

const database: fc.Arbitrary<RandomDatabase> = fc
  .tuple(
    pool,
    fc.record({
      replicas: fc.constantFrom(2, 1, 3, 2, 1, 0),
      read: timeUpTo(15),
      write: timeUpTo(20),
      readFrom: fc.constantFrom('primary', 'replicas', 'any'),
      mode: fc.constantFrom('async', 'sync', 'quorum'),
      lag: timeUpTo(25),
      quorum: fc.integer({ min: 1, max: 4 }),
      leaseMs: fc.integer({ min: 10, max: 200 }),
      renewShare: fc.constantFrom(1, 0.5, 0.1),
      promote: fc.constantFrom('mostAdvanced', 'firstHealthy', 'never'),
      promotion: timeUpTo(60),
      fencing: fc.boolean(),
      noticeMs: fc.nat(100),
    }),
  )
  .map(([common, own]) => ({ ...common, ...own }));

const ratePerSec = fc.integer({ min: 20, max: 200 });

/** Never none: a handler may take no time either, and then a user would ask for ever at one instant. */
const thinkTime = timeUpTo(49).map(({ shape, meanMs }) => ({ shape, meanMs: meanMs + 1 }));

const arrivals: fc.Arbitrary<RandomArrivals> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('poisson' as const, 'constant' as const), ratePerSec }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('profile' as const),
      gaps: fc.constantFrom('poisson', 'constant'),
      segments: fc.array(fc.record({ forMs: fc.integer({ min: 1, max: 900 }), ratePerSec: fc.nat(150), to: fc.option(fc.nat(150)) }), { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('burst' as const),
      size: fc.integer({ min: 1, max: 30 }),
      atMs: fc.nat(400),
      everyMs: fc.option(fc.integer({ min: 50, max: 400 }), { freq: 3 }),
      spreadMs: often(0, 6, fc.nat(50)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('closed' as const), users: fc.integer({ min: 1, max: 12 }), think: thinkTime, rampUpMs: fc.nat(200) }) },
);

/** Request classes, which clients share. */
const CLASSES = 3;

export const randomClient: fc.Arbitrary<RandomClient> = fc.record({
  arrivals,
  site: siteOf(5),
  deadlineMs: fc.option(fc.integer({ min: 5, max: 250 }), { freq: 1 }),
  propagateDeadline: fc.boolean(),
  weights: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: CLASSES }),
  users: fc.option(fc.integer({ min: 1, max: 5 })),
  items: fc.option(fc.integer({ min: 1, max: 20 })),
});

const link: fc.Arbitrary<RandomLink> = fc.record({
  latency: often<RandomTime>({ shape: 'constant', meanMs: 0 }, 6, timeUpTo(4)),
  lossPercent: often(0, 7, fc.integer({ min: 1, max: 15 })),
  lossModel: often('retransmission', 8, fc.constant('silence')),
  retransmitAfterMs: fc.integer({ min: 1, max: 30 }),
});

// ---- faults ---------------------------------------------------------------------------------------------------------

const FAULTS_OWN: Readonly<Record<string, Own>> = {
  slowdown: { factor: fc.constantFrom(0.5, 2, 5, 20) },
  traffic: { factor: fc.constantFrom(0.25, 2, 3) },
  kill: { graceful: often(false, 7, fc.constant(true)) },
  switchFeature: { feature: fc.constantFrom(...FEATURES) },
};
/** A crash loses something only where something is going on. */
const KILLS = ['kill', 'killPrimary'];

function faultOf(kind: string): fc.Arbitrary<RandomFault> {
  // Which component is hit is drawn as a number, and read when it is known what there is; the first have most to do.
  const component = often(0, 4, fc.nat(9));
  const own: Own = { ...FAULTS_OWN[kind], target: component, from: component, to: component, instance: often(0, 7, fc.nat(2)) };
  return fc.record({
    kind: fc.constant(kind),
    with: valuesOf(faultDefinitions.find((definition) => definition.kind === kind)!, own),
    atMs: fc.integer({ min: 50, max: RUN_MS - 100 }),
    forMs: fc.option(fc.integer({ min: 1, max: 500 }), { freq: 8 }),
    enabled: often(true, 9, fc.constant(false)),
  });
}

const fault: fc.Arbitrary<RandomFault> = fc.oneof(
  { weight: 5, arbitrary: fc.oneof(...KILLS.map(faultOf)) },
  { weight: 5, arbitrary: fc.oneof(...faultDefinitions.map(({ kind }) => faultOf(kind))) },
);

const aSwitch: fc.Arbitrary<RandomSwitch> = fc.record({ atMs: fc.nat(RUN_MS - 1), which: fc.nat(), enabled: fc.boolean() });

// ---- systems --------------------------------------------------------------------------------------------------------

/** Two to seven servers: services first, which call those further down, then databases. */
export const randomSystem: fc.Arbitrary<RandomSystem> = fc.record({
  seed: fc.nat(),
  priorities: fc.array(fc.nat(3), { minLength: CLASSES, maxLength: CLASSES }),
  clients: fc.array(randomClient, { minLength: 1, maxLength: 4 }),
  services: fc.array(service, { minLength: 1, maxLength: 5, size: 'max' }),
  databases: fc.array(database, { minLength: 1, maxLength: 2 }),
  flagStore,
  network: link,
  links: fc.array(
    fc.tuple(link, fc.record({ from: fc.nat(9), to: fc.nat(9) })).map(([of, ends]) => ({ ...of, ...ends })),
    { maxLength: 2 },
  ),
  faults: fc.array(fault, { minLength: 1, maxLength: 8, size: 'max' }),
  switches: fc.array(aSwitch, { maxLength: 4 }),
});
