/**
 * Goal: a stack is nothing but its layers: a scenario that names one is the scenario in which each was written by hand,
 * and whatever can be said of a layer can be said of one in a stack.
 *
 * Method: scenarios written both ways, compared in normal form; mistakes with their messages; and each library's order and
 * defaults, which are what people look a stack up for, against a table that was written from the libraries' documentation.
 */
import { describe, expect, test } from 'vitest';
import { stacks } from '../../sim/resilience/stacks/registry.ts';
import { compile } from '../../sim/scenario/compile.ts';
import { parseScenario } from '../../sim/scenario/parse.ts';
import type { LayerUse, Scenario } from '../../sim/scenario/scenario.ts';
import { layersOf } from '../determinism/arms.ts';
import { chapterBreakers } from '../support/chapter-breakers.ts';
import { documentOf } from '../support/run-scenario.ts';

const text = (patterns: string, more = ''): string => `faultline: 1
title: Stacks
duration: 10s
system:
  users:
    kind: client
    arrivals: {poisson: 50/s}
    calls: shop
    patterns: ${patterns}
  shop: {kind: service, instances: 3, handler: [{work: {exponential: 10ms}}]}
${more}`;

function scenarioOf(patterns: string, more = ''): Scenario {
  return documentOf(text(patterns, more)).variants[0]!.scenario;
}

const layers = (patterns: string, more = ''): readonly LayerUse[] => layersOf(scenarioOf(patterns, more));
/** Distributions and the like are made anew each time that they are read; what they are made of is in the files. */
const comparable = (patterns: string): unknown => JSON.parse(JSON.stringify(layers(patterns)));

