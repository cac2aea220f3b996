import type { Metric } from './metric.ts';

export const offered: Metric = {
  name: 'offered',
  title: 'Offered',
  about: 'Requests that users meant to send, per second.',
  quantity: 'ratePerSec',
  better: 0,
  of: 'client',
  evaluate: (run, address) => run.total('client', 'offered', address) / run.measuredSec,
};
