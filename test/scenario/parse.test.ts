/**
 * Goal: a right file becomes the scenario that a person would read in it: defaults filled in, amounts in the simulator's
 * units, everything with its address.
 *
 * Method: small files in a language of made-up definitions, and what must come out of them.
 */
import { describe, expect, test } from 'vitest';
import { MILLISECOND, MINUTE, SECOND } from '../../sim/catalogue/units.ts';
import { directoryOf } from '../../sim/scenario/directory.ts';
import type { CallSiteUse, LayerUse, StepUse } from '../../sim/scenario/scenario.ts';
import { Vocabulary } from '../../sim/scenario/vocabulary.ts';
import { documentOf, parseSmall, SMALL_SCENARIO, smallLanguage } from './small-language.ts';

const HEAD = 'faultline: 1\ntitle: Retry storm, again\nduration: 4m\n';
const SYSTEM = 'system: {users: {kind: client, calls: api}, api: {kind: service}}\n';

describe('general parameters', () => {
  test('have the defaults that a reader expects', () => {
    const { base, variants } = documentOf(HEAD + SYSTEM);
    expect(base).toMatchObject({
      title: 'Retry storm, again',
      story: '',
      seed: 'retry-storm-again',
      durationNs: 4 * MINUTE,
      warmupNs: 0,
      bucketNs: 200 * MILLISECOND,
      faults: [],
      objectives: [],
      expectations: [],
      variants: [{ name: 'default', about: '' }],
    });
    expect(variants).toEqual([{ name: 'default', about: '', scenario: base }]);
  });

  test.each([
    ['1200ms', MILLISECOND],
    ['1201ms', 2 * MILLISECOND],
    ['20s', 20 * MILLISECOND],
    ['10m', 500 * MILLISECOND],
    ['1ns', 1],
  ])('the bucket of a run of %s is %d ns: the finest of 1, 2, 5, 10 … of which at most 1,200 fit', (duration, bucketNs) => {
    const { base } = documentOf(HEAD.replace('4m', duration) + SYSTEM);
    expect(base.bucketNs).toBe(bucketNs);
    expect(base.durationNs / bucketNs).toBeLessThanOrEqual(1200);
  });

  test.each([
    ['7', '7'],
    ['"7"', '7'],
    ['007', '007'],
    ['0x10', '0x10'],
    ['1e3', '1e3'],
    ['yes', 'yes'],
    ['2026-01-01', '2026-01-01'],
    ["'a b'", 'a b'],
  ])('the seed %s is the text %s, whatever YAML makes of such words', (written, seed) => {
    expect(documentOf(`${HEAD}seed: ${written}\n${SYSTEM}`).base.seed).toBe(seed);
  });

  test('a title in another script has a seed of its own', () => {
    expect(documentOf(HEAD.replace('Retry storm, again', 'Буря') + SYSTEM).base.seed).toBe('буря');
    expect(documentOf(HEAD.replace('Retry storm, again', '"!?"') + SYSTEM).base.seed).toBe('!?');
  });
});

describe('a component', () => {
  const api = (written: string) => documentOf(`${HEAD}system: {users: {kind: client, calls: api}, api: {kind: service, ${written}}}\n`).base.components[1]?.values;

  test('has every parameter, given or not', () => {
    expect(api('threads: 4')).toEqual({
      instances: 1,
      threads: 4,
      memory: 1024,
      queue: { capacity: 10, lifo: false },
      handler: [],
      operations: undefined,
      patterns: [],
      weights: undefined,
    });
  });

  test.each([
    ['threads: unlimited', { threads: Infinity }],
    ['memory: 64KiB', { memory: 65536 }],
    ['memory: 1.5MB', { memory: 1.5e6 }],
    ['queue: 5', { queue: { capacity: 5, lifo: false } }],
    ['queue: {lifo: true}', { queue: { capacity: 10, lifo: true } }],
    ['queue: unlimited', { queue: { capacity: Infinity, lifo: false } }],
    ['queue:', { queue: { capacity: 10, lifo: false } }],
    ['weights: [0.5], instances: 1e1', { weights: [0.5], instances: 10 }],
  ])('%s', (written, values) => {
    expect(api(written)).toMatchObject(values);
  });
});