const mistakes = (patterns: string): readonly string[] => {
  const parsed = parseScenario(text(patterns));
  return parsed.ok ? [] : parsed.problems.map(({ line, message, suggestion }) => `${line}: ${message}${suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`}`);
};

test.each<[stack: string, byHand: string]>([
  [
    'dotnet',
    `
      - bulkhead: {as: rateLimiter, maxConcurrentCalls: 1000, maxWaitDuration: 0}
      - timeout: {as: totalRequestTimeout, after: 30s}
      - retry: {maxAttempts: 4, backoff: {decorrelatedV2: {base: 2s, max: unlimited}}}
      - circuitBreaker: {kind: polly, failureRatio: 0.1, minimumThroughput: 100, samplingDuration: 30s, breakDuration: 5s}
      - timeout: {as: attemptTimeout, after: 10s}`,
  ],
  [
    'hystrix',
    `
      - fallback: {quality: 50%}
      - circuitBreaker: {kind: hystrix}
      - timeout: 1s
      - threadPool: {kind: hystrix}`,
  ],
  [
    '{kind: hystrix, fallback: off, timeout: 300ms, threadPool: {coreSize: 4}}',
    `
      - fallback: {quality: 50%, enabled: false}
      - circuitBreaker: {kind: hystrix}
      - timeout: 300ms
      - threadPool: {kind: hystrix, coreSize: 4}`,
  ],
  [
    '{kind: hystrix, circuitBreaker: {kind: polly, breakDuration: 2s}}',
    `
      - fallback: {quality: 50%}
      - circuitBreaker: {kind: polly, breakDuration: 2s}
      - timeout: 1s
      - threadPool: {kind: hystrix}`,
  ],
])('%s is what is written by hand', (stack, byHand) => {
  expect(comparable(`[{stack: ${stack}}]`)).toEqual(comparable(byHand));
});

/** Families and names, outermost first. */
test.each<[string, readonly string[]]>([
  ['resilience4j', ['retry', 'circuitBreaker', 'rateLimiter', 'timeLimiter', 'bulkhead']],
  ['hystrix', ['fallback', 'circuitBreaker', 'timeout', 'threadPool']],
  ['dotnet', ['rateLimiter', 'totalRequestTimeout', 'retry', 'circuitBreaker', 'attemptTimeout']],
  ['dotnetHedging', ['totalRequestTimeout', 'hedge', 'rateLimiter', 'circuitBreaker', 'attemptTimeout']],
  ['grpc', ['deadline', 'retry']],
  ['envoy', ['route', 'retry', 'maxRequests']],
  ['awsSdk', ['retry', 'readTimeout']],
  ['command', ['fallback', 'circuitBreaker', 'timeout', 'threadPool']],
  ['phase5Breaker', ['circuitBreaker']],
  ['reliabilityEngineeringBreaker', ['circuitBreaker']],
  ['chapter8Breaker', ['circuitBreaker']],
  ['reliabilityAndResilienceBreaker', ['circuitBreaker']],
  ['chapterThreadPool', ['timeout', 'threadPool']],
  ['phase5Bulkhead', ['timeout', 'bulkhead', 'threadPool']],
  ['chapterSemaphore', ['bulkhead']],
  ['phase5ConnectionPool', ['connectionPool']],
  ['psycopgPool', ['connectionPool']],
  ['bulkheadAroundBreaker', ['bulkhead', 'circuitBreaker']],
  ['timeoutAroundBreaker', ['fallback', 'timeout', 'circuitBreaker']],
  ['chapter8Command', ['fallback', 'timeout', 'circuitBreaker']],
])('the layers of %s, outermost first', (kind, names) => {
  expect(layers(`[{stack: ${kind}}]`).map(({ address }) => address)).toEqual(names.map((name) => `users/shop/${name}`));
});

test.each([
  ['resilience4j', 'ignore'],
  ['envoy', 'ignore'],
  ['awsSdk', 'ignore'],
  ['grpc', 'exactly'],
])('%s makes of a Retry-After what the original makes of it by default: %s', (kind, retryAfter) => {
  expect(layers(`[{stack: ${kind}}]`).find(({ family }) => family === 'retry')!.values['retryAfter']).toBe(retryAfter);
});

test('what a library keeps in its process each instance of the caller has for itself', () => {
  const shared = stacks.flatMap(({ kind }) => layers(`[{stack: ${kind}}]`)).filter(({ scope }) => scope !== 'instance');
  // Nothing is kept by a fallback.
  expect(new Set(shared.map(({ family }) => family))).toEqual(new Set(['fallback']));
});

test('every stack is in that table, and runs', () => {
  expect(stacks.length).toBe(20);
  for (const { kind } of stacks) {
    const simulation = compile(scenarioOf(`[{stack: ${kind}}]`), { variant: '', seed: 'stack' });
    simulation.run();
    expect(simulation.record().end).toEqual({ kind: 'completed' });
    expect(simulation.clients[0]!.settled).toBeGreaterThan(400);
  }
});

test('the breakers of the chapters are those that follow the chapters step by step in another test', () => {
  const written = (kind: string): unknown => stacks.find((stack) => stack.kind === kind)!.layers[0]!.with;
  expect(written('phase5Breaker')).toEqual(chapterBreakers.phaseFive.params);
  expect(written('reliabilityEngineeringBreaker')).toEqual(chapterBreakers.reliabilityEngineering.params);
  expect(written('chapter8Breaker')).toEqual(chapterBreakers.chapterEight.params);
  expect(written('reliabilityAndResilienceBreaker')).toEqual(chapterBreakers.reliabilityAndResilience.params);
});

describe('its layers are like any others', () => {
  test('variants switch and set them by their addresses', () => {
    const changed = layers('[{stack: hystrix}]', 'variants: {v: {off: [users/shop/threadPool], set: {users/shop/timeout.after: 2s}}}');
    const byName = Object.fromEntries(changed.map((layer) => [layer.address.split('/').at(-1)!, layer]));
    expect(byName['threadPool']!.enabled).toBe(false);
    expect(byName['timeout']!.values['after']).toBe(2e9);
  });

  test('others stand around a stack and inside it', () => {
    const names = layers('[{retry: {as: outer}}, {stack: command}, {rateLimit: {kind: tokenBucket, rate: 5/s}}]').map(({ family }) => family);
    expect(names).toEqual(['retry', 'fallback', 'circuitBreaker', 'timeout', 'threadPool', 'rateLimit']);
  });
});

describe('mistakes', () => {
  test.each<[patterns: string, message: string]>([
    ['[{stack: hystricks}]', 'Did you mean "hystrix"?'],
    ['[{stack: {}}]', 'a stack needs a name: resilience4j, hystrix'],
    ['[stack]', 'a stack needs a name'],
    ['[{stack: {kind: hystrix, timeuot: 2s}}]', 'the stack hystrix has no layer "timeuot"; expected fallback, circuitBreaker, timeout or threadPool Did you mean "timeout"?'],
    ['[{stack: {kind: hystrix, timeout: {afterr: 2s}}}]', 'has no parameter "afterr"'],
    ['[{stack: {kind: hystrix, threadPool: 12}}]', 'expected parameters of the layer as a mapping, or off; found "12"'],
    ['[{stack: {kind: hystrix, circuitBreaker: {kind: hystric}}}]', 'Did you mean "hystrix"?'],
    ['[{stack: hystrix}, {stack: command}]', 'users/shop/fallback'],
    ['[{stacks: hystrix}]', 'Did you mean "stack"?'],
  ])('%s', (patterns, message) => {
    const found = mistakes(patterns);
    expect(found.join('\n')).toContain(message);
    expect(found.every((one) => one.startsWith('9: '))).toBe(true);
  });

  test('a stack stands at a call site', () => {
    const parsed = parseScenario(text('[]').replace('handler: [', 'patterns: [{stack: hystrix}], handler: ['));
    expect(parsed.ok ? [] : parsed.problems.map(({ message }) => message)).toContainEqual(expect.stringContaining('stands at a call site'));
  });
});
