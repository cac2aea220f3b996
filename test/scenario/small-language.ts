/**
 * A language of a few made-up definitions with every kind of parameter, so that the tests of the parser say the same
 * whatever patterns, components and faults the simulator has. The distributions are the real ones.
 */
import type { Definition } from '../../sim/catalogue/definition.ts';
import {
  address,
  callSite,
  causes,
  choice,
  count,
  distribution,
  duration,
  type Fields,
  flag,
  list,
  mapOf,
  number,
  oneOf,
  patterns,
  rate,
  ratio,
  record,
  size,
  steps,
  text,
} from '../../sim/catalogue/param.ts';
import { MILLISECOND, SECOND } from '../../sim/catalogue/units.ts';
import { distributions } from '../../sim/model/distributions/registry.ts';
import type { AnyComponentDefinition } from '../../sim/model/component.ts';
import type { AnyPatternDefinition } from '../../sim/resilience/pattern.ts';
import { parseScenario } from '../../sim/scenario/parse.ts';
import type { MetricWord, Registries } from '../../sim/scenario/language.ts';
import type { Parsed, ScenarioDocument } from '../../sim/scenario/scenario.ts';

/** What every definition says and no test of the parser looks at. */
const words = { title: 'A title', about: 'What it does.', source: 'this test' };
const never = (): never => {
  throw new Error('nothing is made of the small language');
};

function define(family: string, kind: string, params: Fields, more: Partial<Definition> = {}): Definition & { create: () => never } {
  return { family, kind, ...words, params, create: never, ...more };
}

const about = 'What it means.';

const client: AnyComponentDefinition = {
  ...define('component', 'client', {
    rate: rate({ about, default: 100 }),
    arrivals: oneOf('arrivals')({ about, default: { steady: {} } }),
    calls: callSite()({ about, inline: true }),
    deadline: duration({ about, optional: true, minExclusive: true }),
    classes: mapOf(record({ weight: number({ about, min: 0, default: 1 }), note: text({ about, default: 'none' }) }, { about, shorthand: 'weight' }), {
      about,
      default: {},
    }),
  }),
  role: 'client',
};

const service: AnyComponentDefinition = {
  ...define(
    'component',
    'service',
    {
      instances: count({ about, default: 1, min: 1, max: 100 }),
      threads: count({ about, default: Infinity, unlimited: true, min: 1 }),
      memory: size({ about, default: 1024 }),
      queue: record({ capacity: count({ about, default: 10, unlimited: true }), lifo: flag({ about, default: false }) }, { about, default: {}, shorthand: 'capacity' }),
      handler: steps()({ about, default: [] }),
      operations: mapOf(steps()({ about }), { about, optional: true }),
      patterns: patterns()({ about, default: [] }),
      weights: list(number({ about, min: 0 }), { about, optional: true, minItems: 1 }),
    },
    {
      check: (values) => {
        const { instances, weights } = values as unknown as { instances: number; weights: readonly number[] | undefined };
        return weights !== undefined && weights.length > instances ? [{ param: 'weights', message: 'there are more weights than instances' }] : [];
      },
    },
  ),
  role: 'server',
  operations: (values: { operations: object | undefined }) => Object.keys(values.operations ?? {}),
  outline: (values: { instances: number; threads: number; queue: { capacity: number } }) => ({
    instances: values.instances,
    capacity: values.threads,
    queueCapacity: values.queue.capacity,
  }),
};

type PatternWords = Partial<Pick<AnyPatternDefinition, 'side' | 'defaultScope' | 'shorthand'>>;

function pattern(family: string, kind: string, params: Fields, own: PatternWords = {}): AnyPatternDefinition {
  return { family, kind, ...words, params, create: never, side: 'caller', defaultScope: 'instance', marks: [], ...own };
}

const patternDefinitions = [
  pattern('timeout', 'timeout', { after: duration({ about, minExclusive: true }) }, { shorthand: 'after' }),
  pattern('retry', 'retry', {
    maxAttempts: count({ about, default: 3, min: 1, max: 10 }),
    backoff: oneOf('backoff')({ about, default: { fixed: '500ms' } }),
    on: causes({ about, default: ['timeout', 'error'] }),
  }),
  pattern('breaker', 'simple', { failureThreshold: count({ about, default: 5, min: 1 }) }, { defaultScope: 'shared' }),
  pattern('breaker', 'rate', {
    failureRate: number({ about, default: 50, min: 0, max: 100, unit: '%' }),
    wait: duration({ about, default: SECOND, bareUnit: { name: 'milliseconds', factor: MILLISECOND } }),
    share: ratio({ about, default: 0.5 }),
    mode: choice({ strict: 'as written', lenient: 'as meant' }, { about, default: 'strict' }),
  }),
  pattern('fallback', 'fallback', { quality: ratio({ about, default: 0.5 }), to: callSite()({ about, optional: true }) }),
  pattern('shed', 'shed', { limit: count({ about, default: 8 }) }, { side: 'server', shorthand: 'limit' }),
];