describe('values', () => {
  const layer = (written: string) => documentOf(`${HEAD}system: {users: {kind: client, calls: api, patterns: [${written}]}, api: {kind: service}}\n`);
  const first = (written: string): LayerUse => (layer(written).base.components[0]!.values['calls'] as CallSiteUse).patterns[0]!;

  test.each([
    ['breaker: {kind: rate, wait: 5s}', { wait: 5 * SECOND }],
    ['breaker: {kind: rate, wait: 1500}', { wait: 1.5 * SECOND }],
    ['breaker: {kind: rate, wait: "0.1ms"}', { wait: 100_000 }],
    ['breaker: {kind: rate, failureRate: 30}', { failureRate: 30 }],
    ['breaker: {kind: rate, failureRate: 30 %}', { failureRate: 30 }],
    ['breaker: {kind: rate, share: 99.9%}', { share: 0.999 }],
    ['breaker: {kind: rate, share: 1e1%}', { share: 0.1 }],
    ['breaker: {kind: rate, mode: lenient}', { mode: 'lenient' }],
    ['retry: {on: [error, timeout, refused]}', { on: [2, 15, 6] }],
    ['retry: {on: []}', { on: [] }],
    ['retry', { on: [15, 2], maxAttempts: 3 }],
    ['retry: {}', { backoff: { family: 'backoff', kind: 'fixed', values: { delay: 500 * MILLISECOND } } }],
    ['retry: {backoff: {fixed: 20ms}}', { backoff: { values: { delay: 20 * MILLISECOND } } }],
    ['retry: {backoff: {fixed: {delay: 20ms}}}', { backoff: { values: { delay: 20 * MILLISECOND } } }],
    ['retry: {backoff: exponential}', { backoff: { kind: 'exponential', values: { base: 100 * MILLISECOND, max: Infinity } } }],
    ['retry: {backoff: {random: 5ms}}', { backoff: { values: { delay: { kind: 'constant', values: { value: 5 * MILLISECOND } } } } }],
    ['retry: {backoff: {random: {exponential: 5ms}}}', { backoff: { values: { delay: { kind: 'exponential', values: { mean: 5 * MILLISECOND } } } } }],
    ['retry: {backoff: {random: {delay: {exponential: 5ms}}}}', { backoff: { values: { delay: { kind: 'exponential', values: { mean: 5 * MILLISECOND } } } } }],
    ['timeout: 2s', { after: 2 * SECOND }],
    ['timeout: {after: 2s}', { after: 2 * SECOND }],
  ])('%s', (written, values) => {
    expect(first(written).values).toMatchObject(values);
  });

  test('JSON is read like YAML', () => {
    const json = JSON.stringify({ faultline: 1, title: 'T', duration: '1m', system: { users: { kind: 'client', calls: 'api', rate: '5/s' }, api: { kind: 'service', threads: 3 } } }, null, '\t');
    const yaml = 'faultline: 1\ntitle: T\nduration: 1m\nsystem:\n  users: {kind: client, calls: api, rate: 5/s}\n  api:\n    kind: service\n    threads: 3\n';
    expect(documentOf(json)).toEqual(documentOf(yaml));
  });

  test('anchors and aliases stand for what they name', () => {
    const text = `${HEAD}system:\n  users: {kind: client, calls: api, patterns: &p [timeout: 2s]}\n  api: {kind: service, handler: [{call: b, patterns: *p}]}\n  b: {kind: service}\n`;
    const layers = directoryOf(documentOf(text).base, new Vocabulary(smallLanguage)).layers;
    expect([...layers.keys()]).toEqual(['users/api/timeout', 'api/b/timeout']);
    expect(layers.get('api/b/timeout')?.values).toEqual({ after: 2 * SECOND });
  });

  test('a byte order mark and line ends of Windows do not matter', () => {
    const text = SMALL_SCENARIO;
    expect(documentOf(`\ufeff${text.replaceAll('\n', '\r\n')}`)).toEqual(documentOf(text));
  });
});

describe('addresses', () => {
  const { base } = documentOf(SMALL_SCENARIO);
  const directory = directoryOf(base, new Vocabulary(smallLanguage));

  test('of everything that has one', () => {
    expect([...directory.components.keys()]).toEqual(['users', 'api', 'store', 'cache']);
    expect([...directory.sites.keys()]).toEqual(['users/api', 'api/store', 'api/store/fallback/cache']);
    expect([...directory.layers.keys()]).toEqual([
      'users/api/timeout',
      'users/api/retry',
      'api/store/fallback',
      'api/store/breaker',
      'api/store/timeout',
      'api/shed',
    ]);
    expect([...directory.steps.keys()]).toEqual(['api/work', 'api/store', 'store/read/work', 'store/write/writing']);
    expect([...directory.faults.keys()]).toEqual(['faults/slow-store', 'faults/crash']);
  });

  test('steps in branches are addressed like those outside, since addresses are flat', () => {
    const handler = '[{both: [{steps: [{work: 5ms}]}, {steps: [{call: b}, {work: 6ms, as: second}]}]}]';
    const document = documentOf(`${HEAD}system: {users: {kind: client, calls: api}, api: {kind: service, handler: ${handler}}, b: {kind: service}}\n`);
    expect([...directoryOf(document.base, new Vocabulary(smallLanguage)).steps.keys()]).toEqual(['api/both', 'api/work', 'api/b', 'api/second']);
  });

  test('a fault is named after its kind and its targets', () => {
    const faults = 'faults:\n  - {cut: {from: users, to: api}}\n  - {cut: {to: api}}\n  - {cut: {}}\n  - {kill: api#0}\n  - {block: {site: users/api}}\n';
    expect(documentOf(HEAD + SYSTEM + faults).base.faults.map(({ address }) => address)).toEqual([
      'faults/cut-users-api',
      'faults/cut-api',
      'faults/cut',
      'faults/kill-api#0',
      'faults/block-users/api',
    ]);
  });

  test('layers say how their state is divided', () => {
    const patterns = '[{breaker: {kind: simple}}, {timeout: {after: 1s, scope: shared, per: [callee, class]}}, {retry: {as: again, enabled: false}}]';
    const document = documentOf(`${HEAD}system: {users: {kind: client, calls: api, patterns: ${patterns}}, api: {kind: service}}\n`);
    const { layers } = directoryOf(document.base, new Vocabulary(smallLanguage));
    expect(layers.get('users/api/breaker')).toMatchObject({ scope: 'shared', perCallee: false, perClass: false, enabled: true });
    expect(layers.get('users/api/timeout')).toMatchObject({ scope: 'shared', perCallee: true, perClass: true });
    expect(layers.get('users/api/again')).toMatchObject({ family: 'retry', scope: 'instance', enabled: false });
  });

  test('a step that is a call has its parameters and its call site', () => {
    const api = base.components.find(({ name }) => name === 'api')!;
    const step = (api.values['handler'] as readonly StepUse[])[1]!;
    expect(step).toMatchObject({ kind: 'call', address: 'api/store', values: { optional: false } });
    expect(step.values['call']).toMatchObject({ address: 'api/store', target: 'store', operation: 'read', idempotent: false });
  });
});

