/**
 * Goal: every metric computes what its sentence says.
 * Method: small hand-made records whose answers can be counted on paper; for the recovery metrics, goodput curves with
 * Poisson noise of a known seed and a known instant of recovery.
 */
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../sim/catalogue/units.ts';
import { Histogram } from '../../sim/telemetry/histogram.ts';
import { METRICS, metricByName, metricValues } from '../../sim/telemetry/metrics/registry.ts';
import { RunReader } from '../../sim/telemetry/metrics/run-reader.ts';
import type { RunEvent, RunRecord } from '../../sim/telemetry/record.ts';
import { makeRecord } from '../support/make-record.ts';

function value(record: RunRecord, name: string, address = ''): number {
  return metricByName(name)!.evaluate(new RunReader(record), address);
}

function histogramData(values: readonly number[]) {
  const histogram = new Histogram();
  for (const one of values) histogram.record(one);
  return histogram.data();
}

/** Two clients, two call sites, a service and a database, in four buckets of one second of which the first is warm-up. */
const record = makeRecord({
  bucketNs: SECOND,
  warmupNs: 0.5 * SECOND,
  columns: {
    'web offered': [50, 100, 100, 100],
    'web ok': [50, 80, 60, 90],
    'web degraded': [0, 10, 10, 0],
    'web failed': [0, 5, 5, 5],
    'app offered': [10, 10, 10, 10],
    'app ok': [10, 10, 10, 10],
    'app degraded': [0, 0, 0, 0],
    'app failed': [0, 0, 0, 0],
    'web/api calls': [50, 100, 100, 100],
    'web/api sends': [50, 110, 200, 140],
    'web/api retries': [0, 10, 100, 40],
    'api/db calls': [50, 100, 100, 100],
    'api/db sends': [50, 120, 150, 100],
    'api/db retries': [0, 20, 50, 0],
    'api received': [50, 110, 200, 140],
    'api completed': [50, 90, 100, 90],
    'api failed': [0, 10, 20, 10],
    'api rejected': [9, 1, 2, 3],
    'api lost': [0, 4, 0, 0],
    'api wasted': [0, 5, 20, 7],
    'api#0 received': [50, 110, 200, 140],
    'api#0 rejected': [9, 1, 2, 3],
    'db received': [50, 120, 150, 100],
    'db completed': [50, 100, 100, 100],
    'db failed': [0, 0, 0, 0],
    'db rejected': [0, 0, 7, 0],
    'db lost': [0, 0, 0, 0],
    'db wasted': [0, 0, 0, 0],
    'db acknowledgedWrites': [5, 5, 5, 5],
    'db lostWrites': [0, 0, 3, 0],
    'db staleReads': [1, 2, 0, 0],
    'db writable': [1, 1, 0, 0],
    'api/db/circuitBreaker enabled': [1, 1, 1, 1],
    'api/db/circuitBreaker opened': [1, 0, 2, 0],
    'api/loadShedding enabled': [1, 1, 1, 1],
    'api/loadShedding shed': [0, 1, 2, 0],
    'api/db/cache enabled': [1, 1, 1, 1],
    'api/db/cache cacheHit': [9, 5, 6, 7],
    'api/db/cache staleServed': [0, 0, 2, 0],
    'api/db/cache cacheMissed': [9, 2, 1, 2],
  },
  clients: [
    { address: 'web', overdue: 12 },
    { address: 'app', overdue: 0 },
  ],
  latency: [
    { address: 'web', requestClass: '', of: 'good', histogram: histogramData([10, 20, 30, 40]) },
    { address: 'web', requestClass: '', of: 'all', histogram: histogramData([10, 20, 30, 40, 100]) },
    { address: 'web', requestClass: 'gold', of: 'good', histogram: histogramData([10]) },
    { address: 'app', requestClass: '', of: 'good', histogram: histogramData([50]) },
  ],
});

