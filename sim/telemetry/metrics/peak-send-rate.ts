import { MILLISECOND, SECOND } from '../../catalogue/units.ts';
import type { Metric } from './metric.ts';

const WINDOW_NS = 100 * MILLISECOND;

export const peakSendRate: Metric = {
  name: 'peakSendRate',
  title: 'Peak send rate',
  about: 'The most attempts sent within any 100 ms (or one bucket, where buckets are longer), as a rate.',
  quantity: 'ratePerSec',
  better: -1,
  of: 'site',
  evaluate: (run, address) => {
    const perBucket = run.perBucket('site', 'sends', address);
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
  },
};