const definitions = [
  ...distributions,
  define('arrivals', 'steady', {}),
  define('arrivals', 'wave', { period: duration({ about, default: 10 * SECOND }), swing: ratio({ about }) }, { shorthand: 'swing' }),
  define('backoff', 'fixed', { delay: duration({ about }) }, { shorthand: 'delay' }),
  define('backoff', 'random', { delay: distribution({ of: 'duration', about }) }, { shorthand: 'delay' }),
  define('backoff', 'exponential', {
    base: duration({ about, default: 100 * MILLISECOND }),
    max: duration({ about, default: Infinity, unlimited: true }),
  }),
  define('step', 'work', { work: distribution({ of: 'duration', about }), spread: distribution({ of: 'number', about, default: 1 }) }, { shorthand: 'work' }),
  define('step', 'call', { call: callSite()({ about, inline: true }), optional: flag({ about, default: false }) }, { shorthand: 'call' }),
  define('step', 'both', { both: list(record({ steps: steps()({ about }) }, { about }), { about, minItems: 2 }) }, { shorthand: 'both' }),
  define('step', 'pause', { min: duration({ about, default: 0 }) }),
  define('fault', 'slow', {
    target: address({ of: 'component', componentKinds: ['service'], about }),
    factor: number({ about, default: 10, min: 0, minExclusive: true }),
  }),
  define('fault', 'kill', { target: address({ of: 'instances', about }) }, { shorthand: 'target' }),
  define('fault', 'cut', { from: address({ of: 'component', about, optional: true }), to: address({ of: 'component', about, optional: true }) }),
  define('fault', 'block', { site: address({ of: 'callSite', about }), past: address({ of: 'layer', about, optional: true }) }),
];

const metric = (name: string, quantity: MetricWord['quantity'], of: MetricWord['of']): MetricWord => ({ name, title: name, about, quantity, of });

export const smallLanguage: Registries = {
  patterns: patternDefinitions,
  components: [client, service],
  stacks: [],
  definitions,
  network: {
    latency: distribution({ of: 'duration', about, default: 0 }),
    loss: ratio({ about, default: 0 }),
  },
  metrics: [
    metric('availability', 'ratio', 'client'),
    metric('recovery', 'durationNs', 'client'),
    metric('goodput', 'ratePerSec', 'client'),
    metric('p99', 'durationNs', 'client'),
    metric('retries', 'count', 'site'),
    metric('amplification', 'factor', 'site'),
    metric('opened', 'count', 'layer'),
    metric('wasted', 'count', 'component'),
    metric('events', 'count', 'system'),
  ],
  lintRules: [],
};

/** A scenario in which everything that has an address occurs. Sections are added behind it. */
export const SMALL_SCENARIO = `faultline: 1
title: A small system
duration: 1m
system:
  users:
    kind: client
    calls: api
    patterns:
      - timeout: 2s
      - retry: {backoff: {exponential: {base: 50ms}}}
  api:
    kind: service
    instances: 2
    handler:
      - work: {exponential: 5ms}
      - call: store
        operation: read
        patterns:
          - fallback: {to: cache}
          - breaker: {kind: simple}
          - timeout: 100ms
    patterns:
      - shed: 20
  store:
    kind: service
    operations:
      read: [{work: 2ms}]
      write: [{work: 4ms, as: writing}]
  cache:
    kind: service
faults:
  - {at: 20s, for: 10s, slow: {target: store, factor: 5}}
  - {at: 40s, kill: store#0, as: crash}
`;

export function parseSmall(text: string): Parsed {
  return parseScenario(text, smallLanguage);
}

/** The document of a text that must be right. */
export function documentOf(text: string): ScenarioDocument {
  const parsed = parseSmall(text);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ line, column, message }) => `${line}:${column} ${message}`).join('\n'));
  return parsed.document;
}
