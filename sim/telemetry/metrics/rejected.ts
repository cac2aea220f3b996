import type { Metric } from './metric.ts';

export const rejected: Metric = {
  name: 'rejected',
  title: 'Rejected by servers',
  about: 'Requests that a server turned away: its queue was full, or it shed or limited them.',
  quantity: 'count',
  better: -1,
  of: 'component',
  evaluate: (run, address) => run.total('component', 'rejected', address),
};
