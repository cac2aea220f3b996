import type { Metric } from './metric.ts';

export const goodput: Metric = {
  name: 'goodput',
  title: 'Goodput',
  about: 'Requests that got a usable answer, in full or degraded, per second.',
  quantity: 'ratePerSec',
  better: 1,
  of: 'client',
  evaluate: (run, address) => run.good(address) / run.measuredSec,
};
