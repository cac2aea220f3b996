/**
 * Goal: what flows in has flowed out or is still there, and Little's law, L = rate x time, holds exactly: on every path
 * of every scenario, whatever fails in it. (Little 1961; as identities of any sample path: Denning and Buzen 1978.)
 * Method: the shipped scenarios in all their variants, and small ones of which more is known. An observer outside of the
 * simulator sees single arrivals and departures; its sums must be equal to the simulator's integrals, to the last
 * nanosecond, and so must its counts to the recorded ones.
 */
import { expect, test } from 'vitest';
import { compile } from '../../sim/scenario/compile.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import { type RunRecord, firstMeasuredBucket, indexSeries } from '../../sim/telemetry/record.ts';
import { documentOf, scenarioOf, totalOf } from '../support/run-scenario.ts';
import { shippedScenarios } from '../support/shipped-scenarios.ts';
import { Observer, Stays } from './observer.ts';
import { scenarioText } from './replicate.ts';

/** Long enough for every fault of the shipped scenarios to begin. */
const LONGEST_NS = 100e9;

const variants = shippedScenarios.flatMap(({ name: file, text }) =>
  documentOf(text).variants.map(({ name, scenario }) => ({ name: `${file}, ${name}`, scenario })),
);

test('there are scenarios to look at', () => {
  expect(shippedScenarios.length).toBeGreaterThanOrEqual(6);
});

test.each(variants)('A1: $name', ({ scenario }) => {
  const durationNs = Math.min(scenario.durationNs, LONGEST_NS);
  expectIdentities(observe({ ...scenario, durationNs }));
});

function observe(scenario: Scenario): Observer {
  const observer = new Observer(compile(scenario, { variant: '', seed: '' }));
  observer.run();
  return observer;
}

function expectIdentities(observer: Observer): void {
  const record = observer.simulation.record();
  expect(record.end).toEqual({ kind: 'completed' });
  expectFlows(observer, record);
  expectLittle(observer);
  expectRecorded(observer);
}

/** What came in has gone out or is there, at the end of every bucket. */
function expectFlows(observer: Observer, record: RunRecord): void {
  const { clients, servers } = observer.simulation;
  for (const { address } of clients) {
    balance(record, address, ['offered'], ['ok', 'degraded', 'failed', 'inFlight']);
    const outcomes = record.series.filter((one) => one.address === address && one.name.startsWith('outcome.')).map(({ name }) => name);
    balance(record, address, ['failed'], outcomes);
  }
  for (const { address } of servers) {
    balance(record, address, ['received'], ['completed', 'failed', 'rejected', 'cancelled', 'lost', 'inFlight']);
  }
  const sites = record.series.filter(({ name }) => name === 'sends').map(({ address }) => address);
  expect(sites.length).toBeGreaterThanOrEqual(clients.length);
  for (const site of sites) {
    balance(record, site, ['sends'], ['answered', 'failedSends', 'cancelledSends', 'inFlight']);
    balance(record, site, ['sends'], ['calls', 'retries', 'hedges']);
  }
}

/** At the end of every bucket: counters of one side, from the start, are those of the other and what gauges still hold. */
function balance(record: RunRecord, address: string, comesIn: readonly string[], goesOut: readonly string[]): void {
  const index = indexSeries(record.series);
  const width = record.series.length;
  const columns = [...comesIn.map((name) => ({ name, sign: 1 })), ...goesOut.map((name) => ({ name, sign: -1 }))].map(({ name, sign }) => {
    const at = index.find(address, name);
    if (at < 0) throw new Error(`there is no series ${name} of ${address}`);
    return { at, sign, counts: record.series[at]!.kind === 'counter' };
  });
  let counted = 0;
  for (let bucket = 0; bucket < record.buckets; bucket++) {
    let held = 0;
    for (const { at, sign, counts } of columns) {
      const value = sign * record.rows[bucket * width + at]!;
      if (counts) counted += value;
      else held += value;
    }
    if (counted + held !== 0) throw new Error(`${address}: ${comesIn.join(' + ')} is not ${goesOut.join(' + ')} at the end of bucket ${bucket}`);
  }
}

