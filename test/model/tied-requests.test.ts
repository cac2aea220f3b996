/**
 * Goal: of two tied requests the servers work on one: the first to begin makes the other drop its own, unless that has
 * begun as well; and a call gets its answer whatever happens to either.
 * Method: two instances of one thread, requests far apart or in a line, with and without time for messages to travel.
 */
import { expect, test } from 'vitest';
import { outcomesOf, type Trial, trial } from '../faults/trial.ts';

interface World {
  readonly hedge?: string;
  readonly around?: string;
  readonly latency?: string;
  readonly arrivals?: string;
  readonly faults?: readonly string[];
  /** Patterns in front of the instances. */
  readonly before?: string;
}

function run({ hedge = '2ms', around = '', latency = '0ms', arrivals = 'constant: 10/s', faults = [], before = '' }: World): Trial {
  const system = `
system:
  users: {kind: client, arrivals: {${arrivals}}, calls: pair, patterns: [${around}hedge: {kind: tied, delay: ${hedge}}]}
  pair: {kind: service, instances: 2, threads: 1, queue: {capacity: unlimited}, startup: 1ms, patterns: [${before}], handler: [work: 20ms]}
network:
  default: {latency: ${latency}}
`;
  return trial(system, ...faults);
}

/** Pieces of work that were done to the end, and dropped, for each request. */
const workOf = (t: Trial): [number, number] => [t.server('pair').completed / t.requests.length, t.server('pair').cancelledWork / t.requests.length];

test('an idle instance begins at once, and the second request is dropped when it comes', () => {
  const t = run({});
  expect(Object.keys(outcomesOf(t.requests))).toEqual(['ok']);
  expect(workOf(t)).toEqual([1, 1]);
});

test('who sends both before the news can travel has both worked on', () => {
  const t = run({ hedge: '0ms', latency: '1ms' });
  expect(workOf(t)).toEqual([2, 0]);
  expect(workOf(run({ hedge: '2ms', latency: '1ms' }))).toEqual([1, 1]);
});

test('a request in a line is dropped there when the other instance begins it', () => {
  // One instance is kept busy for half a second by what it began at the start of a slowdown.
  const t = run({ arrivals: 'constant: 30/s', latency: '1ms', faults: ['{at: 300ms, for: 500ms, slowdown: {target: pair, instance: 0, factor: 1000}}'] });
  const { ok = 0, ...others } = outcomesOf(t.requests);
  expect(others).toEqual({});
  expect(ok).toBeGreaterThan(55);
  expect(t.server('pair').completed).toBe(ok);
  // All but the one that the slow instance had begun went on at the other one.
  expect(t.requests.filter(({ tookMs }) => tookMs > 100)).toHaveLength(1);
});

test('a request that is lost with its instance ends as it would have ended alone, not as dropped', () => {
  const t = run({ arrivals: 'constant: 100/s', latency: '{exponential: 3ms}', faults: ['{at: 500ms, for: 1s, kill: {target: pair, share: 100%, every: 33ms, restartAfter: 1ms}}'] });
  const { ok = 0, reset = 0, refused = 0, ...others } = outcomesOf(t.requests);
  expect(others).toEqual({});
  expect(Math.min(ok, reset + refused)).toBeGreaterThan(20);
});

test.each(['1ms', '{exponential: 5ms}'])('news of a request that has ended meanwhile concerns nobody else, with a latency of %s', (latency) => {
  // One instance refuses at once what waits in the line of the other.
  const t = run({ hedge: '0ms', latency, arrivals: 'poisson: 45/s', faults: ['{at: 0s, errorRate: {target: pair, instance: 0, rate: 100%}}'] });
  expect(Object.keys(outcomesOf(t.requests))).toEqual(['ok']);
  expect(workOf(t)[0]).toBe(1);
});

test('what an instance does for itself on the occasion of a tied request is not tied', () => {
  const t = run({ before: 'cache: {ttl: 1ms, staleWhileRevalidate: 10s}' });
  // Stale answers, behind each of which the instance refreshes what it has.
  const { ok = 0, degraded = 0, ...others } = outcomesOf(t.requests);
  expect(others).toEqual({});
  expect(degraded).toBeGreaterThan(ok);
});

test('an instance that hangs drops nothing and stops nobody', () => {
  const t = run({ faults: ['{at: 0s, hang: {target: pair, instance: 0}}'] });
  expect(Object.keys(outcomesOf(t.requests))).toEqual(['ok']);
});

test('the attempts of a retry around it are tied as well', () => {
  const around = 'retry: {maxAttempts: 4, backoff: {fixed: 1ms}}, timeout: 15ms, ';
  const t = run({ around });
  // Every attempt is worked on once, though nobody waits for the end: the timeout is too short.
  expect(Object.keys(outcomesOf(t.requests))).toEqual(['timeout']);
  expect(workOf(t)).toEqual([4, 4]);
});

test('a request without a rival is never dropped', () => {
  const t = run({ hedge: '1h' });
  expect(workOf(t)).toEqual([1, 0]);
});

test('two attempts are not tied because they carry a key', () => {
  const system = (key: string): string => `
system:
  users:
    kind: client
    arrivals: {constant: 10/s}
    calls: pair
    idempotencyKey: ${key}
    patterns: [hedge: {kind: delay, delay: 2ms, loser: abandon}]
  pair: {kind: service, instances: 2, threads: 1, queue: {capacity: unlimited}, handler: [work: 20ms]}
`;
  expect(workOf(trial(system('none')))).toEqual([2, 0]);
  expect(workOf(trial(system('request')))).toEqual([2, 0]);
});

test('a dropped request that is worked on all the same tells nobody when it begins', () => {
  // The bulkhead does not ask its work to stop, so what is dropped in the line keeps its place there.
  const t = run({ arrivals: 'burst: {size: 6}', before: 'bulkhead: {release: whenWorkEnds}' });
  expect(outcomesOf(t.requests)).toEqual({ ok: 6 });
  expect(t.server('pair').completed + t.server('pair').cancelledWork).toBe(12);
});