describe('metrics of a small record', () => {
  it.each([
    ['offered', '', 110],
    ['offered', 'web', 100],
    ['goodput', '', (250 + 30) / 3],
    ['goodput', 'app', 10],
    ['availability', '', 280 / (280 + 15 + 12)],
    ['availability', 'web', 250 / (250 + 15 + 12)],
    ['availability', 'app', 1],
    ['fullQualityAvailability', 'web', 230 / 277],
    ['lost', 'web', 27],
    ['lost', 'app', 0],
    ['p50', 'web', 20],
    ['p50', '', 30],
    ['p90', 'web', 40],
    ['p95', '', 50],
    ['p99', 'app', 50],
    ['p999', '', 50],
    ['meanLatency', 'web', 25],
    ['sends', '', 450 + 370],
    ['retries', 'api/db', 70],
    ['amplification', 'web/api', 450 / 300],
    ['amplification', '', 820 / 330],
    ['peakSendRate', 'web/api', 200],
    ['peakSendRate', '', 350],
    ['rejected', '', 13],
    ['rejected', 'api', 6],
    ['shed', '', 3],
    ['cacheHitRatio', 'api/db/cache', 20 / 25],
    ['opened', '', 2],
    ['wasted', '', 32],
    ['wastedShare', 'api', 32 / 320],
    ['workLost', '', 4],
    ['lostWrites', 'db', 3],
    ['staleReads', '', 2],
    ['writeDowntime', '', 2 * SECOND],
  ])('%s(%s) = %s', (name, address, expected) => {
    expect(value(record, name, address)).toBeCloseTo(expected, 9);
  });

  it('leaves undefined what the system does not have', () => {
    const bare = makeRecord({ bucketNs: SECOND, warmupNs: 0, columns: { 'web offered': [1], 'web ok': [1], 'web degraded': [0], 'web failed': [0] } });
    const defined = metricValues(bare).filter((one) => !Number.isNaN(one.value));
    expect(defined.map((one) => one.name)).toEqual(['offered', 'goodput', 'availability', 'fullQualityAvailability', 'lost']);
    expect(value(record, 'writeDowntime', 'api')).toBeNaN();
    expect(value(record, 'goodput', 'nobody')).toBeNaN();
  });

  it('finds the peak of sends within 100 ms, wherever the buckets lie', () => {
    const sends = Array<number>(20).fill(0);
    sends[2] = 999; // within the warm-up of five buckets
    for (const bucket of [12, 13, 14]) sends[bucket] = 10;
    const short = makeRecord({ bucketNs: 40e6, warmupNs: 200e6, columns: { 'a/b calls': sends, 'a/b sends': sends } });
    expect(value(short, 'peakSendRate')).toBeCloseTo(30 / 0.12, 9);
  });
});

