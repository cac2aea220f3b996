/**
 * Goal: a feature is on or off for an instance as the store said when it was last asked; the store switches off what an
 * ill dependency carries, after as many probes as it is told, and on again by itself or by hand; levels and operators
 * have their say; and when the store cannot be reached, what is set for that case holds.
 * Method: a shop with one feature before a store, a dependency that breaks at known instants, and constant arrivals, so
 * that each answer shows by its quality which way was gone. The phase of the probes is drawn; intervals allow for it.
 */
import { describe, expect, test } from 'vitest';
import type { Simulation } from '../../sim/scenario/compile.ts';
import { parseScenario } from '../../sim/scenario/parse.ts';
import { RunReader } from '../../sim/telemetry/metrics/run-reader.ts';
import { simulate } from '../support/run-scenario.ts';

interface Setting {
  /** Of the store. */
  readonly health?: string;
  /** Beside `store: flags`. */
  readonly view?: string;
  /** Of the step, beside its name. */
  readonly step?: string;
  readonly faults?: readonly string[];
  readonly instances?: number;
}

const HEALTHY = 'off: [picks], every: 1s';

function run({ health = HEALTHY, view = 'poll: 100ms', step = '', faults = [], instances = 1 }: Setting): Simulation {
  const text = `faultline: 1
title: flags
duration: 40s
bucket: 1s
system:
  users: {kind: client, arrivals: {constant: 20/s}, calls: shop}
  shop:
    kind: service
    instances: ${instances}
    threads: unlimited
    startup: 1s
    flags: {store: flags, ${view}}
    handler:
      - feature: picks
        ${step}
        then: [{call: ml, optional: true}]
        otherwise: [work: 1ms]
  ml: {kind: service, handler: [work: 5ms]}
  flags: {kind: flagStore, startup: 1s${health === '' ? '' : `, health: [{probe: ml, ${health}}]`}}
faults: [${faults.join(', ')}]
`;
  return simulate(text);
}

