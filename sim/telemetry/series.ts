/**
 * The vocabulary of series: what is recorded for each kind of address. The model registers series under these names, the
 * page and the reports read them; a name that is not here does not exist.
 */
import type { SeriesInfo } from './record.ts';

type SeriesShape = Pick<SeriesInfo, 'kind' | 'quantity'> & { readonly about: string };

const counter = (about: string): SeriesShape => ({ kind: 'counter', quantity: 'count', about });
const gauge = (about: string): SeriesShape => ({ kind: 'gauge', quantity: 'count', about });
const time = (about: string): SeriesShape => ({ kind: 'gauge', quantity: 'durationNs', about });

/** Address = client. Requests, as users see them. Failed requests are counted by outcome: `outcome.<name>`. */
export const CLIENT_SERIES = {
  offered: counter('requests that users meant to send'),
  ok: counter('answered in full'),
  degraded: counter('answered with less than full quality'),
  failed: counter('ended without a usable answer, for any cause'),
  inFlight: gauge('requests sent and not yet settled'),
  latencyP50: time('median latency of good answers settled in the bucket; NaN when there were none'),
  latencyP90: time('90th percentile of the same'),
  latencyP99: time('99th percentile of the same'),
} as const;

/** Good answers are also counted by latency in this many logarithmic bands, `heat.0` and so on: see HEAT_* below. */
export const HEAT_BANDS = 48;
/** Lower edge of band 0, and bands per decade: band k covers [0.1 ms · 10^(k/8), 0.1 ms · 10^((k+1)/8)); the ends are open. */
export const HEAT_FIRST_NS = 100_000;
export const HEAT_BANDS_PER_DECADE = 8;

/** Components with more instances record nothing of single ones. */
export const RECORDED_INSTANCES_MAX = 32;

/** Address = component with instances, all of them together; busy, queue and up also of each instance, `name#0` and so on. */
export const SERVER_SERIES = {
  received: counter('requests that arrived'),
  completed: counter('pieces of work that ended with a good answer'),
  failed: counter('pieces of work that ended with an error'),
  rejected: counter('requests turned away: queue full, shed, rate limited'),
  cancelled: counter('pieces of work that ended because their caller had let go and the server heard of it'),
  lost: counter('pieces of work lost in a crash'),
  wasted: counter('pieces of work whose caller let go before it had the answer'),
  inFlight: gauge('requests admitted and not yet ended'),
  queue: gauge('requests waiting for a thread or connection'),
  busy: gauge('threads or connections in use'),
  capacity: gauge('threads or connections in total; 0 stands for unlimited'),
  up: gauge('instances running'),
  queuedNs: { kind: 'counter', quantity: 'durationNs', about: 'time spent waiting in the bucket, summed over requests' },
  busyNs: { kind: 'counter', quantity: 'durationNs', about: 'time in use in the bucket, summed over threads or connections' },
  workedNs: { kind: 'counter', quantity: 'durationNs', about: 'time on a processor in the bucket, summed over pieces of work' },
} as const;

/** Address = component with instances, in front of which there is always a balancer; healthy also of each instance. */
export const BALANCER_SERIES = {
  healthy: gauge('instances that the balancer believes healthy'),
  unreachable: counter('requests turned away because no instance was believed healthy'),
} as const;

/** Address = `orders#0` and so on, for databases. */
export const REPLICA_SERIES = {
  role: { kind: 'gauge', quantity: 'code', about: 'what the node is: see REPLICA_ROLES' },
  lag: time('how far the node is behind the primary'),
} as const satisfies Record<string, SeriesShape>;
export const REPLICA_ROLES = ['replica', 'primary', 'candidate', 'fenced', 'down'] as const;

/** Address = database. */
export const DATABASE_SERIES = {
  acknowledgedWrites: counter('writes that were confirmed to their caller'),
  conflicts: counter('writes refused because another write had changed the item since they began'),
  lostWrites: counter('confirmed writes that a failover lost'),
  staleReads: counter('reads answered from a node that had not yet seen a confirmed write'),
  reads: counter('reads answered'),
  writable: gauge('1 while writes can be confirmed, 0 without a primary or without the replicas that must have them'),
} as const;

/** Address = call site (`api/orders`), as the caller sees it. */
export const SITE_SERIES = {
  calls: counter('uses of the dependency'),
  sends: counter('attempts sent'),
  retries: counter('sends made after the earlier ones of their call'),
  hedges: counter('sends made while another attempt at their call was under way'),
  answered: counter('sends that ended with a good answer'),
  failedSends: counter('sends that ended otherwise'),
  cancelledSends: counter('sends that the caller let go of'),
  inFlight: gauge('sends whose outcome the caller awaits'),
} as const;

/** Address = layer (`api/orders/circuitBreaker`); all but the first of circuit breakers only. Each mark a pattern makes is a counter named after it (see mark.ts). */
export const LAYER_SERIES = {
  enabled: gauge('1 while the layer is switched on'),
  open: gauge('state objects (one for each caller instance, or one shared) whose breaker is open'),
  halfOpen: gauge('state objects whose breaker is half-open'),
  states: gauge('state objects in total'),
} as const;

/** Address = effect step (`payments/effect`). */
export const EFFECT_SERIES = {
  effects: counter('effects had'),
  duplicateEffects: counter('effects that the same request had had before'),
} as const;

/** Address = store of feature flags. */
export const FLAG_SERIES = {
  level: gauge('degradation level in force'),
  off: gauge('features that the store says are off, whatever the level'),
} as const;

/** Address = feature step (`api/feature`). */
export const FEATURE_SERIES = {
  reduced: counter('answers made without the feature'),
} as const;
