import { MILLISECOND, SECOND } from '../../catalogue/units.ts';
import type { RunReader } from './run-reader.ts';

const WINDOW_NS = 100 * MILLISECOND;

/** The most of a call site's series within any 100 ms (or one bucket, where buckets are longer), per second. */
export function peakRate(run: RunReader, series: 'sends' | 'retries', address: string): number {
  const perBucket = run.perBucket('site', series, address);
  if (perBucket === undefined) return NaN;
  const { bucketNs } = run.record;
  const width = Math.ceil(WINDOW_NS / bucketNs);
  let inWindow = 0;
  let peak = NaN;
  for (let end = run.firstBucket; end < perBucket.length; end++) {
    inWindow += perBucket[end]!;
    if (end >= run.firstBucket + width) inWindow -= perBucket[end - width]!;
    if (!(inWindow <= peak)) peak = inWindow;
  }
  return peak / ((width * bucketNs) / SECOND);
}
