/**
 * Goal: variants, `--set` and switches change exactly what they name, in one way wherever they are written.
 *
 * Method: changes to one scenario in which everything that has an address occurs; what they speak of is compared with the
 * values wanted, everything else with the unchanged scenario.
 */
import { describe, expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../sim/catalogue/units.ts';
import { type Directory, directoryOf } from '../../sim/scenario/directory.ts';
import { overrideDocument, overrideScenario } from '../../sim/scenario/override.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import { Vocabulary } from '../../sim/scenario/vocabulary.ts';
import { documentOf, parseSmall, SMALL_SCENARIO, smallLanguage } from './small-language.ts';

const { base } = documentOf(SMALL_SCENARIO);
const lookUp = (scenario: Scenario): Directory => directoryOf(scenario, new Vocabulary(smallLanguage));

/** The scenario of the one variant that is written behind the small scenario. */
function variant(written: string): Scenario {
  return documentOf(`${SMALL_SCENARIO}variants: {v: ${written}}\n`).variants[0]!.scenario;
}

/** The same changes from outside. */
function override(settings: Readonly<Record<string, string>>, switches: Readonly<Record<string, boolean>> = {}) {
  return overrideScenario(base, { settings: Object.entries(settings).map(([path, value]) => ({ path, value })), switches }, smallLanguage);
}

const enabledOf = (scenario: Scenario): Record<string, boolean> => {
  const { layers, faults } = lookUp(scenario);
  return Object.fromEntries([...layers, ...faults].map(([address, { enabled }]) => [address, enabled]));
};
const all = enabledOf(base);

describe('switches', () => {
  test.each<[string, readonly string[]]>([
    ['{off: [users/api/retry]}', ['users/api/retry']],
    ['{off: [faults/crash, api/shed]}', ['faults/crash', 'api/shed']],
    ['{off: [api/store/*]}', ['api/store/fallback', 'api/store/breaker', 'api/store/timeout']],
    ['{off: [api/*]}', ['api/store/fallback', 'api/store/breaker', 'api/store/timeout', 'api/shed']],
    ['{off: [faults/*]}', ['faults/slow-store', 'faults/crash']],
    ['{off: [api/*], on: [api/store/timeout]}', ['api/store/fallback', 'api/store/breaker', 'api/shed']],
    ['{off: [api/store/*], on: [api/*]}', ['api/store/fallback', 'api/store/breaker', 'api/store/timeout']],
    ['{}', []],
  ])('%s', (written, off) => {
    expect(enabledOf(variant(written))).toEqual({ ...all, ...Object.fromEntries(off.map((address) => [address, false])) });
  });

  test('on switches on what the file has off', () => {
    const text = SMALL_SCENARIO.replace('{kind: simple}', '{kind: simple, enabled: false}').replace('as: crash', 'as: crash, enabled: false');
    const document = documentOf(`${text}variants: {a: {}, b: {on: [api/store/breaker, faults/*]}}\n`);
    expect(document.variants.map(({ scenario }) => enabledOf(scenario))).toEqual([{ ...all, 'api/store/breaker': false, 'faults/crash': false }, all]);
  });

  test('mean the same from outside', () => {
    expect(override({}, { 'api/*': false, 'api/store/timeout': true })).toEqual({ ok: true, scenario: { ...variant('{off: [api/*], on: [api/store/timeout]}'), variants: base.variants } });
  });

  test('leave everything else as it was', () => {
    const changed = variant('{off: [users/api/retry]}');
    expect(changed.components.slice(1)).toEqual(base.components.slice(1));
    expect(changed.network).toEqual(base.network);
  });
});

describe('settings', () => {
  test.each<[string, string, (directory: Directory) => unknown, unknown]>([
    ['users.rate', '5/s', ({ components }) => components.get('users')?.values['rate'], 5],
    ['users.deadline', '5s', ({ components }) => components.get('users')?.values['deadline'], 5 * SECOND],
    ['users.arrivals', '{wave: 20%}', ({ components }) => components.get('users')?.values['arrivals'], { family: 'arrivals', kind: 'wave', values: { period: 10 * SECOND, swing: 0.2 } }],
    ['users.classes.gold', '2', ({ components }) => components.get('users')?.values['classes'], { gold: { weight: 2, note: 'none' } }],
    ['api.queue.lifo', 'true', ({ components }) => components.get('api')?.values['queue'], { capacity: 10, lifo: true }],
    ['api.queue', '7', ({ components }) => components.get('api')?.values['queue'], { capacity: 7, lifo: false }],
    ['api.patterns', '[]', ({ layers }) => layers.has('api/shed'), false],
    ['api/shed.limit', '3', ({ layers }) => layers.get('api/shed')?.values, { limit: 3 }],
    ['users/api/retry.maxAttempts', '5', ({ layers }) => layers.get('users/api/retry')?.values['maxAttempts'], 5],
    ['users/api/retry.backoff', '{fixed: 1s}', ({ layers }) => layers.get('users/api/retry')?.values['backoff'], { family: 'backoff', kind: 'fixed', values: { delay: SECOND } }],
    [
      'users/api/retry.backoff.exponential.max',
      '1s',
      ({ layers }) => layers.get('users/api/retry')?.values['backoff'],
      { family: 'backoff', kind: 'exponential', values: { base: 50 * MILLISECOND, max: SECOND } },
    ],
    [
      'users/api/retry.backoff.exponential',
      '{max: 1s}',
      ({ layers }) => layers.get('users/api/retry')?.values['backoff'],
      { family: 'backoff', kind: 'exponential', values: { base: 100 * MILLISECOND, max: SECOND } },
    ],
    ['users/api/retry.scope', 'shared', ({ layers }) => layers.get('users/api/retry'), { ...lookUp(base).layers.get('users/api/retry'), scope: 'shared' }],
    ['users/api/retry.per', '[class]', ({ layers }) => layers.get('users/api/retry'), { ...lookUp(base).layers.get('users/api/retry'), perClass: true }],
    ['api/work.work.exponential.mean', '7ms', ({ steps }) => steps.get('api/work')?.values['work'], { family: 'distribution', kind: 'exponential', values: { mean: 7 * MILLISECOND } }],
    ['api/work.spread', '{uniform: {max: 2}}', ({ steps }) => steps.get('api/work')?.values['spread'], { family: 'distribution', kind: 'uniform', values: { min: 0, max: 2 } }],
    ['api/store.optional', 'true', ({ steps }) => steps.get('api/store')?.values['optional'], true],
    ['api/store.operation', 'write', ({ sites }) => sites.get('api/store')?.site.operation, 'write'],
    ['api/store/fallback/cache.idempotent', 'true', ({ sites }) => sites.get('api/store/fallback/cache')?.site.idempotent, true],
    ['api/store.patterns', '[{timeout: 1s}, {retry: {as: again}}]', ({ layers }) => [...layers.keys()].filter((each) => each.startsWith('api/store/')), ['api/store/timeout', 'api/store/again']],
    ['api.handler', '[{call: cache}]', ({ sites }) => [...sites.keys()], ['users/api', 'api/cache']],
    ['store.operations.read', '[{call: cache}]', ({ sites }) => sites.has('store/read/cache'), true],
    ['store/read/work.work', '9ms', ({ steps }) => steps.get('store/read/work')?.values['work'], { family: 'distribution', kind: 'constant', values: { value: 9 * MILLISECOND } }],
    ['faults/crash.at', '5s', ({ faults }) => faults.get('faults/crash')?.atNs, 5 * SECOND],
    ['faults/slow-store.for', 'unlimited', ({ faults }) => faults.get('faults/slow-store')?.forNs, Infinity],
    ['faults/slow-store.factor', '3', ({ faults }) => faults.get('faults/slow-store')?.values, { target: 'store', factor: 3 }],
  ])('%s: %s', (path, value, read, expected) => {
    const changed = variant(`{set: {${path}: ${value}}}`);
    expect(read(lookUp(base))).not.toEqual(expected);
    expect(read(lookUp(changed))).toEqual(expected);
    expect(override({ [path]: value })).toEqual({ ok: true, scenario: { ...changed, variants: base.variants } });
  });

  test('of the network', () => {
    const { network } = variant('{set: {network.loss: 5%, network.latency: {exponential: 5ms}}}');
    expect(network).toEqual({ loss: 0.05, latency: { family: 'distribution', kind: 'exponential', values: { mean: 5 * MILLISECOND } } });
  });

  test('come one after another, and may speak of what an earlier one made', () => {
    const changed = variant('{set: {api/store.patterns: [{breaker: {kind: rate}}], api/store/breaker.share: 20%}, off: [api/store/breaker]}');
    expect(lookUp(changed).layers.get('api/store/breaker')).toMatchObject({ kind: 'rate', enabled: false, values: { share: 0.2 } });
  });

  test('of one entry of a mapping leave the others', () => {
    const changed = variant('{set: {users.classes.gold: 2, users.classes.free: 1, users.classes.gold.note: "first"}}');
    expect(changed.components[0]?.values['classes']).toEqual({ gold: { weight: 2, note: 'first' }, free: { weight: 1, note: 'none' } });
  });

  test('that do not fit together are refused, wherever they come from', () => {
    const paths = ['[1, 2, 3]', '[]', '[x]', '[1', '5'].map((value) => {
      const result = override({ 'api.weights': value });
      return result.ok ? value : result.problems[0]?.path;
    });
    expect(paths).toEqual(['api.weights', 'api.weights', 'api.weights[0]', 'api.weights', 'api.weights']);
    expect(override({ 'api.weights': '[1, 2, 3]', 'api.instances': '3' }).ok).toBe(true);
  });

  test('of a whole document change each variant', () => {
    const parsed = parseSmall(`${SMALL_SCENARIO}variants: {a: {}, b: {set: {users.rate: 7/s}}}\n`);
    if (!parsed.ok) throw new Error('must be right');
    const changed = overrideDocument(parsed, { settings: [{ path: 'users.rate', value: '9/s' }], switches: { 'api/shed': false } }, smallLanguage);
    if (!changed.ok) throw new Error('must be right');
    const scenarios = [changed.document.base, ...changed.document.variants.map(({ scenario }) => scenario)];
    expect(scenarios.map(({ components }) => components[0]?.values['rate'])).toEqual([9, 9, 9]);
    expect(scenarios.map((scenario) => enabledOf(scenario)['api/shed'])).toEqual([false, false, false]);
    expect(parsed.document.base.components[0]?.values['rate']).toBe(100);
  });

  test('without an address or a parameter are refused', () => {
    const wrong = ['users', '.rate', 'users.', 'nobody.rate', 'users.colour', '', 'users.rate.x', 'users/api/retry.backoff.fixed'];
    expect(wrong.filter((path) => override({ [path]: '5/s' }).ok)).toEqual([]);
    expect(override({}, { nothing: false }).ok).toBe(false);
  });
});
