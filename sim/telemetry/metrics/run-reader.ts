import { SECOND } from '../../catalogue/units.ts';
import { Histogram } from '../histogram.ts';
import { firstMeasuredBucket, indexSeries, type RunRecord, type SeriesIndex } from '../record.ts';

/** What an address stands for. A database is a component as well. */
export type AddressKind = 'client' | 'site' | 'component' | 'database' | 'layer' | 'effect';

/** The series that tells the kind of an address: each kind has one of its own. */
const MARKER: Readonly<Record<AddressKind, string>> = {
  client: 'offered',
  site: 'calls',
  component: 'received',
  database: 'acknowledgedWrites',
  layer: 'enabled',
  effect: 'effects',
};

/** Reads a record the way metrics need it: sums over parts and over the buckets after the warm-up. */
export class RunReader {
  readonly record: RunRecord;
  /** The first bucket after the warm-up. */
  readonly firstBucket: number;
  /** Virtual time that the buckets after the warm-up cover, in seconds. */
  readonly measuredSec: number;
  readonly #index: SeriesIndex;

  constructor(record: RunRecord) {
    this.record = record;
    this.firstBucket = Math.min(firstMeasuredBucket(record), record.buckets);
    this.measuredSec = ((record.buckets - this.firstBucket) * record.bucketNs) / SECOND;
    this.#index = indexSeries(record.series);
  }

  /** When the last fault ended; Infinity while one was still on at the end of the run, NaN when there was none. */
  get faultsEndNs(): number {
    const starts = this.record.events.filter((event) => event.kind === 'faultStart');
    const ends = this.record.events.filter((event) => event.kind === 'faultEnd');
    if (starts.length === 0) return NaN;
    return ends.length < starts.length ? Infinity : ends.at(-1)!.atNs;
  }

  /** Every address of a kind; instances (`orders#0`), which repeat what their component counts, are left out. */
  addressesOf(kind: AddressKind): string[] {
    return this.record.series
      .filter(({ address, name }) => name === MARKER[kind] && !address.includes('#'))
      .map(({ address }) => address);
  }

  /**
   * Sum of a counter after the warm-up.
   * @param address one part, or '' for all of the kind   @returns NaN when no such part counts it
   */
  total(kind: AddressKind, name: string, address: string): number {
    const values = this.perBucket(kind, name, address);
    if (values === undefined) return NaN;
    let sum = 0;
    for (let bucket = this.firstBucket; bucket < values.length; bucket++) sum += values[bucket]!;
    return sum;
  }

  /** A series bucket by bucket from the start of the run, added up over all of the kind when the address is ''. */
  perBucket(kind: AddressKind, name: string, address: string): Float64Array | undefined {
    const addresses = this.addressesOf(kind).filter((one) => address === '' || one === address);
    const columns = addresses.map((one) => this.#index.find(one, name)).filter((at) => at >= 0);
    if (columns.length === 0) return undefined;
    const { rows, series, buckets } = this.record;
    const sums = new Float64Array(buckets);
    for (const column of columns) {
      for (let bucket = 0; bucket < buckets; bucket++) sums[bucket]! += rows[bucket * series.length + column]!;
    }
    return sums;
  }

  /** Usable answers, in full or degraded, bucket by bucket. */
  goodPerBucket(client: string): Float64Array | undefined {
    const ok = this.perBucket('client', 'ok', client);
    const degraded = this.perBucket('client', 'degraded', client);
    return ok?.map((count, bucket) => count + degraded![bucket]!);
  }

  /** Usable answers after the warm-up. */
  good(client: string): number {
    return this.total('client', 'ok', client) + this.total('client', 'degraded', client);
  }

  /** Requests that had no usable answer in time, see `ClientRecord.overdue` for those that are still open. */
  lost(client: string): number {
    const overdue = this.record.clients
      .filter(({ address }) => client === '' || address === client)
      .reduce((sum, one) => sum + one.overdue, 0);
    return this.total('client', 'failed', client) + overdue;
  }

  /** Latencies of usable answers after the warm-up. */
  latency(client: string): Histogram {
    const merged = new Histogram();
    for (const { address, requestClass, of, histogram } of this.record.latency) {
      if (of === 'good' && requestClass === '' && (client === '' || address === client)) merged.mergeData(histogram);
    }
    return merged;
  }
}
