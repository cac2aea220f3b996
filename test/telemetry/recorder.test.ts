/**
 * Goal: the record of a run says exactly what happened, bucket by bucket, whatever the order of registration and however
 * often somebody watches.
 * Method: a clock moved by hand and counts known beforehand; for the ledger of a client, random requests against a plain
 * list of them.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Digest } from '../../sim/kernel/digest.ts';
import { Settled, type SettledAs } from '../../sim/telemetry/client-recorder.ts';
import { quantileOf } from '../../sim/telemetry/histogram.ts';
import type { RunRecord } from '../../sim/telemetry/record.ts';
import { EVENTS_PER_KIND_MAX, Recorder } from '../../sim/telemetry/recorder.ts';
import { HEAT_BANDS, HEAT_BANDS_PER_DECADE, HEAT_FIRST_NS } from '../../sim/telemetry/series.ts';
import { property } from '../support/random-cases.ts';

const HEADING = {
  scenario: 's',
  variant: 'v',
  seed: '1',
  engine: 'test',
  fingerprints: { dispatch: '', request: '' },
  eventsDispatched: 0,
  end: { kind: 'completed' },
} as const;

function setUp(plan = { durationNs: 1000, warmupNs: 0, bucketNs: 100 }) {
  const clock = { now: 0 };
  const recorder = new Recorder(clock, plan);
  const digest = new Digest();
  return { clock, recorder, digest };
}

/** One column of a record. */
function column(record: RunRecord, address: string, name: string): number[] {
  const at = record.series.findIndex((one) => one.address === address && one.name === name);
  expect(at, `${address} ${name}`).toBeGreaterThanOrEqual(0);
  return Array.from({ length: record.buckets }, (_, bucket) => record.rows[bucket * record.series.length + at]!);
}

