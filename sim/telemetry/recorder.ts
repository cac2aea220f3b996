import { assert } from '../kernel/assert.ts';
import type { Digest } from '../kernel/digest.ts';
import { ClientRecorder } from './client-recorder.ts';
import type { RunEvent, RunRecord, SeriesInfo } from './record.ts';

/** How many events of one kind are kept; further ones are only counted. */
export const EVENTS_PER_KIND_MAX = 10_000;

/** The simulated clock, read where an instant is needed. */
export interface Clock {
  readonly now: number;
}

/** How long the run is meant to last and how finely it is recorded; see `Scenario`. */
export interface RecorderPlan {
  readonly durationNs: number;
  readonly warmupNs: number;
  readonly bucketNs: number;
}

/** What a record says besides what the recorder has seen. */
export type RecordHeading = Pick<
  RunRecord,
  'scenario' | 'variant' | 'seed' | 'engine' | 'fingerprints' | 'eventsDispatched' | 'end'
>;

/** Rows of a range of buckets, as a copy whose buffers may be transferred. */
export interface RowRange {
  readonly firstBucket: number;
  readonly buckets: number;
  readonly rows: Float64Array;
  readonly bucketDigests: Int32Array;
  /** Events of those buckets. */
  readonly events: readonly RunEvent[];
}

interface GaugeReader {
  readonly index: number;
  readonly read: () => number;
}

/**
 * Collects what a run is to be remembered by: one row of numbers for each bucket of virtual time, latencies, and events.
 *
 * The parts of the model register their series while they are built; `seal` fixes the list. From then on they count in
 * `values`, where counters only ever rise. At the end of each bucket the run loop calls `closeBucket`. Memory grows with
 * the number of buckets only, and nothing here may influence the simulated system.
 */
export class Recorder {
  /** One number per series: counters since the start of the run, gauges as they are now. Empty before `seal`. */
  values: Float64Array = new Float64Array(0);
  /** Number of the bucket that is open; those before it are recorded. */
  bucket = 0;

  readonly plan: RecorderPlan;
  readonly #clock: Clock;
  readonly #bucketsMax: number;
  readonly #series: SeriesInfo[] = [];
  readonly #seen = new Set<string>();
  readonly #gauges: GaugeReader[] = [];
  readonly #clients: ClientRecorder[] = [];
  readonly #events: RunEvent[] = [];
  readonly #eventsOfKind = new Map<RunEvent['kind'], number>();
  #eventsDropped = 0;
  #sealed = false;
  #rows = new Float64Array(0);
  #countedBefore = new Float64Array(0);
  readonly #bucketDigests: Int32Array;

  constructor(clock: Clock, plan: RecorderPlan) {
    assert(plan.bucketNs > 0 && plan.durationNs >= plan.bucketNs, 'a run lasts at least one bucket');
    this.plan = plan;
    this.#clock = clock;
    this.#bucketsMax = Math.floor(plan.durationNs / plan.bucketNs);
    this.#bucketDigests = new Int32Array(2 * this.#bucketsMax);
  }

  /** Adds a series before `seal`.  @returns its index in `values` and in every row */
  register(address: string, name: string, kind: SeriesInfo['kind'], quantity: SeriesInfo['quantity']): number {
    assert(!this.#sealed, 'series are registered before the recorder is sealed');
    const key = `${address}\n${name}`;
    assert(!this.#seen.has(key), 'a series is registered once');
    this.#seen.add(key);
    return this.#series.push({ address, name, kind, quantity }) - 1;
  }

  /** Lets a gauge be read when a bucket ends, instead of being kept up to date in `values`. */
  gauge(index: number, read: () => number): void {
    assert(this.#series[index]?.kind === 'gauge', 'only gauges are read at the end of a bucket');
    this.#gauges.push({ index, read });
  }

  /**
   * Adds a client with the series of its requests and their latencies, before `seal`.
   * @param classes names of its request classes; at least one
   */
  client(address: string, classes: readonly string[]): ClientRecorder {
    const client = new ClientRecorder(this, this.#clock, address, classes);
    this.#clients.push(client);
    return client;
  }

  /** Ends registration; `values` stays the same array from here on. */
  seal(): void {
    assert(!this.#sealed, 'a recorder is sealed once');
    this.#sealed = true;
    this.values = new Float64Array(this.#series.length);
    this.#countedBefore = new Float64Array(this.#series.length);
    this.#rows = new Float64Array(this.#series.length * this.#bucketsMax);
  }

  get series(): readonly SeriesInfo[] {
    return this.#series;
  }

  /** Complete buckets that the planned duration holds. */
  get bucketsMax(): number {
    return this.#bucketsMax;
  }

  /** Notes something that began or ended now. */
  event(address: string, kind: RunEvent['kind'], what: string): void {
    const earlier = this.#eventsOfKind.get(kind) ?? 0;
    this.#eventsOfKind.set(kind, earlier + 1);
    if (earlier >= EVENTS_PER_KIND_MAX) this.#eventsDropped++;
    else this.#events.push({ atNs: this.#clock.now, address, kind, what });
  }

  /**
   * Ends the open bucket: appends its row. Buckets after the planned duration (a run that drains) are not recorded.
   * @param requestDigest over the requests that settled in this bucket; it is reset for the next
   */
  closeBucket(requestDigest: Digest): void {
    assert(this.#sealed, 'the recorder is sealed before the run starts');
    const recorded = this.bucket < this.#bucketsMax;
    for (const client of this.#clients) client.closeBucket(recorded);
    if (recorded) {
      for (const gauge of this.#gauges) this.values[gauge.index] = gauge.read();
      this.#appendRow();
      this.#bucketDigests.set(requestDigest.words(), 2 * this.bucket);
      this.bucket++;
    }
    requestDigest.reset();
  }

  /** A copy of everything recorded since a bucket, for a page that watches the run. */
  takeFrames(fromBucket: number): RowRange {
    const width = this.#series.length;
    const { bucketNs } = this.plan;
    const first = this.#events.findIndex((event) => event.atNs >= fromBucket * bucketNs);
    const events = first < 0 ? [] : this.#events.slice(first).filter((event) => event.atNs < this.bucket * bucketNs);
    return {
      firstBucket: fromBucket,
      buckets: this.bucket - fromBucket,
      rows: this.#rows.slice(fromBucket * width, this.bucket * width),
      bucketDigests: this.#bucketDigests.slice(2 * fromBucket, 2 * this.bucket),
      events,
    };
  }

  /** The record of the run so far. */
  record(heading: RecordHeading): RunRecord {
    const { rows, bucketDigests, buckets } = this.takeFrames(0);
    return {
      ...heading,
      ...this.plan,
      buckets,
      series: this.#series,
      rows,
      bucketDigests,
      latency: this.#clients.flatMap((client) => client.latency()),
      clients: this.#clients.map((client) => client.record()),
      events: [...this.#events],
      eventsDropped: this.#eventsDropped,
    };
  }

  #appendRow(): void {
    const { values } = this;
    const before = this.#countedBefore;
    const start = this.bucket * values.length;
    for (let index = 0; index < values.length; index++) {
      const value = values[index]!;
      this.#rows[start + index] = this.#series[index]!.kind === 'counter' ? value - before[index]! : value;
      before[index] = value;
    }
  }
}
