/**
 * Goal: a scenario is described with every parameter that is in force, written as a person would write it, and marked
 * where it is what a file without it would have had.
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../sim/catalogue/units.ts';
import { describeScenario } from '../../sim/scenario/describe-scenario.ts';
import { documentOf, SMALL_SCENARIO, smallLanguage } from './small-language.ts';

const text = SMALL_SCENARIO.replace('calls: api\n', 'calls: api\n    classes: {gold: {weight: 2, note: "a b"}, free: 1}\n').replace('instances: 2', 'instances: 2\n    threads: 4\n    queue: 10');
const document = documentOf(`${text}variants: {a: {about: first}, b: {off: [users/api/retry, faults/crash]}}\n`);
const system = describeScenario(document.base, smallLanguage);
const given = (params: readonly { name: string; value: string; isDefault: boolean }[]): Record<string, string> =>
  Object.fromEntries(params.map(({ name, value, isDefault }) => [name, isDefault ? `(${value})` : value]));

test('what is said once', () => {
  expect(system).toMatchObject({ title: 'A small system', story: '', seed: 'a-small-system', durationNs: 60 * SECOND, warmupNs: 0, bucketNs: 50_000_000 });
  expect(system.variants).toEqual([{ name: 'a', about: 'first' }, { name: 'b', about: '' }]);
  expect(given(system.network)).toEqual({ latency: '(0s)', loss: '(0%)' });
});

describe('components', () => {
  const [users, api, store] = system.components;

  test('have a size', () => {
    expect(users).toMatchObject({ name: 'users', kind: 'client', instances: 0, capacity: Infinity });
    expect(api).toMatchObject({ name: 'api', kind: 'service', instances: 2, capacity: 4, queueCapacity: 10, balancer: '' });
  });

  test('have parameters, but for those that are shown apart', () => {
    expect(given(users!.params)).toEqual({ rate: '(100/s)', arrivals: '(steady)', deadline: '(none)', classes: '{gold: {weight: 2, note: "a b"}, free: {weight: 1, note: none}}' });
    // A queue of 10 has been written, but it is what there is without it.
    expect(given(api!.params)).toEqual({ instances: '2', threads: '4', memory: '(1024B)', queue: '({capacity: 10, lifo: false})', weights: '(none)' });
  });

  test('have steps and layers of their own', () => {
    expect(api!.steps.map(({ address, kind, params }) => [address, kind, given(params)])).toEqual([
      ['api/work', 'work', { work: '{exponential: 5ms}', spread: '(1)' }],
      ['api/store', 'call', { optional: '(false)' }],
    ]);
    expect(store!.steps.map(({ address, params }) => [address, given(params)['work']])).toEqual([
      ['store/read/work', '2ms'],
      ['store/write/writing', '4ms'],
    ]);
    expect(api!.layers.map(({ address, params }) => [address, given(params)])).toEqual([['api/shed', { limit: '20', scope: '(instance)', per: '([])', classes: '([])' }]]);
  });
});

test('call sites have a caller, a callee and layers', () => {
  expect(system.sites.map(({ address, from, to, operation, layers }) => [address, from, to, operation, layers.map((layer) => layer.address)])).toEqual([
    ['users/api', 'users', 'api', '', ['users/api/timeout', 'users/api/retry']],
    ['api/store', 'api', 'store', 'read', ['api/store/fallback', 'api/store/breaker', 'api/store/timeout']],
    ['api/store/fallback/cache', 'api', 'cache', '', []],
  ]);
  expect(system.sites[0]!.layers[1]).toMatchObject({ family: 'retry', kind: 'retry', title: 'A title', about: 'What it does.', enabled: true });
  expect(given(system.sites[0]!.layers[1]!.params)).toEqual({
    maxAttempts: '(3)',
    backoff: '{exponential: {base: 50ms, max: unlimited}}',
    on: '([timeout, error])',
    scope: '(instance)',
    per: '([])',
    classes: '([])',
  });
  expect(given(system.sites[1]!.layers[1]!.params)).toMatchObject({ failureThreshold: '(5)', scope: '(shared)' });
  expect(given(system.sites[1]!.params)).toEqual({ idempotent: '(false)', idempotencyKey: '(none)', cancelDownstream: '(false)' });
});

test('faults have targets and times', () => {
  expect(system.faults).toMatchObject([
    { address: 'faults/slow-store', kind: 'slow', about: 'What it does.', targets: ['store'], enabled: true, atNs: 20 * SECOND, endNs: 30 * SECOND },
    { address: 'faults/crash', kind: 'kill', targets: ['store#0'], enabled: true, atNs: 40 * SECOND, endNs: Infinity },
  ]);
  expect(given(system.faults[0]!.params)).toEqual({ target: 'store', factor: '5' });
});

test('a variant is described as it is', () => {
  const b = describeScenario(document.variants[1]!.scenario, smallLanguage);
  expect(b.sites[0]!.layers.map(({ enabled }) => enabled)).toEqual([true, false]);
  expect(b.faults.map(({ enabled }) => enabled)).toEqual([true, false]);
});
