/**
 * A stand-in for the simulator: a fluid caricature of a retry storm, bucket by bucket. It has every series that the page
 * draws, in plausible shapes, and obeys variants, switches and interventions; its numbers mean nothing.
 */
import type {
  ArmReady,
  ArmRequest,
  ArmSummary,
  ComponentDescription,
  Frame,
  LayerDescription,
  RunEvent,
  SeriesInfo,
  SystemDescription,
} from '../../../sim/worker/protocol.ts';
import {
  BALANCER_SERIES,
  CLIENT_SERIES,
  DATABASE_SERIES,
  HEAT_BANDS,
  HEAT_BANDS_PER_DECADE,
  HEAT_FIRST_NS,
  LAYER_SERIES,
  REPLICA_SERIES,
  SERVER_SERIES,
  SITE_SERIES,
} from '../../../sim/telemetry/series.ts';

const SECOND = 1e9;
const BUCKET_NS = 100e6;
const DURATION_NS = 240 * SECOND;
const BREAKER = 'api/orders/circuitBreaker';
const SLOWDOWN = 'faults/slowdown';
const RETRY = 'api/orders/retry';

const layer = (address: string, kind: string, title: string, params: Readonly<Record<string, string>>, enabled = true): LayerDescription => ({
  address,
  family: address.slice(address.lastIndexOf('/') + 1),
  kind,
  title,
  about: '',
  enabled,
  params: Object.entries(params).map(([name, value], at) => ({ name, value, isDefault: at > 0 })),
});
const component = (name: string, kind: string, instances: number, capacity: number, queueCapacity: number, balancer = ''): ComponentDescription => ({
  name,
  kind,
  instances,
  capacity,
  queueCapacity,
  balancer,
  title: kind,
  layers: [],
  steps: [],
  params: [],
});

export function fakeSystem(request: ArmRequest): SystemDescription {
  const on = (address: string, byDefault: boolean): boolean => request.switches[address] ?? byDefault;
  return {
    title: 'Retry storm',
    story: 'A 20 second slowdown of the orders database outlives its cause, because every layer retries.',
    seed: 'retry-storm',
    durationNs: DURATION_NS,
    warmupNs: 30 * SECOND,
    bucketNs: BUCKET_NS,
    maxEvents: 1e9,
    components: [
      component('shoppers', 'client', 0, 0, 0),
      component('api', 'service', 4, 32, 200, 'leastRequest'),
      component('orders', 'database', 3, 20, 500, 'roundRobin'),
      component('payments', 'service', 2, 16, 50, 'random'),
      component('ledger', 'database', 1, 30, 100),
    ],
    sites: [
      {
        address: 'shoppers/api',
        from: 'shoppers',
        to: 'api',
        operation: '',
        params: [],
        layers: [
          layer('shoppers/api/timeout', 'timeout', 'Timeout', { after: '2s', mode: 'cancel' }),
          layer('shoppers/api/retry', 'retry', 'Retry', { maxAttempts: '3', backoff: 'exponential 100ms', jitter: 'full' }),
        ],
      },
      {
        address: 'api/orders',
        from: 'api',
        to: 'orders',
        operation: 'read',
        params: [],
        layers: [
          layer(RETRY, 'retry', 'Retry', { maxAttempts: '3', backoff: 'fixed 50ms' }, on(RETRY, request.variant !== 'one-layer-of-retry')),
          layer(BREAKER, 'resilience4j', 'Circuit breaker', { slidingWindowSize: '100', failureRateThreshold: '50%' }, on(BREAKER, request.variant !== 'unprotected')),
          layer('api/orders/timeout', 'timeout', 'Timeout', { after: '250ms' }),
        ],
      },
      {
        address: 'api/payments',
        from: 'api',
        to: 'payments',
        operation: '',
        params: [],
        layers: [layer('api/payments/bulkhead', 'bulkhead', 'Bulkhead', { maxConcurrent: '8' }), layer('api/payments/timeout', 'timeout', 'Timeout', { after: '500ms' })],
      },
      { address: 'payments/ledger', from: 'payments', to: 'ledger', operation: 'write', params: [], layers: [] },
    ],
    faults: [
      { address: SLOWDOWN, kind: 'slowdown', title: 'orders ×10 slower', about: '', targets: ['orders'], enabled: on(SLOWDOWN, true), atNs: 60 * SECOND, endNs: 80 * SECOND, params: [] },
      { address: 'faults/kill', kind: 'kill', title: 'kill the primary of orders', about: '', targets: ['orders#0'], enabled: on('faults/kill', true), atNs: 150 * SECOND, endNs: 165 * SECOND, params: [] },
    ],
    network: [],
    variants: [
      { name: 'unprotected', about: 'every layer retries, nothing stops it' },
      { name: 'breaker', about: 'a breaker in front of the database' },
      { name: 'one-layer-of-retry', about: 'only the client retries' },
    ],
  };
}

