import type { Metric } from './metric.ts';
import { peakRate } from './peak-rate.ts';

export const peakSendRate: Metric = {
  name: 'peakSendRate',
  title: 'Peak send rate',
  about: 'The most attempts sent within any 100 ms (or one bucket, where buckets are longer), as a rate.',
  quantity: 'ratePerSec',
  better: -1,
  of: 'site',
  evaluate: (run, address) => peakRate(run, 'sends', address),
};
