import type { Metric } from './metric.ts';
import { peakRate } from './peak-rate.ts';

export const peakRetryRate: Metric = {
  name: 'peakRetryRate',
  title: 'Peak retry rate',
  about: 'The most retries within any 100 ms (or one bucket, where buckets are longer), as a rate: how high the waves of a herd are.',
  quantity: 'ratePerSec',
  better: -1,
  of: 'site',
  evaluate: (run, address) => peakRate(run, 'retries', address),
};