/** The simulator's numbers of requests present, integrated, are what the observer added up from single ones. */
function expectLittle(observer: Observer): void {
  const { now } = observer.simulation;
  for (const { address, stays, present } of [...observer.clients, ...observer.stations]) {
    expect({ address, presentNs: present.total }).toEqual({ address, presentNs: stays.totalNs(now) });
  }
  expect(observer.clients.every(({ stays }) => stays.arrivals > 100)).toBe(true);
}

/** The recorded counts and integrals are what the observer saw. */
function expectRecorded(observer: Observer): void {
  const total = (address: string, name: string): number => totalOf(observer.simulation, address, name);
  for (const { address } of observer.simulation.servers) {
    const instances = observer.stations.filter((one) => one.address.startsWith(`${address}#`));
    const sum = (read: (station: (typeof instances)[number]) => number): number => instances.reduce((all, one) => all + read(one), 0);
    expect(total(address, 'received')).toBe(sum(({ stays }) => stays.arrivals));
    expect(total(address, 'queuedNs')).toBe(sum(({ queued }) => queued.total));
    expect(total(address, 'busyNs')).toBe(sum(({ busy }) => busy.total));
    expect(total(address, 'workedNs')).toBe(sum(({ working }) => working.total));
  }
  for (const { address, stays } of observer.clients) {
    expect(total(address, 'offered')).toBe(stays.arrivals);
    expect(total(address, 'ok') + total(address, 'degraded') + total(address, 'failed')).toBe(stays.departures);
  }
}

/** Everything that arrives in the first half of the time has left at the end. */
const halfTime = (client: string, station: string): string =>
  scenarioText(
    'half time',
    20,
    `system:
  users: {kind: client, arrivals: {profile: [{for: 10s, rate: 250/s}, {rate: 0/s}]}, calls: station${client}}
  station: {kind: service, handler: [work: {lognormal: {mean: 10ms, cv: 2}}], ${station}}
`,
  ).replace(/warmup.*/, 'warmup: 0s');

test.each([
  ['one thread', '', 'threads: 1, queue: {capacity: 500}'],
  ['three threads, last in, first out', '', 'threads: 3, queue: {discipline: lifo}'],
  ['instances and priorities', ', classes: {a: {priority: 0}, b: {priority: 1}}', 'instances: 3, threads: 1, queue: {discipline: priority}'],
])('A1: a station that works alone, %s: time present is time waiting and time worked', (_, client, station) => {
  const observer = observe(scenarioOf(halfTime(client, station)));
  expectIdentities(observer);
  const record = observer.simulation.record();
  const sum = (read: (one: (typeof observer.stations)[number]) => number): number => observer.stations.reduce((all, one) => all + read(one), 0);
  expect(sum(({ working }) => working.total)).toBe(sum(({ busy }) => busy.total));
  expect(sum(({ present }) => present.total)).toBe(sum(({ queued, busy }) => queued.total + busy.total));
  // Latencies are exact sums, and rejected requests take no time.
  const latency = record.latency.find(({ of, requestClass }) => of === 'all' && requestClass === '')!.histogram;
  expect(firstMeasuredBucket(record)).toBe(0);
  expect(latency.total).toBe(observer.clients[0]!.stays.departures);
  expect(latency.total).toBe(observer.clients[0]!.stays.arrivals);
  expect(latency.sum).toBe(sum(({ present }) => present.total));
});

test('the observer adds up what it sees', () => {
  const stays = new Stays();
  stays.arrive('a', 10);
  stays.arrive('b', 20);
  stays.leave('a', 50);
  expect(stays.totalNs(100)).toBe(40 + 80);
});

test('a departure that is not counted is found', () => {
  const simulation = compile(scenarioOf(halfTime('', 'threads: 3')), { variant: '', seed: '' });
  const observer = new Observer(simulation);
  const [instance] = simulation.servers[0]!.instances;
  const letGo = instance!.letGo.bind(instance);
  let left = 0;
  instance!.letGo = (exchange): void => {
    letGo(exchange);
    if (++left === 100) instance!.inFlight++;
  };
  observer.run();
  expect(() => expectLittle(observer)).toThrow('station#0');
});
