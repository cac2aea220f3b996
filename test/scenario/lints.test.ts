/**
 * Goal: each rule of the linter speaks of the smallest system that makes its mistake, with the right numbers at the right
 * place, and is silent about the nearest system that does not.
 * Method: pairs of scenario texts that differ in one thing. A clean system of three tiers draws no word at all; random
 * systems, whatever they draw, make nothing throw, and are said the same of each time.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Problem } from '../../sim/catalogue/problem.ts';
import { lintRules } from '../../sim/scenario/lints/registry.ts';
import { overrideDocument } from '../../sim/scenario/override.ts';
import { parseScenario } from '../../sim/scenario/parse.ts';
import type { ParsedWell } from '../../sim/scenario/scenario.ts';
import { cases } from '../support/random-cases.ts';
import { randomSystem } from '../support/random-system.ts';
import { parsedWell } from '../support/run-scenario.ts';
import { textOf } from '../support/system-text.ts';

const HEAD = 'faultline: 1\ntitle: Lints\nduration: 10s\n';

function read(text: string): ParsedWell {
  return parsedWell(HEAD + text);
}

interface Parts {
  /** Of the users' call. */
  readonly users?: string;
  /** Of the shop's call to stock. */
  readonly call?: string;
  readonly shop?: string;
  readonly stock?: string;
  readonly more?: string;
}

/** Users, a shop that calls a stock service; well set up unless a part says otherwise. */
function system({ users = 'patterns: [timeout: 2s]', call = 'patterns: [timeout: 500ms]', shop = 'threads: 10', stock = 'threads: 10', more = '' }: Parts): string {
  return `system:
  users: {kind: client, arrivals: {poisson: 10/s}, calls: shop, ${users}}
  shop: {kind: service, ${shop}, handler: [{work: 5ms}, {call: stock, ${call}}]}
  stock: {kind: service, ${stock}, handler: [{work: 20ms}]}
${more}`;
}

/** `rule at address: what`, of one rule or of all. */
function findings(text: string, rule?: string): readonly string[] {
  const { warnings } = read(text);
  return warnings.flatMap(({ lint, message }) => (lint === undefined || (rule !== undefined && lint.rule !== rule) ? [] : [`${lint.address}: ${message}`]));
}

const advised = (text: string, rule: string): string | undefined => read(text).warnings.find(({ lint }) => lint?.rule === rule)?.lint?.advice;

test('of a clean system nothing is said', () => {
  expect(read(system({})).warnings).toEqual([]);
  const tiers = system({
    users: 'deadline: 3s',
    call: 'patterns: [{retry: {maxAttempts: 3, backoff: {exponential: {base: 100ms}}, jitter: full}}, {circuitBreaker: {kind: consecutive}}, {timeout: 500ms}]',
  });
  expect(read(tiers).warnings).toEqual([]);
});

