import type { RunRecord } from '../../sim/telemetry/record.ts';

type Given = Partial<RunRecord> & {
  readonly bucketNs: number;
  /** Values bucket by bucket under `address name`; all of one length. */
  readonly columns: Readonly<Record<string, readonly number[]>>;
};

/** A record with the given columns; everything else that is not given is empty. */
export function makeRecord({ columns, ...given }: Given): RunRecord {
  const keys = Object.keys(columns);
  const buckets = columns[keys[0]!]!.length;
  const rows = new Float64Array(keys.length * buckets);
  for (const [at, key] of keys.entries()) {
    for (const [bucket, value] of columns[key]!.entries()) rows[bucket * keys.length + at] = value;
  }
  return {
    scenario: 'made by hand',
    variant: 'default',
    seed: '1',
    engine: 'none',
    durationNs: buckets * given.bucketNs,
    warmupNs: 0,
    buckets,
    series: keys.map((key) => {
      const [address = '', name = ''] = key.split(' ');
      return { address, name, kind: 'counter', quantity: 'count' };
    }),
    rows,
    bucketDigests: new Int32Array(2 * buckets),
    latency: [],
    clients: [],
    events: [],
    eventsDropped: 0,
    fingerprints: { dispatch: '0000000000000000', request: '0000000000000000' },
    eventsDispatched: 0,
    end: { kind: 'completed' },
    ...given,
  };
}
