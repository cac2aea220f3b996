import type { Metric } from './metric.ts';

export const writeDowntime: Metric = {
  name: 'writeDowntime',
  title: 'Time without writes',
  about: 'How long a database could confirm no write, because it had no primary or too few of the replicas that must have a write, to within one bucket for each interruption.',
  quantity: 'durationNs',
  better: -1,
  of: 'component',
  evaluate: (run, address) => {
    const databases = run.addressesOf('database').filter((one) => address === '' || one === address);
    const downBuckets = databases.map((database) => run.perBucket('database', 'writable', database)!.slice(run.firstBucket));
    if (downBuckets.length === 0) return NaN;
    return downBuckets.flatMap((writable) => [...writable]).filter((writable) => writable === 0).length * run.record.bucketNs;
  },
};
