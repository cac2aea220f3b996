/**
 * Goal: what is killed loses what it held, and its callers hear of it or not; what is shut down gracefully loses nothing.
 * Kills compose, and nothing acts from beyond the grave.
 * Method: laws on small systems, which the nearest siblings break.
 */
import { expect, test } from 'vitest';
import { compile } from '../../sim/scenario/compile.ts';
import { scenarioOf } from '../support/run-scenario.ts';
import { outcomesOf, sentWithin, tellsApart, type Trial, trial } from './trial.ts';

const system = `
system:
  users: {kind: client, arrivals: {constant: 100/s}, calls: api}
  api: {kind: service, threads: 10, startup: 50ms, handler: [{work: 25ms}]}
`;
const kill = (more = ''): string => `{at: 1s, for: 300ms, kill: {target: api${more}}}`;
const hang = '{at: 1s, for: 300ms, hang: {target: api}}';
const partition = '{at: 1s, for: 300ms, partition: {to: api}}';
const answeredAt = (seen: Trial, fromMs: number, toMs: number): number[] => sentWithin(seen, fromMs, toMs).map(({ sentMs, tookMs }) => sentMs + tookMs);
const eventsOf = (seen: Trial, what: string): number[] => seen.simulation.record().events.flatMap((event) => (event.what === what ? [event.atNs / 1e6] : []));

test('what it held is reset at once, what comes later is refused, until it has started again', () => {
  const law = (dead: Trial): void => {
    expect(outcomesOf(sentWithin(dead, 980, 1000))).toEqual({ reset: 2 });
    expect(answeredAt(dead, 980, 1000)).toEqual([1000, 1000]);
    expect(outcomesOf(sentWithin(dead, 1000, 1350))).toEqual({ refused: 35 });
    expect(sentWithin(dead, 1000, 1350).every(({ tookMs }) => tookMs === 0)).toBe(true);
    expect(outcomesOf(sentWithin(dead, 1350, 1900))).toEqual({ ok: 55 });
    expect(dead.server('api').lost).toBe(2);
  };
  tellsApart(system, law, kill(), [kill(', graceful: true'), kill(', silent: true'), hang, partition]);
});

test('shut down gracefully it finishes what it has, and dies when it is idle', () => {
  const law = (drained: Trial): void => {
    expect(outcomesOf(sentWithin(drained, 980, 1000))).toEqual({ ok: 2 });
    expect(outcomesOf(sentWithin(drained, 1000, 1350))).toEqual({ unreachable: 35 });
    expect(drained.server('api').lost).toBe(0);
    expect(eventsOf(drained, 'killed')).toEqual([1015]);
    expect(eventsOf(drained, 'started')).toEqual([1350]);
  };
  tellsApart(system, law, kill(', graceful: true'), [kill(), kill(', graceful: true, grace: 10ms'), hang]);
});

test('grace ends', () => {
  const law = (drained: Trial): void => {
    expect(outcomesOf(sentWithin(drained, 980, 1000))).toEqual({ ok: 1, reset: 1 });
    expect(eventsOf(drained, 'killed')).toEqual([1010]);
  };
  tellsApart(system, law, kill(', graceful: true, grace: 10ms'), [kill(', graceful: true'), kill()]);
});

test('in silence, those who wait hear nothing; later ones are refused', () => {
  const law = (dead: Trial): void => {
    expect(sentWithin(dead, 980, 1000)).toEqual([]);
    expect(outcomesOf(sentWithin(dead, 1000, 1350))).toEqual({ refused: 35 });
    expect(dead.server('api').lost).toBe(2);
  };
  tellsApart(system, law, kill(', silent: true'), [kill(), hang, partition]);
});

test('again and again, those that are alive', () => {
  const four = system.replace('startup', 'instances: 4, startup');
  const struck = trial(four, '{at: 1s, for: 350ms, kill: {target: api, every: 100ms, restartAfter: 20ms}}');
  expect(eventsOf(struck, 'killed')).toEqual([1000, 1100, 1200, 1300]);
  expect(eventsOf(struck, 'started')).toEqual([1070, 1170, 1270, 1370]);
  const once = trial(four, kill(', count: 3'));
  expect(eventsOf(once, 'killed')).toEqual([1000, 1000, 1000]);
});

