import { assert } from '../kernel/assert.ts';
import { Histogram } from './histogram.ts';
import { firstMeasuredBucket, type ClientRecord, type LatencyRecord } from './record.ts';
import type { Clock, Recorder } from './recorder.ts';
import { CLIENT_SERIES, HEAT_BANDS, HEAT_BANDS_PER_DECADE, HEAT_FIRST_NS } from './series.ts';

/** How a request ended for its user. */
export const Settled = { ok: 0, degraded: 1, failed: 2 } as const;
export type SettledAs = (typeof Settled)[keyof typeof Settled];

/** Latencies of one request class, apart for usable answers and for failures. */
interface ClassLatency {
  readonly name: string;
  /** Of the open bucket. */
  readonly good: Histogram;
  readonly failed: Histogram;
  /** Of the buckets after the warm-up. */
  readonly goodMeasured: Histogram;
  readonly failedMeasured: Histogram;
}

/**
 * Keeps the ledger of one client's requests: how many were offered and how each ended (the series of CLIENT_SERIES),
 * latencies by class, and when the requests that are still open were sent.
 */
export class ClientRecorder {
  readonly #recorder: Recorder;
  readonly #clock: Clock;
  readonly #address: string;
  readonly #classes: readonly ClassLatency[];
  /** Requests offered in each bucket that have not settled; the last place is for those after the planned end. */
  readonly #open: Float64Array;
  readonly #bucketNs: number;
  readonly #firstMeasured: number;

  readonly #offered: number;
  readonly #firstOutcome: number;
  readonly #inFlight: number;
  readonly #quantiles: readonly { readonly index: number; readonly q: number }[];
  readonly #firstBand: number;
  /** All good answers of the open bucket, or of the whole run when it is asked for; only lives while it is filled. */
  readonly #merged = new Histogram();

  constructor(recorder: Recorder, clock: Clock, address: string, classes: readonly string[]) {
    assert(classes.length > 0, 'a client has at least one request class');
    this.#recorder = recorder;
    this.#clock = clock;
    this.#address = address;
    this.#classes = classes.map((name) => ({
      name,
      good: new Histogram(),
      failed: new Histogram(),
      goodMeasured: new Histogram(),
      failedMeasured: new Histogram(),
    }));
    this.#open = new Float64Array(recorder.bucketsMax + 1);
    this.#bucketNs = recorder.plan.bucketNs;
    this.#firstMeasured = firstMeasuredBucket(recorder.plan);

    const register = (name: keyof typeof CLIENT_SERIES) =>
      recorder.register(address, name, CLIENT_SERIES[name].kind, CLIENT_SERIES[name].quantity);
    this.#offered = register('offered');
    this.#firstOutcome = register('ok');
    register('degraded');
    register('failed');
    this.#inFlight = register('inFlight');
    this.#quantiles = [
      { index: register('latencyP50'), q: 0.5 },
      { index: register('latencyP90'), q: 0.9 },
      { index: register('latencyP99'), q: 0.99 },
    ];
    const bands = Array.from({ length: HEAT_BANDS }, (_, band) => recorder.register(address, `heat.${band}`, 'counter', 'count'));
    this.#firstBand = bands[0]!;
  }

  /** A user means to send a request now. */
  offered(): void {
    const { values, bucket } = this.#recorder;
    values[this.#offered]!++;
    values[this.#inFlight]!++;
    this.#open[bucket]!++;
  }

  /**
   * A request has ended now.
   * @param offeredAtNs the instant of its `offered`   @param requestClass place in the list of classes
   */
  settled(offeredAtNs: number, requestClass: number, as: SettledAs): void {
    const { values } = this.#recorder;
    values[this.#firstOutcome + as]!++;
    values[this.#inFlight]!--;
    const bucket = Math.min(Math.floor(offeredAtNs / this.#bucketNs), this.#open.length - 1);
    assert(this.#open[bucket]! > 0, 'a request settles once, and after it was offered');
    this.#open[bucket]!--;
    const latency = this.#classes[requestClass]!;
    (as === Settled.failed ? latency.failed : latency.good).record(this.#clock.now - offeredAtNs);
  }

  /** Called by the recorder when a bucket ends; one after the planned end only clears what it collected. */
  closeBucket(recorded: boolean): void {
    if (recorded) this.#recordBucket();
    for (const { good, failed } of this.#classes) {
      good.reset();
      failed.reset();
    }
  }

  #recordBucket(): void {
    const { values, bucket } = this.#recorder;
    this.#merged.reset();
    for (const { good, failed, goodMeasured, failedMeasured } of this.#classes) {
      this.#merged.merge(good);
      if (bucket < this.#firstMeasured) continue;
      goodMeasured.merge(good);
      failedMeasured.merge(failed);
    }
    for (const { index, q } of this.#quantiles) values[index] = this.#merged.quantile(q);
    // Bins come in rising order, so the band only moves up.
    let band = 0;
    this.#merged.forEachBin((lowerEdge, count) => {
      while (lowerEdge >= HEAT_EDGES[band]!) band++;
      values[this.#firstBand + band]! += count;
    });
  }

  /** Latencies after the warm-up: of all requests, and of each class where there are several. */
  latency(): LatencyRecord[] {
    const all = this.#latencyOf('', this.#classes);
    return this.#classes.length === 1 ? all : [...all, ...this.#classes.flatMap((one) => this.#latencyOf(one.name, [one]))];
  }

  #latencyOf(requestClass: string, classes: readonly ClassLatency[]): LatencyRecord[] {
    const histogram = new Histogram();
    for (const { goodMeasured } of classes) histogram.merge(goodMeasured);
    const good: LatencyRecord = { address: this.#address, requestClass, of: 'good', histogram: histogram.data() };
    for (const { failedMeasured } of classes) histogram.merge(failedMeasured);
    return [good, { address: this.#address, requestClass, of: 'all', histogram: histogram.data() }];
  }

  record(): ClientRecord {
    const longest = Math.max(0, ...this.#classes.map(({ goodMeasured }) => goodMeasured.max));
    const { bucket: end } = this.#recorder;
    let overdue = 0;
    for (let bucket = this.#firstMeasured; bucket < end && (end - bucket - 1) * this.#bucketNs >= longest; bucket++) {
      overdue += this.#open[bucket]!;
    }
    return { address: this.#address, overdue };
  }
}

/** Upper edges of the heat bands. A latency falls into a band by the lower edge of its bin in the histogram. */
const HEAT_EDGES: readonly number[] = heatEdges();

function heatEdges(): number[] {
  // The eighth root of ten; powers of ten by multiplication, so that no error adds up over the decades.
  const step = Math.sqrt(Math.sqrt(Math.sqrt(10)));
  const edges: number[] = [];
  for (let decade = HEAT_FIRST_NS; edges.length < HEAT_BANDS; decade *= 10) {
    let edge = decade;
    for (let band = 0; band < HEAT_BANDS_PER_DECADE; band++) edges.push((edge *= step));
  }
  edges[HEAT_BANDS - 1] = Infinity;
  return edges;
}