/** In which seconds some answers were made without the feature. */
function reducedSeconds(simulation: Simulation): number[] {
  const reader = new RunReader(simulation.record());
  const { series, rows } = reader.record;
  const column = series.findIndex(({ address, name }) => address === 'shop/feature' && name === 'reduced');
  return Array.from({ length: reader.record.buckets }, (_, second) => second).filter((second) => rows[second * series.length + column]! > 0);
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const broken = '{at: 10s, for: 10s, errorRate: {target: ml, rate: 100%}}';

function mostInFlight(simulation: Simulation, site: string): number {
  return Math.max(...new RunReader(simulation.record()).perBucket('site', 'inFlight', site)!);
}

/** The first and the last second, and whether all between are among them. */
const span = (seconds: readonly number[]): string => (seconds.length === 0 ? 'never' : `${seconds[0]} to ${seconds.at(-1)}${seconds.at(-1)! - seconds[0]! + 1 === seconds.length ? '' : ' with gaps'}`);

describe('health', () => {
  test('a feature is off from the first probe that fails to the first that succeeds, and its dependency is left alone', () => {
    const simulation = run({ faults: [broken] });
    expect(['10 to 20', '11 to 20', '10 to 21', '11 to 21']).toContain(span(reducedSeconds(simulation)));
    const ml = new RunReader(simulation.record()).perBucket('component', 'received', 'ml')!;
    // Only the probes, one in each second.
    for (const second of range(12, 20)) expect(ml[second]).toBe(1);
    expect(ml[30]).toBe(21);
  });

  test('without a failure it stays on', () => {
    expect(span(reducedSeconds(run({})))).toBe('never');
  });

  test('a dependency is ill after as many failures in a row as it takes, and well after as many successes', () => {
    const seconds = reducedSeconds(run({ health: `${HEALTHY}, unhealthyThreshold: 4, healthyThreshold: 6`, faults: [broken] }));
    expect([13, 14]).toContain(seconds[0]);
    expect([25, 26]).toContain(seconds.at(-1));
  });

  test('a probe that is not answered before the next is due has failed', () => {
    const seconds = reducedSeconds(run({ faults: ['{at: 10s, for: 10s, hang: {target: ml}}'] }));
    expect([10, 11, 12]).toContain(seconds[0]);
    expect([20, 21]).toContain(seconds.at(-1));
    // And has failed once: four in a row take four seconds.
    const patient = run({ health: `${HEALTHY}, unhealthyThreshold: 4`, faults: ['{at: 10s, for: 10s, hang: {target: ml}}'] });
    expect([14, 15]).toContain(reducedSeconds(patient)[0]);
    expect(mostInFlight(patient, 'flags/ml')).toBe(1);
  });

  test('where results are ignored, a dependency that answers with errors is well, and one that does not answer is ill', () => {
    const health = `${HEALTHY}, ignoresResult: true`;
    expect(span(reducedSeconds(run({ health, faults: [broken] })))).toBe('never');
    expect([10, 11, 12]).toContain(reducedSeconds(run({ health, faults: ['{at: 10s, for: 10s, hang: {target: ml}}'] }))[0]);
    expect([10, 11]).toContain(reducedSeconds(run({ health, faults: ['{at: 10s, for: 10s, kill: {target: ml}}'] }))[0]);
  });

  test('what comes back by hand stays off until an operator switches it on', () => {
    const health = `${HEALTHY}, reEnable: byHand`;
    expect(reducedSeconds(run({ health, faults: [broken] })).at(-1)).toBe(39);
    const seconds = reducedSeconds(run({ health, faults: [broken, '{at: 30s, for: 2s, switchFeature: {target: flags, feature: picks, state: on}}'] }));
    // It stays on when the operator has taken the hand away.
    expect(span(seconds)).toMatch(/^1[01] to (29|30)$/);
  });

  test('while nobody can ask the dependency, since the store is down, nothing is learned about it', () => {
    const seconds = reducedSeconds(run({ faults: [broken, '{at: 8s, for: 16s, kill: {target: flags}}'] }));
    expect(span(seconds)).toBe('never');
    // Nor from a probe that dies with the store: with answers after half a second, one of these deaths meets one.
    const deaths = [10_000, 14_250, 18_500, 22_750].map((at, i) => `{at: ${at}ms, for: 1s, as: death${i}, kill: {target: flags}}`);
    expect(span(reducedSeconds(run({ faults: ['{at: 0s, slowdown: {target: ml, factor: 100}}', ...deaths] })))).toBe('never');
  });
});

describe('levels and operators', () => {
  test('a level switches off the features that are off from it on', () => {
    const at = (level: number): string => span(reducedSeconds(run({ step: 'offFromLevel: 2', faults: [`{at: 10s, for: 5s, degrade: {target: flags, level: ${level}}}`] })));
    expect([at(1), at(2), at(4)]).toEqual(['never', '10 to 15', '10 to 15']);
  });

  test('of several levels the highest holds, whoever set it', () => {
    const health = 'every: 1s, level: 1';
    const seconds = reducedSeconds(run({ health, step: 'offFromLevel: 2', faults: [broken, '{at: 12s, for: 2s, degrade: {target: flags, level: 3}}', '{at: 12s, for: 6s, as: second, degrade: {target: flags, level: 2}}'] }));
    expect(span(seconds)).toBe('12 to 18');
    const gauge = new RunReader(run({ health, faults: [broken] }).record()).perBucket('component', 'level', 'flags')!;
    expect([gauge[5], gauge[15], gauge[25]]).toEqual([0, 1, 0]);
  });

  test('an operator switches a feature off, whatever its health', () => {
    expect(span(reducedSeconds(run({ faults: ['{at: 10s, for: 5s, switchFeature: {target: flags, feature: picks}}'] })))).toBe('10 to 15');
  });

  test('or on, whatever its health and level; the later word holds', () => {
    const on = '{at: 15s, for: 2s, switchFeature: {target: flags, feature: picks, state: on}}';
    const seconds = reducedSeconds(run({ step: 'offFromLevel: 1', faults: [broken, '{at: 10s, for: 10s, degrade: {target: flags, level: 4}}', on] }));
    expect(seconds).not.toContain(16);
    expect(seconds).toEqual(expect.arrayContaining([14, 18]));
  });

  test('the answer shows it: the request is degraded by the quality of the step', () => {
    const { series, rows } = run({ step: 'quality: 60%', faults: ['{at: 0s, degrade: {target: flags, level: 1}}', '{at: 10s, for: 5s, switchFeature: {target: flags, feature: picks}}'] }).record();
    const degraded = series.findIndex(({ address, name }) => address === 'users' && name === 'degraded');
    expect([rows[5 * series.length + degraded], rows[12 * series.length + degraded]]).toEqual([0, 20]);
  });
});

describe('what an instance knows', () => {
  test('it acts on its last answer until it asks again', () => {
    // It asks at its first request and then every 8 s: at 0.05, 8.05, 16.05, 24.05 s; the switch at 10 s shows from 16 s on.
    const seconds = reducedSeconds(run({ view: 'poll: 8s', faults: ['{at: 10s, for: 10s, switchFeature: {target: flags, feature: picks}}'] }));
    expect(span(seconds)).toBe('16 to 24');
  });

  test('each instance asks for itself', () => {
    const asked = (instances: number): number => new RunReader(run({ instances, view: 'poll: 1s' }).record()).total('component', 'received', 'flags');
    expect(asked(1)).toBeGreaterThan(36);
    expect(asked(3) / asked(1)).toBeGreaterThan(2.8);
  });

  test('when the store is down, the last answer counts until it is too old; then what is set for the unknown', () => {
    const faults = ['{at: 5s, for: 30s, switchFeature: {target: flags, feature: picks}}', '{at: 10s, for: 10s, kill: {target: flags}}'];
    expect(span(reducedSeconds(run({ faults })))).toBe('5 to 35');
    const limited = reducedSeconds(run({ faults, view: 'poll: 100ms, maxAge: 3s' }));
    expect([limited.includes(12), limited.includes(14), limited.includes(20), limited.includes(23)]).toEqual([true, false, false, true]);
    const offWhenUnknown = reducedSeconds(run({ faults: ['{at: 10s, for: 10s, kill: {target: flags}}'], view: 'poll: 100ms, maxAge: 3s, unknown: off' }));
    // The very first request knows nothing either.
    expect([offWhenUnknown[0], offWhenUnknown.includes(12), span(offWhenUnknown.slice(1))]).toEqual([0, false, '13 to 21']);
  });

  test('a question that hangs does not keep the next from being asked, and a restart knows nothing', () => {
    const faults = ['{at: 5s, for: 30s, switchFeature: {target: flags, feature: picks}}', '{at: 10s, for: 10s, hang: {target: flags}}', '{at: 12s, for: 1s, kill: {target: shop}}'];
    const seconds = reducedSeconds(run({ faults }));
    // From its restart at 14 s until the hang ends the shop knows nothing, and the feature is on.
    expect([seconds.includes(11), seconds.includes(15), seconds.includes(19), seconds.includes(21)]).toEqual([true, false, false, true]);
  });
});

test('a question that was lost is asked again', () => {
  const faults = ['{at: 10s, for: 5s, partition: {from: shop, to: flags}}', '{at: 20s, for: 5s, switchFeature: {target: flags, feature: picks}}'];
  const simulation = run({ faults });
  expect(span(reducedSeconds(simulation))).toBe('20 to 25');
  expect(mostInFlight(simulation, 'shop/flags')).toBe(1);
});

test('nothing is left of probes and questions after the run', () => {
  const simulation = run({ faults: ['{at: 38s, hang: {target: flags}}', '{at: 38s, as: second, hang: {target: ml}}'] });
  expect(simulation.drain(5e9)).toBe(0);
});

test('what cannot be is refused: features without a store, and a store that is none', () => {
  const problems = (shop: string): string[] => {
    const parsed = parseScenario(`faultline: 1
title: wrong
duration: 1s
system:
  users: {kind: client, arrivals: {constant: 1/s}, calls: shop}
  shop: {kind: service, ${shop}}
  ml: {kind: service, handler: [work: 1ms]}
`);
    return parsed.ok ? [] : parsed.problems.map(({ message }) => message);
  };
  expect(problems('handler: [{feature: picks, then: [work: 1ms]}]')).toEqual(['a service with features needs flags, such as {flags: {store: name of a flagStore}}']);
  expect(problems('flags: ml, handler: [{feature: picks, then: [work: 1ms]}]')).toEqual(['expected a flagStore, but ml is a service']);
});