describe('timeout-below-children', () => {
  const rule = 'timeout-below-children';
  const retried = (outer: string): string =>
    system({ users: `patterns: [timeout: ${outer}]`, call: 'patterns: [{retry: {maxAttempts: 3, backoff: {fixed: 100ms}}}, {timeout: 500ms}]' });

  test('adds up attempts and waits of what is behind, with the work around them', () => {
    expect(findings(retried('1s'), rule)).toEqual([
      'users/shop/timeout: users/shop/timeout gives up after 1s, but what is inside may need 1.71s (5ms of work + 3 x 500ms + 200ms of waiting in shop/stock)',
    ]);
    expect(advised(retried('1s'), rule)).toMatch(/^Allow at least 1\.9s,/);
    // 1.705 s and a tenth more are 1.8755 s.
    expect(findings(retried('1875ms'), rule)).toHaveLength(1);
    expect(findings(retried('1876ms'), rule)).toEqual([]);
  });

  test('looks at the layers of one call, too: a total below its attempts', () => {
    const total = (after: string): string => system({ call: `patterns: [{timeout: {after: ${after}, as: total}}, {retry: {maxAttempts: 2, backoff: {fixed: 100ms}}}, {timeout: 200ms}]` });
    expect(findings(total('400ms'), rule)).toEqual(['shop/stock/total: shop/stock/total gives up after 400ms, but what is inside may need 500ms (2 x 200ms + 100ms of waiting)']);
    expect(findings(total('600ms'), rule)).toEqual([]);
  });

  test.each([
    ['{kind: delay, delay: 50ms, maxHedgedAttempts: 2}', '300ms (200ms + 100ms before the last attempt)'],
    ['{kind: delay, delay: unlimited}', '400ms (2 x 200ms)'],
    ['{kind: grpc, maxAttempts: 4, hedgingDelay: 20ms}', '260ms (200ms + 60ms before the last attempt)'],
    ['{kind: tied, delay: 10ms}', '210ms (200ms + 10ms before the last attempt)'],
    ['{kind: envoy, perTryTimeout: 100ms, numRetries: 3}', '675ms (200ms + 475ms before the last attempt)'],
  ])('knows when the last attempt of a hedge begins: %s', (hedge, needed) => {
    const total = (after: string): string => system({ call: `patterns: [{timeout: {after: ${after}, as: total}}, {hedge: ${hedge}}, {timeout: 200ms}]`, users: 'patterns: [timeout: 5s]' });
    expect(findings(total('205ms'), rule)).toEqual([`shop/stock/total: shop/stock/total gives up after 205ms, but what is inside may need ${needed}`]);
    expect(findings(total('760ms'), rule)).toEqual([]);
  });

  test('knows that a connection may have to be set up', () => {
    const kept = (after: string): string => system({ call: `patterns: [{timeout: ${after}}, {connectionPool: {kind: keepAlive, connectTimeout: 300ms, setup: 10ms}}]` });
    expect(findings(kept('360ms'), rule)).toEqual(['shop/stock/timeout: shop/stock/timeout gives up after 360ms, but what is inside may need 330ms (20ms of work + 310ms of waiting)']);
    expect(findings(kept('370ms'), rule)).toEqual([]);
  });

  test('adds what is done in turn and takes the longest of what is done at once', () => {
    const calls = '{call: stock, as: a, patterns: [timeout: 300ms]}, {call: stock, as: b, patterns: [timeout: 400ms]}';
    const shop = (handler: string, deadline = '500ms'): string => `system:
  users: {kind: client, arrivals: {poisson: 1/s}, calls: shop, deadline: ${deadline}}
  shop: {kind: service, threads: 4, handler: [${handler}]}
  stock: {kind: service, threads: 10, handler: [{work: 20ms}]}
`;
    expect(findings(shop(calls), rule)).toEqual(['users: users loses patience after 500ms, but what is inside may need 700ms (300ms in shop/a + 400ms in shop/b)']);
    const [a, b] = calls.split(/, (?=\{call)/);
    const together = `{parallel: [{steps: [${a}]}, {steps: [${b}]}]}`;
    expect(findings(shop(together), rule)).toEqual([]);
    expect(findings(shop(together, '430ms'), rule)).toEqual(['users: users loses patience after 430ms, but what is inside may need 400ms (400ms in shop/b)']);
  });

  test('knows that an adaptive timeout may grow to its maximum', () => {
    const adaptive = (max: string): string => system({ users: 'patterns: [timeout: 2s]', call: `patterns: [{adaptiveTimeout: {minTimeout: 100ms, initialTimeout: 100ms, maxTimeout: ${max}}}]` });
    expect(findings(adaptive('2s'), rule)).toHaveLength(1);
    expect(findings(adaptive('1500ms'), rule)).toEqual([]);
  });

  test('without timeouts behind it compares with the work and the network', () => {
    const slow = (latency: string): string => system({ call: 'patterns: [timeout: 50ms]', users: 'patterns: [timeout: 200ms]', more: `network: {default: {latency: ${latency}}}\n` });
    expect(findings(slow('20ms'), rule)).toEqual(['shop/stock/timeout: shop/stock/timeout gives up after 50ms, but what is inside may need 60ms (40ms on the network + 20ms of work)']);
    expect(findings(slow('10ms'), rule)).toEqual([]);
  });

  test('knows that a server ends its own work', () => {
    const limited = (requestTimeout: string): string => system({ users: 'patterns: [timeout: 400ms]', shop: `threads: 10, requestTimeout: ${requestTimeout}` });
    expect(findings(limited('unlimited'), rule)).toHaveLength(1);
    expect(findings(limited('400ms'), rule)).toEqual(['users/shop/timeout: users/shop/timeout gives up after 400ms, but what is inside may need 400ms']);
    expect(findings(limited('300ms'), rule)).toEqual([]);
  });

  test('counts the time of a fallback that is another call', () => {
    const text = (users: string): string =>
      system({
        users,
        call: 'patterns: [{fallback: {to: {call: cache, patterns: [timeout: 800ms]}}}, {timeout: 500ms}]',
        more: '  cache: {kind: service, threads: 10, handler: [{work: 1ms}]}\n',
      });
    expect(findings(text('deadline: 1s'), rule)).toEqual(['users: users loses patience after 1s, but what is inside may need 1.31s (5ms of work + 500ms + 800ms in shop/stock/fallback/cache in shop/stock)']);
    expect(findings(text('deadline: 1500ms'), rule)).toEqual([]);
  });
});

describe('no-timeout', () => {
  const rule = 'no-timeout';

  test('names calls that nothing ends', () => {
    expect(findings(system({ call: 'patterns: [retry]' }), rule)).toEqual(['shop/stock: no timeout ends the call shop/stock']);
    expect(findings(system({ users: 'propagateDeadline: false' }), rule)).toEqual(['users/shop: no timeout ends the call users/shop']);
    expect(findings(system({ users: 'deadline: 5s' }), rule)).toEqual([]);
  });

  test('one that is switched off does not count; one in a breaker does', () => {
    expect(findings(system({ call: 'patterns: [{timeout: {after: 500ms, enabled: false}}]' }), rule)).toHaveLength(1);
    expect(findings(system({ call: 'patterns: [{circuitBreaker: {kind: opossum}}]', users: 'deadline: 20s' }), rule)).toEqual([]);
  });

  test('one further out counts only where letting go reaches the call', () => {
    const out = (cancel: boolean): string => system({ users: `patterns: [timeout: 2s], cancelDownstream: ${cancel}`, call: 'idempotent: true' });
    expect(findings(out(false), rule)).toHaveLength(1);
    expect(findings(out(true), rule)).toEqual([]);
  });

  test('a server that ends its own work ends its calls', () => {
    expect(findings(system({ call: 'idempotent: true', shop: 'threads: 10, requestTimeout: 1s' }), rule)).toEqual([]);
  });

  test('a step that stops its branches counts', () => {
    const branch = (limit: string): string => `system:
  users: {kind: client, arrivals: {poisson: 1/s}, calls: shop, deadline: 5s}
  shop: {kind: service, threads: 4, handler: [{parallel: [{steps: [{call: stock}]}]${limit}}]}
  stock: {kind: service, threads: 10, handler: [{work: 20ms}]}
`;
    expect(findings(branch(''), rule)).toEqual(['shop/stock: no timeout ends the call shop/stock']);
    expect(findings(branch(', timeout: 1s'), rule)).toEqual([]);
  });

  test('components that call each other in a circle do not confuse it', () => {
    const circle = `system:
  users: {kind: client, arrivals: {poisson: 1/s}, calls: a, cancelDownstream: true, deadline: 1s}
  a: {kind: service, handler: [{call: b, cancelDownstream: true}]}
  b: {kind: service, handler: [{work: 1ms}, {choose: probability, probability: 10%, then: [{call: a, cancelDownstream: true}]}]}
`;
    expect(findings(circle, rule)).toEqual([]);
    expect(findings(circle.replace(', cancelDownstream: true, deadline', ', deadline'), rule)).toEqual(['a/b: no timeout ends the call a/b', 'b/a: no timeout ends the call b/a']);
  });
});

describe('retry-multiplication', () => {
  const rule = 'retry-multiplication';
  const retry = (attempts: number, more = ''): string => `{retry: {maxAttempts: ${attempts}, jitter: full${more}}}`;
  const tiers = (first: string, second: string, third: string): string =>
    system({
      users: `patterns: [${first}]`,
      call: `patterns: [${second}]`,
    }).replace('handler: [{work: 20ms}]', `handler: [{work: 20ms}, {call: orders, operation: read, patterns: [${third}]}]`) + '  orders: {kind: database}\n';

  test('gives the path and the product', () => {
    expect(findings(tiers(retry(3), retry(3), retry(3)), rule)).toEqual(['stock/orders: retries multiply: users -> shop -> stock -> orders: 3 x 3 x 3 = 27 attempts']);
    expect(findings(tiers(retry(3), retry(1), retry(3)), rule)).toEqual(['stock/orders: retries multiply: users -> shop -> stock -> orders: 3 x 3 = 9 attempts']);
    expect(findings(tiers(retry(3), retry(4), retry(1)), rule)).toEqual(['shop/stock: retries multiply: users -> shop -> stock: 3 x 4 = 12 attempts']);
  });

  test('one layer is one layer, however many attempts it makes, and two by two are not worth a word', () => {
    expect(findings(tiers(retry(20), retry(1), retry(1)), rule)).toEqual([]);
    expect(findings(tiers(retry(2), retry(2), retry(1)), rule)).toEqual([]);
    expect(findings(tiers(retry(2), retry(2), retry(2)), rule)).toHaveLength(1);
  });

  test('what a budget lets through does not multiply, nor what is off', () => {
    expect(findings(tiers(retry(3), retry(3, ', budget: ratio'), retry(1)), rule)).toEqual([]);
    expect(findings(tiers(retry(3), '{hedge: {kind: grpc, maxAttempts: 3, retryThrottling: grpc}}', retry(1)), rule)).toEqual([]);
    expect(findings(tiers(retry(3), '{hedge: {kind: grpc, maxAttempts: 3}}', retry(1)), rule)).toHaveLength(1);
    expect(findings(tiers(retry(3), retry(3, ', enabled: false'), retry(1)), rule)).toEqual([]);
  });

  test('of a long way beginning and end are named', () => {
    const chain = Array.from({ length: 12 }, (_, n) => `  c${n}: {kind: service, handler: [{call: c${n + 1}, patterns: [${retry(10)}]}]}\n`).join('');
    const text = `system:\n  users: {kind: client, arrivals: {poisson: 1/s}, calls: c0}\n${chain}  c12: {kind: service, handler: [{work: 1ms}]}\n`;
    expect(findings(text, rule)).toEqual([
      'c11/c12: retries multiply: users -> c0 -> c1 -> c2 -> … -> c9 -> c10 -> c11 -> c12: 10 x 10 x 10 x 10 x … x 10 x 10 x 10 x 10 = 1.0e+12 attempts',
    ]);
  });

  test('of several ways the worst counts', () => {
    const two = `system:
  few: {kind: client, arrivals: {poisson: 1/s}, calls: shop, patterns: [${retry(2)}]}
  many: {kind: client, arrivals: {poisson: 1/s}, calls: shop, patterns: [${retry(5)}]}
  shop: {kind: service, handler: [{call: stock, patterns: [${retry(3)}]}]}
  stock: {kind: service, handler: [{work: 20ms}]}
`;
    expect(findings(two, rule)).toEqual(['shop/stock: retries multiply: many -> shop -> stock: 5 x 3 = 15 attempts']);
  });
});

describe('timeout-outside-breaker', () => {
  const rule = 'timeout-outside-breaker';
  const order = (...layers: readonly string[]): string => system({ call: `patterns: [${layers.join(', ')}]` });
  const breaker = '{circuitBreaker: {kind: consecutive}}';

  test('outside hides, inside does not', () => {
    expect(findings(order('{timeout: 500ms}', breaker), rule)).toEqual([
      'shop/stock/timeout: shop/stock/timeout gives up after 500ms, outside shop/stock/circuitBreaker, which therefore never sees a timeout',
    ]);
    expect(findings(order(breaker, '{timeout: 500ms}'), rule)).toEqual([]);
  });

  test('with two, the shorter one decides', () => {
    const both = (outside: string): string => order(`{timeout: {after: ${outside}, as: total}}`, breaker, '{timeout: 500ms}');
    expect(findings(both('1s'), rule)).toEqual([]);
    expect(findings(both('500ms'), rule)).toHaveLength(1);
  });

  test('a breaker with a timeout of its own sees it; users who lose patience hide as well', () => {
    expect(findings(order('{timeout: 11s}', '{circuitBreaker: {kind: opossum}}'), rule)).toEqual([]);
    expect(findings(order('{timeout: 9s}', '{circuitBreaker: {kind: opossum}}'), rule)).toHaveLength(1);
    const patient = (deadline: string): string => system({ users: `deadline: ${deadline}, patterns: [${breaker}, {timeout: 2s}]` });
    expect(findings(patient('3s'), rule)).toEqual([]);
    expect(findings(patient('1s'), rule)).toEqual(['users: users gives up after 1s, outside users/shop/circuitBreaker, which therefore never sees a timeout']);
  });
});

describe('pool-below-callers', () => {
  const rule = 'pool-below-callers';

  test('compares threads with threads', () => {
    expect(findings(system({ shop: 'threads: 11' }), rule)).toEqual(['stock: stock can serve 10 at once, but its callers may send 11 at once; the others wait in a line without end']);
    expect(findings(system({ shop: 'threads: 6, instances: 2', stock: 'threads: 4, instances: 2, queue: 3' }), rule)).toEqual([
      'stock: stock can serve 8 at once, but its callers may send 12 at once; a line of 3 may wait, the others are turned away',
    ]);
    expect(findings(system({ shop: 'threads: 10' }), rule)).toEqual([]);
  });

  test('a bulkhead on the way counts, on either side', () => {
    expect(findings(system({ shop: 'threads: 50', call: 'patterns: [{bulkhead: {maxConcurrentCalls: 10}}, {timeout: 500ms}]' }), rule)).toEqual([]);
    expect(findings(system({ shop: 'threads: 50, instances: 2', call: 'patterns: [{bulkhead: {maxConcurrentCalls: 10}}, {timeout: 500ms}]' }), rule)).toHaveLength(1);
    expect(findings(system({ stock: 'threads: 10, patterns: [{bulkhead: {maxConcurrentCalls: 4}}]' }), rule)[0]).toContain('stock can serve 4 at once');
  });

  test('a fan-out multiplies, and what gives its thread back has no limit to compare with', () => {
    const fan = (step: string): string => `system:
  users: {kind: client, arrivals: {closed: {users: 5, think: 1s}}, calls: shop, deadline: 1s}
  shop: {kind: service, threads: 10, handler: [${step}]}
  stock: {kind: service, threads: 10, handler: [{work: 1ms}]}
`;
    expect(findings(fan('{parallel: [{steps: [{call: stock, patterns: [timeout: 100ms]}]}], repeat: 3}'), rule)).toEqual([
      'stock: stock can serve 10 at once, but its callers may send 15 at once; the others wait in a line without end',
    ]);
    expect(findings(fan('{parallel: [{steps: [{call: stock, patterns: [timeout: 100ms]}]}], repeat: 2}'), rule)).toEqual([]);
    const waiting = (step: string): readonly string[] => findings(fan(step).replace('threads: 10, handler: [{work', 'threads: 4, handler: [{work'), rule);
    expect(waiting('{call: stock, patterns: [timeout: 100ms]}')).toHaveLength(1);
    expect(waiting('{call: stock, async: true, patterns: [timeout: 100ms]}')).toEqual([]);
  });

  test('of a database only the nodes that answer count', () => {
    const database = (readFrom: string): string => `system:
  users: {kind: client, arrivals: {poisson: 1/s}, calls: shop, deadline: 1s}
  shop: {kind: service, threads: 20, handler: [{call: orders, operation: read, patterns: [timeout: 100ms]}]}
  orders: {kind: database, connections: 10, replicas: 1, readFrom: ${readFrom}}
`;
    expect(findings(database('primary'), rule)).toHaveLength(1);
    expect(findings(database('any'), rule)).toEqual([]);
  });
});

test('bulkhead-without-effect: as many permits as threads', () => {
  const permits = (count: number): string => system({ call: `patterns: [{bulkhead: {maxConcurrentCalls: ${count}}}, {timeout: 500ms}]` });
  expect(findings(permits(10))).toEqual(['shop/stock/bulkhead: shop/stock/bulkhead lets 10 calls through, but an instance of shop has only 10 threads to make them']);
  expect(findings(permits(9))).toEqual([]);
});

test('retries-in-step: no jitter', () => {
  const retry = (params: string): string => system({ call: `patterns: [{retry: {${params}}}, {timeout: 100ms}]` });
  expect(findings(retry('backoff: {exponential: 100ms}'))).toEqual(['shop/stock/retry: shop/stock/retry waits equally long in every caller']);
  expect(findings(retry('backoff: none'))).toEqual(['shop/stock/retry: shop/stock/retry tries again at once']);
  expect(findings(retry('backoff: {exponential: 100ms}, jitter: full'))).toEqual([]);
  expect(findings(retry('backoff: decorrelated'))).toEqual([]);
  expect(findings(retry('backoff: none, maxAttempts: 1'))).toEqual([]);
});

test('retry-of-unsafe-write: writes that must not be done twice', () => {
  const write = (site: string, retry: string): string => `system:
  users: {kind: client, arrivals: {poisson: 1/s}, calls: orders, operation: write, deadline: 9s${site}, patterns: [{retry: {jitter: full${retry}}}, {timeout: 1s}]}
  orders: {kind: database}
`;
  const partly = 'users/orders/retry: users/orders/retry repeats the write inside only where nothing has been done, as after a refused connection, and not after a timeout';
  expect(findings(write('', ''))).toEqual([partly]);
  expect(findings(write('', ', retryOn: [timeout, error]'))).toEqual(['users/orders/retry: users/orders/retry never takes effect, since the write inside must not be done twice']);
  // Whoever was in conflict has changed nothing.
  expect(findings(write('', ', retryOn: [conflict, notPrimary]'))).toEqual([]);
  expect(findings(write('', ', retryUnsafe: true'))).toEqual(['users/orders/retry: users/orders/retry repeats writes that must not be done twice']);
  expect(findings(write(', idempotent: true', ''))).toEqual([]);
  expect(findings(write('', '').replace('operation: write', 'operation: read'))).toEqual([]);
  expect(findings(write(', idempotencyKey: call', ''))).toEqual([]);
});

test('retry-of-unsafe-write: also those of a service that does something, and hedges', () => {
  const rule = 'retry-of-unsafe-write';
  const charge = (repeat: string, handler = '{work: 1ms}, {effect: charge}'): string => `system:
  users: {kind: client, arrivals: {poisson: 1/s}, calls: bank, deadline: 9s, patterns: [${repeat}, {timeout: 1s}]}
  bank: {kind: service, handler: [${handler}]}
`;
  const [never, again] = ['never takes effect, since the write inside must not be done twice', 'repeats writes that must not be done twice'];
  expect(findings(charge('retry: {jitter: full, retryOn: [timeout]}'), rule)).toEqual([`users/bank/retry: users/bank/retry ${never}`]);
  expect(findings(charge('retry: {jitter: full}', '{work: 1ms}'), rule)).toEqual([]);
  expect(findings(charge('hedge: {kind: delay, delay: 1s}'), rule)).toEqual([`users/bank/hedge: users/bank/hedge ${never}`]);
  expect(findings(charge('hedge: {kind: delay, delay: 1s, hedgeUnsafe: true}'), rule)).toEqual([`users/bank/hedge: users/bank/hedge ${again}`]);
  expect(findings(charge('hedge: {kind: grpc}'), rule)).toEqual([`users/bank/hedge: users/bank/hedge ${again}`]);
});

test('retry-of-open-breaker: the breaker asks for peace', () => {
  const retry = (causes: string): string => system({ users: 'deadline: 9s', call: `patterns: [{retry: {jitter: full, retryOn: [${causes}]}}, {circuitBreaker: {kind: consecutive}}, {timeout: 500ms}]` });
  expect(findings(retry('timeout, breakerOpen'))).toEqual(['shop/stock/retry: shop/stock/retry also repeats calls that shop/stock/circuitBreaker has turned away']);
  expect(findings(retry('timeout'))).toEqual([]);
});

test('fallback-on-the-failed: the same component again', () => {
  const fallback = (to: string): string =>
    system({ call: `patterns: [{fallback: {to: {call: ${to}, as: other, patterns: [timeout: 100ms]}}}, {timeout: 500ms}]`, shop: 'threads: 5', more: '  cache: {kind: service, threads: 10, handler: [{work: 1ms}]}\n' });
  expect(findings(fallback('stock'))).toEqual(['shop/stock/fallback: shop/stock/fallback turns to stock, the very component that has failed']);
  expect(findings(fallback('cache'))).toEqual([]);
});

describe('a warning', () => {
  const text = `${system({ call: 'patterns: [timeout: 500ms]' })}variants: {with: {}, without: {off: [shop/stock/timeout]}}\n`;

  test('stands where its layer, call or component stands in the text, and says in which variants it holds', () => {
    const { warnings } = read(text);
    const lines = (HEAD + text).split('\n');
    expect(warnings).toHaveLength(1);
    const [{ line, column, path, severity, lint }] = warnings as [Problem];
    expect(lines[line - 1]!.slice(column - 1)).toMatch(/^stock, patterns/);
    expect({ path, severity }).toEqual({ path: 'system.shop.handler[1].call', severity: 'warning' });
    expect(lint).toMatchObject({ rule: 'no-timeout', address: 'shop/stock', variants: ['without'] });
  });

  test('is one, however many variants it holds in', () => {
    const { warnings } = read(`${system({ call: 'idempotent: true' })}variants: {a: {}, b: {set: {shop.threads: 5}}, c: {}}\n`);
    expect(warnings.map(({ lint }) => lint?.variants)).toEqual([['a', 'b', 'c']]);
  });

  test('follows what is set from outside', () => {
    const parsed = read(text);
    const lintsWith = (value: string): readonly (string | undefined)[] => {
      const changed = overrideDocument(parsed, { settings: [{ path: 'shop/stock/timeout.after', value }], switches: {} });
      return changed.ok ? changed.warnings.map(({ lint, line }) => `${line} ${lint?.rule}`) : [];
    };
    expect(lintsWith('500ms')).toEqual(['6 no-timeout']);
    expect(lintsWith('3s')).toEqual(['5 timeout-below-children', '6 no-timeout']);
  });
});

describe('rules', () => {
  test('have names of their own that look like names, and say why in a sentence', () => {
    expect(new Set(lintRules.map(({ name }) => name)).size).toBe(lintRules.length);
    for (const { name, why } of lintRules) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)+$/);
      expect(why).toMatch(/^[A-Z][^\n]*\.$/);
    }
  });

  test('throw in no random system, say the same each time, and speak of what there is', { timeout: 60_000 }, () => {
    const told = new Set<string>();
    fc.assert(
      fc.property(randomSystem, (random) => {
        const text = textOf(random, 1000);
        const parsed = parseScenario(text);
        expect(parsed.ok).toBe(true);
        if (!parsed.ok) return;
        expect(parseScenario(text)).toMatchObject({ warnings: parsed.warnings });
        for (const { lint, line } of parsed.warnings) {
          if (lint === undefined) continue;
          told.add(lint.rule);
          expect(parsed.places.claims.has(lint.address)).toBe(true);
          expect(line).toBeGreaterThan(1);
        }
      }),
      cases(60),
    );
    // Random systems make most of the mistakes there are.
    expect(told.size).toBeGreaterThanOrEqual(5);
  });
});
