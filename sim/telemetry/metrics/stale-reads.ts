import type { Metric } from './metric.ts';

export const staleReads: Metric = {
  name: 'staleReads',
  title: 'Stale reads',
  about: 'Reads answered by a node that had not yet seen a confirmed write.',
  quantity: 'count',
  better: -1,
  of: 'component',
  evaluate: (run, address) => run.total('database', 'staleReads', address),
};
