/**
 * Goal: a partition stops every message, in both directions or in one; which direction makes the difference between work
 * that is never done and work that is done in vain.
 * Method: laws on a small system, which the nearest siblings break.
 */
import { expect, test } from 'vitest';
import { sentWithin, tellsApart, type Trial, trial } from './trial.ts';

const system = `
system:
  users: {kind: client, arrivals: {constant: 100/s}, calls: api}
  others: {kind: client, arrivals: {constant: 100/s}, calls: api}
  api: {kind: service, threads: 40, startup: 0ms, handler: [{work: 25ms}]}
`;
const partition = (more: string): string => `{at: 1s, for: 500ms, partition: {${more}}}`;
const bothWays = partition('from: users, to: api');
const requestsOnly = partition('from: users, to: api, oneWay: true');
const answersOnly = partition('from: api, to: users, oneWay: true');
const loss = '{at: 1s, for: 500ms, loss: {from: users, to: api, rate: 50%, as: silence}}';
const kill = '{at: 1s, for: 500ms, kill: {target: api, silent: true}}';

const answered = (seen: Trial, fromMs: number, toMs: number, client = 'users'): number => sentWithin(seen, fromMs, toMs).filter((request) => request.client === client).length;
const received = (seen: Trial): number => seen.server('api').received;
const usual = trial(system);

test('both ways: nothing arrives, and no answer to what was under way', () => {
  const law = (cut: Trial): void => {
    expect(received(cut)).toBe(received(usual) - 50);
    expect(answered(cut, 980, 1500)).toBe(0);
    expect(answered(cut, 1500, 1900)).toBe(40);
    expect(answered(cut, 980, 1900, 'others')).toBe(92);
  };
  tellsApart(system, law, bothWays, [requestsOnly, answersOnly, loss, kill, partition('to: api')]);
});

test('requests only: what was under way is answered', () => {
  const law = (cut: Trial): void => {
    expect(received(cut)).toBe(received(usual) - 50);
    expect(answered(cut, 980, 1000)).toBe(2);
    expect(answered(cut, 1000, 1500)).toBe(0);
  };
  tellsApart(system, law, requestsOnly, [bothWays, answersOnly, loss, kill]);
});

test('answers only: the work is done, and nobody hears of it', () => {
  const law = (cut: Trial): void => {
    expect(received(cut)).toBe(received(usual));
    expect(cut.server('api').completed).toBe(usual.server('api').completed);
    // Work of 25 ms that ends within the partition.
    expect(answered(cut, 980, 1475)).toBe(0);
    expect(answered(cut, 1480, 1900)).toBe(42);
  };
  tellsApart(system, law, answersOnly, [bothWays, requestsOnly, loss, kill]);
});
