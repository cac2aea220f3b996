import type { Metric } from './metric.ts';

export const lostWrites: Metric = {
  name: 'lostWrites',
  title: 'Lost writes',
  about: 'Confirmed writes that a failover lost.',
  quantity: 'count',
  better: -1,
  of: 'component',
  evaluate: (run, address) => run.total('database', 'lostWrites', address),
};