const OUTCOMES = ['ok', 'degraded', 'error', 'timeout', 'breakerOpen', 'queueFull', 'gaveUp'];

function fakeSeries(system: SystemDescription): SeriesInfo[] {
  const series: SeriesInfo[] = [];
  const add = (address: string, shapes: Readonly<Record<string, { kind: SeriesInfo['kind']; quantity: SeriesInfo['quantity'] }>>): void => {
    for (const [name, { kind, quantity }] of Object.entries(shapes)) series.push({ address, name, kind, quantity });
  };
  const counter = { kind: 'counter', quantity: 'count' } as const;
  for (const { name, kind, instances, balancer } of system.components) {
    if (kind === 'client') {
      add(name, CLIENT_SERIES);
      for (const outcome of OUTCOMES) add(name, { [`outcome.${outcome}`]: counter });
      for (let band = 0; band < HEAT_BANDS; band++) add(name, { [`heat.${band}`]: counter });
      continue;
    }
    add(name, SERVER_SERIES);
    if (balancer !== '') add(name, BALANCER_SERIES);
    if (kind === 'database') add(name, DATABASE_SERIES);
    for (let instance = 0; instance < instances; instance++) {
      add(`${name}#${instance}`, SERVER_SERIES);
      if (kind === 'database') add(`${name}#${instance}`, REPLICA_SERIES);
    }
  }
  for (const { address, layers } of system.sites) {
    add(address, SITE_SERIES);
    for (const each of layers) add(each.address, { ...LAYER_SERIES, opened: counter, rejected: counter, retried: counter });
  }
  return series;
}

/** The whole run at once; cut it into frames with `framesOf`. */
export interface FakeRun {
  readonly ready: ArmReady;
  readonly rows: Float64Array;
  readonly digests: Int32Array;
  readonly events: readonly RunEvent[];
  readonly summary: ArmSummary;
}

