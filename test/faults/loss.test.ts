/**
 * Goal: a lost message is late, or never comes; nobody is told. So a loss is no error rate, and not all is lost as in a
 * partition.
 * Method: laws on a small system, which the nearest siblings break.
 */
import { expect, test } from 'vitest';
import { outcomesOf, sentWithin, tellsApart, type Trial, trial } from './trial.ts';

const system = `
system:
  users: {kind: client, arrivals: {constant: 400/s}, calls: api}
  api: {kind: service, threads: 40, handler: [{work: 10ms}]}
network: {default: {retransmitAfter: 50ms}}
`;
const loss = (more: string): string => `{at: 500ms, for: 800ms, loss: {from: users, to: api, ${more}}}`;
const latency = '{at: 500ms, for: 800ms, latency: {from: users, to: api, add: 25ms}}';
const errorRate = '{at: 500ms, for: 800ms, errorRate: {target: api, rate: 30%}}';
const partition = '{at: 500ms, for: 800ms, partition: {from: users, to: api}}';

test('what is sent again comes late by the retransmission timeout, doubled each time', () => {
  const law = (lossy: Trial): void => {
    const meanwhile = sentWithin(lossy, 500, 1200);
    // One or two are lost so often that they are still on their way at the end.
    expect(outcomesOf(meanwhile)).toEqual({ ok: meanwhile.length });
    expect(meanwhile.length).toBeGreaterThan(275);
    const delays = new Set(meanwhile.map(({ tookMs }) => tookMs - 10));
    // Request and answer are each late by 0, 50, 150, 350 ... ms.
    const late = [0, 50, 150, 350, 750];
    const possible = new Set(late.flatMap((there) => late.map((back) => there + back)));
    expect([...delays].filter((delay) => !possible.has(delay))).toEqual([]);
    expect(delays.size).toBeGreaterThan(3);
    const onTime = meanwhile.filter(({ tookMs }) => tookMs === 10).length;
    expect(Math.abs(onTime - 0.49 * 280)).toBeLessThan(5 * Math.sqrt(280 * 0.49 * 0.51));
  };
  tellsApart(system, law, loss('rate: 30%'), [latency, errorRate, partition, loss('rate: 30%, as: silence'), loss('rate: 10%'), loss('rate: 30%, oneWay: true')]);
});

test('what is lost in silence is never heard of; the rest comes on time', () => {
  const law = (lossy: Trial): void => {
    const answered = sentWithin(lossy, 500, 1200);
    expect(answered.every(({ outcome, tookMs }) => outcome === 'ok' && tookMs === 10)).toBe(true);
    expect(Math.abs(answered.length - 0.49 * 280)).toBeLessThan(5 * Math.sqrt(280 * 0.49 * 0.51));
    expect(lossy.simulation.clients[0]!.inFlight).toBeGreaterThan(100);
  };
  tellsApart(system, law, loss('rate: 30%, as: silence'), [partition, errorRate, loss('rate: 30%'), loss('rate: 30%, as: silence, oneWay: true')]);
});

test('one way, requests are lost and answers are not', () => {
  const law = (lossy: Trial): void => {
    const { received, completed, inFlight } = lossy.server('api');
    const [client] = lossy.simulation.clients;
    expect(received).toBe(completed + inFlight);
    expect(client!.offered - received).toBeGreaterThan(50);
    expect(client!.inFlight - inFlight).toBe(client!.offered - received);
  };
  tellsApart(system, law, loss('rate: 30%, as: silence, oneWay: true'), [
    loss('rate: 30%, as: silence'),
    '{at: 500ms, for: 800ms, loss: {from: api, to: users, rate: 30%, as: silence, oneWay: true}}',
  ]);
});

test('a loss of everything in silence is a partition', () => {
  expect(trial(system, loss('rate: 100%, as: silence')).requests).toEqual(trial(system, partition).requests);
});