describe('the registry', () => {
  it('has every metric once, each with a title and one sentence', () => {
    expect(new Set(METRICS.map((metric) => metric.name)).size).toBe(METRICS.length);
    for (const { name, title, about } of METRICS) {
      expect(name).toMatch(/^[a-z][a-zA-Z0-9]*$/);
      expect(title).toMatch(/^\S.*[^.]$/);
      expect(about).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe('recovery metrics', () => {
  const BUCKET = 100e6;
  const RATE = 900;

  /** Usable answers per bucket with Poisson noise around `share(t)` of RATE, faults from 30 s to 50 s, 100 s in all. */
  function goodputRun(share: (second: number) => number, seed: number, options: { rate?: number; events?: readonly RunEvent[] } = {}): RunRecord {
    const random = mulberry(seed);
    const rate = options.rate ?? RATE;
    const ok = Array.from({ length: 1000 }, (_, bucket) => poisson(rate * share(bucket / 10) * 0.1, random));
    const zero = ok.map(() => 0);
    return makeRecord({
      bucketNs: BUCKET,
      warmupNs: 5 * SECOND,
      columns: { 'web offered': ok.map(() => rate / 10), 'web ok': ok, 'web degraded': zero, 'web failed': zero },
      events: options.events ?? [
        { atNs: 30 * SECOND, address: 'faults/x', kind: 'faultStart', what: 'x' },
        { atNs: 50 * SECOND, address: 'faults/x', kind: 'faultEnd', what: 'x' },
      ],
    });
  }
  const seeds = Array.from({ length: 20 }, (_, seed) => seed);

  it('measures the time from the end of the fault to the return, within the smoothing window', () => {
    for (const seed of seeds) {
      const back = value(goodputRun((t) => (t >= 30 && t < 62 ? 0.3 : 1), seed), 'recovery') / SECOND;
      expect(back).toBeGreaterThan(11.7);
      expect(back).toBeLessThanOrEqual(12);
    }
  });

  it('is exact to a bucket after an outage, and to a few answers where answers are rarer than buckets', () => {
    for (const rate of [RATE, RATE / 10, RATE / 100]) {
      for (const seed of seeds) {
        const dead = goodputRun((t) => (t >= 30 && t < 55 ? 0 : 1), seed, { rate });
        const error = Math.abs(value(dead, 'recovery') / SECOND - 5);
        expect(error, `at ${rate}/s, seed ${seed}`).toBeLessThanOrEqual(Math.max(0.1, 8 / rate) + 1e-6);
      }
    }
  });

  it('is zero for a system that rode the fault out, in spite of noise, and at a tenth and a hundredth of the traffic', () => {
    for (const rate of [RATE, RATE / 10, RATE / 100]) {
      for (const metric of ['recovery', 'timeToMitigate']) {
        const nonzero = seeds.filter((seed) => value(goodputRun(() => 1, seed, { rate }), metric) > 0);
        expect(nonzero.length, `${metric} at ${rate}/s`).toBeLessThanOrEqual(1);
      }
    }
  });

  it('is never when goodput stays down, or comes back only for moments', () => {
    for (const seed of seeds) {
      expect(value(goodputRun((t) => (t >= 30 ? 0.7 : 1), seed), 'recovery')).toBe(Infinity);
      expect(value(goodputRun((t) => (t >= 30 && t % 6 < 3 ? 0.2 : 1), seed), 'recovery')).toBe(Infinity);
      expect(value(goodputRun((t) => (t >= 30 && t < 97 ? 0.2 : 1), seed), 'recovery')).toBe(Infinity);
    }
  });

  it('takes a burst of delayed answers for recovered only once they are through and goodput holds', () => {
    const run = goodputRun((t) => (t >= 30 && t < 55 ? 0.1 : t < 58 && t >= 55 ? 3 : 1), 1);
    expect(value(run, 'recovery') / SECOND).toBeGreaterThan(3.5);
    expect(value(run, 'recovery') / SECOND).toBeLessThanOrEqual(5);
  });

  it('tells mitigation while the fault is on from recovery after it', () => {
    for (const seed of seeds) {
      const mitigated = goodputRun((t) => (t >= 31 && t < 38 ? 0.2 : 1), seed);
      expect(value(mitigated, 'timeToMitigate') / SECOND).toBeGreaterThan(7.7);
      expect(value(mitigated, 'timeToMitigate') / SECOND).toBeLessThanOrEqual(8);
      const late = goodputRun((t) => (t >= 30 && t < 62 ? 0.3 : 1), seed);
      expect(value(late, 'timeToMitigate')).toBe(Infinity);
    }
  });

  it('counts the answers that are missing since the fault began', () => {
    const missing = value(goodputRun((t) => (t >= 30 && t < 60 ? 0.5 : 1), 3), 'deficit');
    expect(Math.abs(missing - 30 * 450)).toBeLessThan(1500);
    expect(value(goodputRun((t) => (t >= 30 ? 1.2 : 1), 3), 'deficit')).toBe(0);
  });

  it('is not defined without a fault, without a baseline, or while a fault is still on', () => {
    const start = (atNs: number): RunEvent => ({ atNs, address: 'faults/x', kind: 'faultStart', what: 'x' });
    const end = (atNs: number): RunEvent => ({ atNs, address: 'faults/x', kind: 'faultEnd', what: 'x' });
    for (const events of [[], [start(2 * SECOND), end(9 * SECOND)], [start(30 * SECOND)]]) {
      expect(value(goodputRun(() => 1, 1, { events }), 'recovery')).toBeNaN();
    }
    expect(value(goodputRun((t) => (t < 30 ? 0 : 1), 1), 'recovery')).toBeNaN();
    const permanent = goodputRun((t) => (t >= 30 && t < 36 ? 0 : 1), 1, { events: [start(30 * SECOND)] });
    expect(value(permanent, 'timeToMitigate') / SECOND).toBeCloseTo(6, 0);
  });
});

/** A small generator for the noise of these tests. */
function mulberry(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Knuth's method: how many uniform numbers can be multiplied before the product falls below e^-mean. */
function poisson(mean: number, random: () => number): number {
  let count = -1;
  for (let product = 1; product > Math.exp(-mean); count++) product *= random();
  return count;
}
