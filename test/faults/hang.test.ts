/**
 * Goal: what hangs accepts everything and answers nothing; when it wakes up, nothing has been lost.
 * Method: laws on a small system, which the nearest siblings break.
 */
import { expect, test } from 'vitest';
import { outcomesOf, sentWithin, tellsApart, type Trial } from './trial.ts';

const system = `
system:
  users: {kind: client, arrivals: {constant: 100/s}, calls: api}
  api: {kind: service, threads: 4, startup: 10ms, handler: [{work: 25ms}]}
`;

test('requests are received, wait, and are all answered after the hang', () => {
  const law = (hung: Trial): void => {
    const meanwhile = sentWithin(hung, 980, 1300);
    expect(meanwhile.length).toBe(32);
    expect(outcomesOf(meanwhile)).toEqual({ ok: 32 });
    expect(meanwhile.every(({ sentMs, tookMs }) => sentMs + tookMs >= 1300)).toBe(true);
    // Two were under way, with 5 and 15 ms to go: they end first, as if time had stood still.
    expect(meanwhile.slice(0, 2).map(({ sentMs, tookMs }) => sentMs + tookMs)).toEqual([1305, 1315]);
    expect(hung.server('api').lost).toBe(0);
  };
  tellsApart(system, law, '{at: 1s, for: 300ms, hang: {target: api}}', [
    '{at: 1s, for: 300ms, kill: {target: api}}',
    '{at: 1s, for: 300ms, kill: {target: api, silent: true}}',
    '{at: 1s, for: 300ms, partition: {from: users, to: api}}',
    '{at: 1s, for: 300ms, slowdown: {target: api, factor: 20}}',
  ]);
});

test('an answer that becomes ready during the hang leaves after it', () => {
  const passesOn = `
system:
  users: {kind: client, arrivals: {constant: 100/s}, calls: api}
  api: {kind: service, threads: unlimited, handler: [{call: back}]}
  back: {kind: service, threads: unlimited, handler: [{work: 25ms}]}
`;
  const law = (hung: Trial): void => {
    const underWay = sentWithin(hung, 980, 1000);
    expect(underWay.map(({ sentMs, tookMs, outcome }) => `${outcome} at ${sentMs + tookMs}`)).toEqual(['ok at 1300', 'ok at 1300']);
    expect(outcomesOf(hung.requests)).toEqual({ ok: hung.requests.length });
  };
  tellsApart(passesOn, law, '{at: 1s, for: 300ms, hang: {target: api}}', ['{at: 1s, for: 300ms, hang: {target: back}}', '{at: 1s, for: 300ms, kill: {target: api}}']);
});

test('hangs that overlap are one', () => {
  const law = (hung: Trial): void => {
    expect(sentWithin(hung, 1000, 1300).every(({ sentMs, tookMs }) => sentMs + tookMs >= 1400)).toBe(true);
    expect(outcomesOf(sentWithin(hung, 1000, 1400))).toEqual({ ok: 40 });
  };
  tellsApart(system, law, '{at: 1s, for: 300ms, hang: {target: api}}\n  - {at: 1200ms, for: 200ms, as: second, hang: {target: api}}', ['{at: 1s, for: 300ms, hang: {target: api}}']);
});