test.each([
  ['one within the other', ['{at: 1s, for: 600ms, kill: {target: api}}', '{at: 1100ms, for: 100ms, as: second, kill: {target: api}}'], 1650],
  ['one after the other', [kill(), '{at: 1100ms, for: 500ms, as: second, kill: {target: api}}'], 1650],
  ['the second while it starts', [kill(), '{at: 1320ms, for: 200ms, as: second, kill: {target: api}}'], 1570],
  ['ending together', [kill(), '{at: 1200ms, for: 100ms, as: second, kill: {target: api}}'], 1350],
])('an instance stays down while any fault keeps it down: %s', (_, faults, startedAtMs) => {
  const dead = trial(system, ...faults);
  expect(eventsOf(dead, 'killed')).toEqual([1000]);
  expect(eventsOf(dead, 'started')).toEqual([startedAtMs]);
  expect(outcomesOf(sentWithin(dead, 1000, startedAtMs))).toEqual({ refused: (startedAtMs - 1000) / 10 });
});

test('a fault that ends too early for the shutdown does not kill, and an old plan does not either', () => {
  const slow = system.replace('work: 25ms', 'work: 2s');
  const graceful = (at: string, length: string, grace: string, name: string): string => `{at: ${at}, for: ${length}, as: ${name}, kill: {target: api, graceful: true, grace: ${grace}}}`;
  expect(eventsOf(trial(slow, graceful('1s', '100ms', '200ms', 'first')), 'killed')).toEqual([]);
  // The first plan was for 1200 ms.
  expect(eventsOf(trial(slow, graceful('1s', '100ms', '200ms', 'first'), graceful('1150ms', '300ms', '200ms', 'second')), 'killed')).toEqual([1350]);
});

test('switched off and on again it waits its whole time before a restart', () => {
  const text = `faultline: 1\ntitle: a trial\nduration: 2s\n${system}faults:\n  - {at: 500ms, as: crash, kill: {target: api, restartAfter: 500ms}}`;
  const switched = [
    { atNs: 700e6, address: 'faults/crash', enabled: false },
    { atNs: 800e6, address: 'faults/crash', enabled: true },
  ];
  const simulation = compile(scenarioOf(text), { variant: '', seed: '', interventions: switched });
  simulation.run();
  const events = simulation.record().events.filter(({ kind }) => kind === 'state');
  expect(events.map(({ what, atNs }) => `${what} at ${atNs / 1e6}`)).toEqual(['killed at 500', 'started at 750', 'killed at 800', 'started at 1350']);
});

test('a shutdown that another fault sees through is over when that other fault is', () => {
  const slow = system.replace('25ms', '200ms');
  const first = '{at: 1s, for: 20ms, as: first, kill: {target: api, graceful: true, grace: 100ms}}';
  const second = '{at: 1010ms, for: 190ms, as: second, kill: {target: api, graceful: true, grace: 500ms}}';
  const seen = trial(slow, first, second);
  expect(eventsOf(seen, 'killed')).toEqual([1100]);
  expect(eventsOf(seen, 'started')).toEqual([1250]);
});

test('the dead send nothing', () => {
  const zombies = `
system:
  users: {kind: client, arrivals: {constant: 100/s}, calls: api}
  api:
    kind: service
    threads: 10
    startup: 200ms
    handler:
      - call: store
        patterns:
          - timeout: {after: 5ms, mode: abandon}
          - retry: {maxAttempts: 50, backoff: {fixed: 10ms}, jitter: none}
          - timeout: {as: each, after: 10ms}
  store: {kind: service, threads: unlimited, handler: [{work: 300ms}]}
`;
  const arrivals = (fault?: string): number[] => {
    const seen = trial(zombies, ...(fault === undefined ? [] : [fault]));
    const { series, rows } = seen.simulation.record();
    const at = series.findIndex(({ address, name }) => address === 'store' && name === 'received');
    return Array.from({ length: 20 }, (_, bucket) => rows[bucket * series.length + at]!);
  };
  expect(arrivals().slice(10, 12).every((count) => count > 100)).toBe(true);
  // Dead from 1000 to 1300 ms.
  expect(arrivals('{at: 1s, for: 100ms, kill: {target: api}}').slice(10, 13)).toEqual([0, 0, 0]);
});
