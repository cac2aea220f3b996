/**
 * Goal: the mistakes that the chapters make can each be switched on in a scenario, do the harm that they are known for,
 * and do not without the switch.
 * Method: a small system with the mistake and without, in one run each.
 */
import { expect, test } from 'vitest';
import { sentWithin, type Trial, trial } from '../faults/trial.ts';

const share = ({ requests }: Trial, outcome: string): number => requests.filter((request) => request.outcome === outcome).length / requests.length;

const oneInFifty = '{at: 0s, for: 2s, errorRate: {target: shop, rate: 5%}}';
const shoppers = (patterns: string, perSecond = 100): string => `
system:
  shoppers: {kind: client, arrivals: {constant: ${perSecond}/s}, calls: shop, patterns: ${patterns}}
  shop: {kind: service, threads: 20, handler: [work: 5ms]}
`;

test('a breaker that forgets nothing opens on a callee that is nearly well', () => {
  const forgetful = trial(shoppers('[{stack: {kind: phase5Breaker, circuitBreaker: {recoveryTimeout: 10s}}}]'), oneInFifty);
  const unforgiving = trial(shoppers('[{stack: {kind: reliabilityEngineeringBreaker, circuitBreaker: {recoveryTimeout: 10s}}}]'), oneInFifty);
  expect(share(forgetful, 'breakerOpen')).toBe(0);
  expect(share(unforgiving, 'breakerOpen')).toBeGreaterThan(0.2);
});

test('a timeout around a breaker hides from it that the callee hangs', () => {
  const hang = '{at: 500ms, for: 1500ms, hang: {target: shop}}';
  const mistake = trial(shoppers('[{stack: {kind: timeoutAroundBreaker, fallback: off, timeout: 50ms}}]'), hang);
  const inside = trial(shoppers('[{stack: {kind: command, fallback: off, timeout: 50ms, threadPool: off}}]'), hang);
  expect(share(mistake, 'breakerOpen')).toBe(0);
  expect(share(inside, 'breakerOpen')).toBeGreaterThan(0.5);
});

test('with one key for two timeouts, callers of a callee that hangs wait for the longer one', () => {
  const ended = (changes: string): number => {
    const hung = trial(shoppers(`[{stack: {kind: chapter8Command${changes}}}]`), '{at: 500ms, for: 1500ms, hang: {target: shop}}');
    return sentWithin(hung, 500, 1000).filter(({ outcome }) => outcome === 'degraded').length;
  };
  expect(ended('')).toBe(0);
  expect(ended(', timeout: 1s')).toBe(50);
});

test('refusals that are counted off as done end in no shedding at all', () => {
  const overloaded = (flag: string): Trial => trial(`
system:
  shoppers: {kind: client, arrivals: {constant: 400/s}, calls: shop}
  shop:
    kind: service
    threads: 1
    queue: {capacity: unlimited}
    patterns: [{loadShedding: {maxConcurrent: 10, thresholds: [100%]${flag}}}]
    handler: [work: 5ms]
`);
  const right = overloaded('');
  const wrong = overloaded(', countsShedAsDone: true');
  // Half of the requests are too many. Rightly shed, the line stays short; with the mistake it grows all the time.
  expect(share(right, 'shed')).toBeGreaterThan(0.45);
  expect(right.server('shop').inFlight).toBeLessThanOrEqual(10);
  expect(wrong.server('shop').inFlight).toBeGreaterThan(150);
});

test('a full queue that turns everybody away turns away the important as well', () => {
  const withOverflow = (overflow: string): Trial => trial(`
system:
  vips: {kind: client, arrivals: {poisson: 100/s}, calls: shop, classes: {vip: {priority: 0}}}
  guests: {kind: client, arrivals: {poisson: 300/s}, calls: shop, classes: {guest: {priority: 3}}}
  shop: {kind: service, threads: 1, queue: {capacity: 10, discipline: priority, overflow: ${overflow}}, handler: [work: 5ms]}
`);
  const lostVips = (seen: Trial): number => seen.requests.filter((request) => request.outcome === 'queueFull' && request.client === 'vips').length;
  expect(lostVips(withOverflow('rejectNew'))).toBeGreaterThan(50);
  expect(lostVips(withOverflow('dropLeastImportant'))).toBeLessThan(10);
});

test('permits that come back at the caller’s timeout let any number of calls pile up at a hung callee', () => {
  const hung = (release: string): Trial => trial(shoppers(`[{timeout: 50ms}, {bulkhead: {maxConcurrentCalls: 5, release: ${release}}}]`), '{at: 0s, for: 3s, hang: {target: shop}}');
  expect(hung('atTimeout').server('shop').inFlight).toBeGreaterThan(50);
  expect(hung('whenWorkEnds').server('shop').inFlight).toBeLessThanOrEqual(5);
});