describe('Recorder', () => {
  it('records counters as what happened in the bucket and gauges as they stand at its end', () => {
    const { recorder, digest } = setUp();
    const sent = recorder.register('a', 'sends', 'counter', 'count');
    const queue = recorder.register('b', 'queue', 'gauge', 'count');
    const busy = recorder.register('b', 'busy', 'gauge', 'count');
    let busyNow = 7;
    recorder.gauge(busy, () => busyNow);
    recorder.seal();
    const { values } = recorder;

    values[sent]! += 3;
    values[queue] = 5;
    recorder.closeBucket(digest);
    busyNow = 8;
    values[queue] = 2;
    recorder.closeBucket(digest);
    values[sent]! += 4;
    recorder.closeBucket(digest);

    expect(recorder.values).toBe(values);
    expect(values[sent]).toBe(7);
    const record = recorder.record(HEADING);
    expect(record.buckets).toBe(3);
    expect(column(record, 'a', 'sends')).toEqual([3, 0, 4]);
    expect(column(record, 'b', 'queue')).toEqual([5, 2, 2]);
    expect(column(record, 'b', 'busy')).toEqual([7, 8, 8]);
  });

  it('keeps the request digest of each bucket and starts the next one anew', () => {
    const { recorder, digest } = setUp();
    recorder.seal();
    digest.absorbRequest(1, 0, 50, 0, 100);
    const first = digest.hex();
    recorder.closeBucket(digest);
    const empty = digest.hex();
    recorder.closeBucket(digest);
    const words = new Uint32Array(recorder.record(HEADING).bucketDigests);
    const hex = (bucket: number) => [0, 1].map((lane) => words[2 * bucket + lane]!.toString(16).padStart(8, '0')).join('');
    expect(hex(0)).toBe(first);
    expect(hex(1)).toBe(empty);
    expect(empty).toBe(new Digest().hex());
    expect(first).not.toBe(empty);
  });

  it('hands out frames that together are the whole record, each event once', () => {
    const { clock, recorder, digest } = setUp();
    const sent = recorder.register('a', 'sends', 'counter', 'count');
    recorder.seal();
    for (let bucket = 0; bucket < 6; bucket++) {
      clock.now = bucket * 100;
      recorder.event('a', 'state', `at ${bucket}`);
      recorder.values[sent]! += bucket;
      recorder.closeBucket(digest);
    }
    clock.now = 600;
    recorder.event('a', 'state', 'in the open bucket');

    const early = recorder.takeFrames(0);
    expect([early.firstBucket, early.buckets, [...early.rows]]).toEqual([0, 6, [0, 1, 2, 3, 4, 5]]);
    const late = recorder.takeFrames(4);
    expect([late.firstBucket, late.buckets, [...late.rows]]).toEqual([4, 2, [4, 5]]);
    expect(late.events.map((event) => event.what)).toEqual(['at 4', 'at 5']);
    expect([...early.rows.slice(0, 4), ...late.rows]).toEqual([...recorder.record(HEADING).rows]);
    expect(recorder.takeFrames(6)).toMatchObject({ buckets: 0, events: [] });

    early.rows.fill(99);
    expect([...recorder.takeFrames(0).rows]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('bounds the events of each kind and counts what it drops, so that many states cannot hide a fault', () => {
    const { clock, recorder } = setUp();
    recorder.seal();
    for (let i = 0; i < EVENTS_PER_KIND_MAX + 5; i++) recorder.event('a/b/circuitBreaker', 'state', 'opened');
    clock.now = 7;
    recorder.event('faults/x', 'faultEnd', 'slowdown');
    const record = recorder.record(HEADING);
    expect(record.events.length).toBe(EVENTS_PER_KIND_MAX + 1);
    expect(record.events.at(-1)).toEqual({ atNs: 7, address: 'faults/x', kind: 'faultEnd', what: 'slowdown' });
    expect(record.eventsDropped).toBe(5);
  });

  it('records the planned duration only, and only whole buckets', () => {
    const { recorder, digest } = setUp({ durationNs: 350, warmupNs: 0, bucketNs: 100 });
    const sent = recorder.register('a', 'sends', 'counter', 'count');
    recorder.seal();
    for (let bucket = 0; bucket < 8; bucket++) {
      recorder.values[sent]!++;
      recorder.closeBucket(digest);
    }
    expect(column(recorder.record(HEADING), 'a', 'sends')).toEqual([1, 1, 1]);
  });

  it('refuses a series twice, and series after it was sealed', () => {
    const { recorder } = setUp();
    recorder.register('a', 'sends', 'counter', 'count');
    expect(() => recorder.register('a', 'sends', 'counter', 'count')).toThrow('registered once');
    recorder.seal();
    expect(() => recorder.register('a', 'calls', 'counter', 'count')).toThrow('before the recorder is sealed');
  });
});

interface Request {
  readonly at: number;
  readonly latency: number;
  readonly requestClass: number;
  readonly as: SettledAs;
}

describe('ClientRecorder', () => {
  const requests = fc.array(
    fc.record({
      at: fc.nat({ max: 999 }),
      latency: fc.nat({ max: 600 }),
      requestClass: fc.nat({ max: 1 }),
      as: fc.constantFrom(Settled.ok, Settled.degraded, Settled.failed),
    }),
    { maxLength: 60 },
  );

  /** Runs the requests on a clock of 1,000 ns in buckets of 100 ns; what settles later stays open. */
  function recordOf(list: readonly Request[], warmupNs: number): RunRecord {
    const { clock, recorder, digest } = setUp({ durationNs: 1000, warmupNs, bucketNs: 100 });
    const client = recorder.client('users', ['gold', 'free']);
    recorder.seal();
    for (clock.now = 0; clock.now < 1000; clock.now++) {
      if (clock.now > 0 && clock.now % 100 === 0) recorder.closeBucket(digest);
      for (const one of list) if (one.at === clock.now) client.offered();
      for (const one of list) if (one.at + one.latency === clock.now) client.settled(one.at, one.requestClass, one.as);
    }
    recorder.closeBucket(digest);
    return recorder.record(HEADING);
  }

  const bucketOf = (ns: number) => Math.floor(ns / 100);

  property('balances its ledger and knows every latency', [requests, fc.constantFrom(0, 250)], (list, warmupNs) => {
    const record = recordOf(list, warmupNs);
    const firstMeasuredNs = Math.ceil(warmupNs / 100) * 100;
    const settled = list.filter((one) => one.at + one.latency < 1000);

    // At the end of every bucket: offered = ok + degraded + failed + inFlight.
    let open = 0;
    const [offered, ok, degraded, failed, inFlight] = (['offered', 'ok', 'degraded', 'failed', 'inFlight'] as const).map((name) =>
      column(record, 'users', name),
    ) as [number[], number[], number[], number[], number[]];
    for (let bucket = 0; bucket < 10; bucket++) {
      expect(offered[bucket]).toBe(list.filter((one) => bucketOf(one.at) === bucket).length);
      open += offered[bucket]! - ok[bucket]! - degraded[bucket]! - failed[bucket]!;
      expect(inFlight[bucket]).toBe(open);
    }

    for (const { requestClass, of, histogram } of record.latency) {
      const expected = settled
        .filter((one) => one.at + one.latency >= firstMeasuredNs)
        .filter((one) => of === 'all' || one.as !== Settled.failed)
        .filter((one) => requestClass === '' || ['gold', 'free'][one.requestClass] === requestClass)
        .map((one) => one.latency);
      expect(histogram.total).toBe(expected.length);
      expect(histogram.sum).toBe(expected.reduce((sum, value) => sum + value, 0));
      if (expected.length > 0) expect(quantileOf(histogram, 1)).toBe(Math.max(...expected));
    }
    expect(record.latency.map(({ requestClass, of }) => `${requestClass}:${of}`)).toEqual([
      ':good', ':all', 'gold:good', 'gold:all', 'free:good', 'free:all',
    ]);

    const good = settled.filter((one) => one.as !== Settled.failed && one.at + one.latency >= firstMeasuredNs);
    const longest = Math.max(0, ...good.map((one) => one.latency));
    const overdue = list.filter(
      (one) => one.at + one.latency >= 1000 && one.at >= firstMeasuredNs && 1000 - 100 * (bucketOf(one.at) + 1) >= longest,
    );
    expect(record.clients).toEqual([{ address: 'users', overdue: overdue.length }]);
  });

  property('shows the latencies of each bucket as quantiles and in bands', [requests], (list) => {
    const record = recordOf(list, 0);
    const p50 = column(record, 'users', 'latencyP50');
    const p99 = column(record, 'users', 'latencyP99');
    for (let bucket = 0; bucket < 10; bucket++) {
      const latencies = list
        .filter((one) => one.as !== Settled.failed && bucketOf(one.at + one.latency) === bucket)
        .map((one) => one.latency)
        .sort((a, b) => a - b);
      const inBands = Array.from({ length: HEAT_BANDS }, (_, band) => column(record, 'users', `heat.${band}`)[bucket]!);
      expect(inBands[0]).toBe(latencies.length);
      if (latencies.length === 0) expect(p50[bucket]).toBeNaN();
      else expect(Math.abs(p50[bucket]! - latencies[Math.ceil(latencies.length / 2) - 1]!)).toBeLessThanOrEqual(p50[bucket]! / 64);
      if (latencies.length > 0) expect(p99[bucket]).toBe(latencies.at(-1));
    }
  });

  it('puts a latency into the band that covers it', () => {
    const durationNs = 1e12;
    const { clock, recorder, digest } = setUp({ durationNs, warmupNs: 0, bucketNs: durationNs });
    const client = recorder.client('users', ['']);
    recorder.seal();
    // In the middle of each band, on a logarithmic scale, and far beyond both ends.
    const middles = Array.from({ length: HEAT_BANDS }, (_, band) =>
      Math.round(HEAT_FIRST_NS * 10 ** ((band + 0.5) / HEAT_BANDS_PER_DECADE)),
    );
    for (const latency of [0, ...middles, 9e11]) {
      clock.now = 0;
      client.offered();
      clock.now = latency;
      client.settled(0, 0, Settled.ok);
    }
    recorder.closeBucket(digest);
    const record = recorder.record(HEADING);
    const counts = Array.from({ length: HEAT_BANDS }, (_, band) => column(record, 'users', `heat.${band}`)[0]);
    expect(counts).toEqual([2, ...Array<number>(HEAT_BANDS - 2).fill(1), 2]);
  });

  it('notices a request that settles twice', () => {
    const { recorder } = setUp();
    const client = recorder.client('users', ['']);
    recorder.seal();
    client.offered();
    client.settled(0, 0, Settled.ok);
    expect(() => client.settled(0, 0, Settled.ok)).toThrow('settles once');
  });
});