const noise = (n: number, salt: number): number => {
  let mixed = Math.imul(n ^ Math.imul(salt, 0x9e3779b1), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32 - 0.5;
};

const made = new Map<string, FakeRun>();

/** The run of a request; the same one for the same request. */
export function fakeRun(request: ArmRequest): FakeRun {
  const key = JSON.stringify(request);
  const run = made.get(key) ?? simulate(request);
  made.set(key, run);
  return run;
}

function simulate(request: ArmRequest): FakeRun {
  const system = fakeSystem(request);
  const series = fakeSeries(system);
  const buckets = DURATION_NS / BUCKET_NS;
  const columns = new Map(series.map(({ address }) => [address, new Map<string, number>()]));
  series.forEach(({ address, name }, column) => columns.get(address)!.set(name, column));
  const heat = columns.get('shoppers')!.get('heat.0')!;
  const rows = new Float64Array(buckets * series.length);
  const digests = new Int32Array(buckets * 2);
  const events: RunEvent[] = [];
  const seed = (request.seed || system.seed).split('').reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) | 0;

  const switches = new Map([...system.sites.flatMap(({ layers }) => layers), ...system.faults].map(({ address, enabled }) => [address, enabled]));
  const isOn = (address: string, timeNs: number): boolean => {
    let on = switches.get(address) ?? false;
    for (const change of request.interventions) if (change.address === address && change.atNs <= timeNs) on = change.enabled;
    return on;
  };
  for (const fault of system.faults) {
    if (!fault.enabled) continue;
    events.push({ atNs: fault.atNs, address: fault.address, kind: 'faultStart', what: fault.title });
    events.push({ atNs: fault.endNs, address: fault.address, kind: 'faultEnd', what: fault.title });
  }
  for (const change of request.interventions) {
    events.push({ atNs: change.atNs, address: change.address, kind: 'intervention', what: change.enabled ? 'on' : 'off' });
  }

  let queue = 0;
  let failing = 0;
  let openUntil = -1;
  let wasOpen = false;
  let [good, lost] = [0, 0];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const timeNs = bucket * BUCKET_NS;
    const put = (address: string, name: string, value: number): void => {
      const column = columns.get(address)?.get(name);
      if (column === undefined) throw new Error(`no series ${address} ${name}`);
      rows[bucket * series.length + column] = value;
    };
    const during = (address: string): boolean => {
      const fault = system.faults.find((each) => each.address === address)!;
      return isOn(address, timeNs) && timeNs >= fault.atNs && timeNs < fault.endNs;
    };
    const slow = during(SLOWDOWN);
    const killed = during('faults/kill');
    const offered = Math.round(90 + 24 * noise(bucket, seed));
    const storm = isOn(BREAKER, timeNs) ? 0.3 : isOn(RETRY, timeNs) ? 7 : 3;
    const retries = Math.round(offered * failing * storm);
    const wanted = offered + retries;
    const open = isOn(BREAKER, timeNs) && bucket < openUntil;
    if (open !== wasOpen) events.push({ atNs: timeNs, address: BREAKER, kind: 'state', what: open ? 'opened' : 'closed' });
    wasOpen = open;
    const halfOpen = open && openUntil - bucket < 6;
    const sends = open ? (halfOpen ? 10 : 0) : wanted;
    const capacity = (slow ? 15 : killed ? 110 : 150) + 10 * noise(bucket, 3);
    const served = Math.min(queue + sends, Math.max(Math.round(capacity), 0));
    queue = Math.min(queue + sends - served, 1500);
    const waitNs = (queue / Math.max(capacity, 1)) * BUCKET_NS + 6e6;
    const late = waitNs > 250e6;
    const healthy = late ? 0.02 : killed ? 0.9 : 1;
    if (isOn(BREAKER, timeNs) && late && !open && bucket > 20) openUntil = bucket + 50;
    const answered = Math.round(open ? 0 : Math.min(offered, served) * healthy);
    const failed = offered - answered;
    failing += (failed / Math.max(offered, 1) - failing) * 0.2;
    good += answered;
    lost += failed;

    put('shoppers', 'offered', offered);
    put('shoppers', 'ok', answered);
    put('shoppers', 'failed', failed);
    put('shoppers', 'inFlight', queue * 0.6 + 9);
    put('shoppers', open ? 'outcome.breakerOpen' : late ? 'outcome.timeout' : 'outcome.error', Math.round(failed * 0.7));
    put('shoppers', late ? 'outcome.queueFull' : 'outcome.gaveUp', failed - Math.round(failed * 0.7));
    const p50 = answered > 0 ? waitNs + 6e6 * (1 + 0.2 * noise(bucket, 5)) : Number.NaN;
    put('shoppers', 'latencyP50', p50);
    put('shoppers', 'latencyP90', p50 * 2.2);
    put('shoppers', 'latencyP99', p50 * (4 + noise(bucket, 6)));
    for (let each = 0; each < answered; each++) {
      const latency = p50 * Math.exp(1.1 * (noise(bucket * 997 + each, 8) + noise(bucket * 991 + each, 9) + noise(bucket * 983 + each, 10)) * 1.6);
      const band = Math.floor(Math.log10(latency / HEAT_FIRST_NS) * HEAT_BANDS_PER_DECADE);
      rows[bucket * series.length + heat + Math.min(Math.max(band, 0), HEAT_BANDS - 1)]!++;
    }

    const server = (name: string, instances: number, use: { received: number; busy: number; capacity: number; queue: number; up?: number; failed?: number; rejected?: number; wasted?: number }): void => {
      for (let instance = -1; instance < instances; instance++) {
        const address = instance < 0 ? name : `${name}#${instance}`;
        const share = instance < 0 ? 1 : 1 / instances;
        put(address, 'received', use.received * share);
        put(address, 'completed', (use.received - (use.failed ?? 0)) * share);
        put(address, 'failed', (use.failed ?? 0) * share);
        put(address, 'rejected', (use.rejected ?? 0) * share);
        put(address, 'wasted', (use.wasted ?? 0) * share);
        put(address, 'queue', use.queue * share);
        put(address, 'busy', Math.min(use.busy, use.capacity) * share);
        put(address, 'capacity', use.capacity * share);
        put(address, 'inFlight', (use.busy + use.queue) * share);
        put(address, 'up', instance < 0 ? (use.up ?? instances) : 1);
      }
    };
    server('api', 4, { received: wanted, busy: late && !open ? 128 : 14 + 6 * noise(bucket, 12), capacity: 128, queue: late && !open ? Math.min(queue, 800) : 0, failed: late ? wanted * 0.4 : 0, rejected: late && !open ? wanted * 0.2 : 0 });
    server('orders', 3, { received: sends, busy: slow || late ? 60 : 8 + 6 * noise(bucket, 13), capacity: 60, queue, up: killed ? 2 : 3, wasted: late ? served : 0 });
    server('payments', 2, { received: offered * 0.3, busy: 5 + 3 * noise(bucket, 14), capacity: 32, queue: 0 });
    server('ledger', 1, { received: offered * 0.3, busy: 9 + 4 * noise(bucket, 15), capacity: 30, queue: 0 });
    put('api', 'healthy', 4);
    put('payments', 'healthy', 2);
    put('orders', 'healthy', killed && timeNs > 152 * SECOND ? 2 : 3);
    const promoted = timeNs >= 155 * SECOND && isOn('faults/kill', 150 * SECOND);
    for (const [instance, role] of [killed ? 4 : promoted ? 0 : 1, promoted ? 1 : 0, 0].entries()) put(`orders#${instance}`, 'role', role);
    put('orders#1', 'lag', 20e6 + 10e6 * noise(bucket, 16));
    put('orders#2', 'lag', 24e6 + 12e6 * noise(bucket, 17));
    put('ledger#0', 'role', 1);
    put('orders', 'writable', killed && !promoted ? 0 : 1);
    put('ledger', 'writable', 1);

    const site = (address: string, sent: number, retried: number, good: number, released: number): void => {
      put(address, 'calls', sent - retried);
      put(address, 'sends', sent);
      put(address, 'retries', retried);
      put(address, 'answered', Math.min(good, sent));
      put(address, 'cancelledSends', Math.min(released, sent - Math.min(good, sent)));
      put(address, 'failedSends', Math.max(sent - good - released, 0));
    };
    site('shoppers/api', offered + Math.round(offered * failing * 2), Math.round(offered * failing * 2), answered, late ? failed : 0);
    site('api/orders', sends, Math.min(retries, sends), late ? sends * 0.02 : sends * healthy, late ? sends * 0.9 : 0);
    site('api/payments', Math.round(offered * 0.3), 0, Math.round(offered * 0.3), 0);
    site('payments/ledger', Math.round(offered * 0.3), 0, Math.round(offered * 0.3), 0);
    put(BREAKER, 'states', 4);
    put(BREAKER, 'open', open && !halfOpen ? 4 : 0);
    put(BREAKER, 'halfOpen', halfOpen ? 4 : 0);
    for (const { layers } of system.sites) for (const each of layers) put(each.address, 'enabled', isOn(each.address, timeNs) ? 1 : 0);
    digests[bucket * 2] = Math.imul(answered * 7919 + retries, bucket + 1);
    digests[bucket * 2 + 1] = offered;
  }
  const recovered = failing < 0.3;
  return {
    ready: { system, series, buckets },
    rows,
    digests,
    events: events.sort((a, b) => a.atNs - b.atNs),
    summary: {
      end: { kind: 'completed' },
      dispatchFingerprint: (Math.imul(good, 0x9e3779b1) >>> 0).toString(16).padStart(16, '0'),
      requestFingerprint: (Math.imul(good + seed, 0x85ebca6b) >>> 0).toString(16).padStart(16, '0'),
      metrics: [
        { name: 'availability', title: 'Availability', about: 'share of requests answered', quantity: 'ratio', value: good / (good + lost), better: 1 },
        { name: 'recovery', title: 'Time to recover', about: 'from the end of the fault until goodput is back', quantity: 'durationNs', value: recovered ? 7.3e9 : Infinity, better: -1 },
        { name: 'lost', title: 'Requests lost', about: 'requests without a usable answer', quantity: 'count', value: lost, better: -1 },
        { name: 'p99', title: 'Latency p99', about: 'of good answers', quantity: 'durationNs', value: recovered ? 62e6 : 240e6, better: -1 },
        { name: 'amplification', title: 'Retry amplification', about: 'sends for each call', quantity: 'factor', value: recovered ? 1.14 : 4.3, better: -1 },
      ],
    },
  };
}

/** Cuts a run into frames of so many buckets. */
export function framesOf(run: FakeRun, epoch: number, bucketsPerFrame: number): Frame[] {
  const width = run.ready.series.length;
  const frames: Frame[] = [];
  for (let first = 0; first < run.ready.buckets; first += bucketsPerFrame) {
    const buckets = Math.min(bucketsPerFrame, run.ready.buckets - first);
    const [from, to] = [first * BUCKET_NS, (first + buckets) * BUCKET_NS];
    frames.push({
      type: 'frame',
      epoch,
      firstBucket: first,
      buckets,
      rows: run.rows.slice(first * width, (first + buckets) * width),
      bucketDigests: run.digests.slice(first * 2, (first + buckets) * 2),
      events: run.events.filter(({ atNs }) => atNs >= from && atNs < to),
    });
  }
  return frames;
}