describe('faults, objectives and expectations', () => {
  const text = `${SMALL_SCENARIO}variants:
  on: {}
  off: {about: nothing, off: [users/api/retry]}
objectives:
  - {of: users, availability: 99.9%, latency: {p99: 300ms, p50: 5ms}}
expect:
  on:
    - availability >= 95%
    - mostly recovery(users) <= 30s
    - recovery = never
    - goodput>90/s
    - retries( users/api ) < 1e3
    - amplification(users/api) <= 1.5
    - opened(api/store/breaker) = 0
    - wasted(store) >= 0
  on - off: [availability >= -20%]
`;
  const { base, variants } = documentOf(text);

  test('a fault has its time, and lasts if it is not said how long', () => {
    expect(base.faults).toMatchObject([
      { address: 'faults/slow-store', kind: 'slow', enabled: true, atNs: 20 * SECOND, forNs: 10 * SECOND, values: { target: 'store', factor: 5 } },
      { address: 'faults/crash', kind: 'kill', atNs: 40 * SECOND, forNs: Infinity, values: { target: 'store#0' } },
    ]);
  });

  test('objectives are bounds on metrics', () => {
    expect(base.objectives).toEqual([
      { of: 'users', metric: 'availability', comparison: '>=', value: 0.999 },
      { of: 'users', metric: 'p50', comparison: '<=', value: 5 * MILLISECOND },
      { of: 'users', metric: 'p99', comparison: '<=', value: 300 * MILLISECOND },
    ]);
  });

  test('expectations are read word by word', () => {
    const plain = { variant: 'on', minus: '', mostly: false, of: '' };
    expect(base.expectations).toEqual([
      { ...plain, text: 'availability >= 95%', metric: 'availability', comparison: '>=', value: 0.95 },
      { ...plain, text: 'mostly recovery(users) <= 30s', mostly: true, metric: 'recovery', of: 'users', comparison: '<=', value: 30 * SECOND },
      { ...plain, text: 'recovery = never', metric: 'recovery', comparison: '=', value: Infinity },
      { ...plain, text: 'goodput>90/s', metric: 'goodput', comparison: '>', value: 90 },
      { ...plain, text: 'retries( users/api ) < 1e3', metric: 'retries', of: 'users/api', comparison: '<', value: 1000 },
      { ...plain, text: 'amplification(users/api) <= 1.5', metric: 'amplification', of: 'users/api', comparison: '<=', value: 1.5 },
      { ...plain, text: 'opened(api/store/breaker) = 0', metric: 'opened', of: 'api/store/breaker', comparison: '=', value: 0 },
      { ...plain, text: 'wasted(store) >= 0', metric: 'wasted', of: 'store', comparison: '>=', value: 0 },
      { ...plain, minus: 'off', text: 'availability >= -20%', metric: 'availability', comparison: '>=', value: -0.2 },
    ]);
  });

  test('each variant knows all expectations', () => {
    expect(variants.map(({ scenario }) => scenario.expectations)).toEqual([base.expectations, base.expectations]);
  });
});

test('more than a hundred problems are counted, not listed', () => {
  const parsed = parseSmall(`${HEAD}${SYSTEM}faults:\n${'  - {slwo: {}}\n'.repeat(150)}`);
  if (parsed.ok) throw new Error('must be wrong');
  expect(parsed.problems).toHaveLength(101);
  expect(parsed.problems.at(-1)?.message).toBe('and 50 more problems');
});
