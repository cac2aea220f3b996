import type { Metric } from './metric.ts';

export const lost: Metric = {
  name: 'lost',
  title: 'Lost requests',
  about: 'Requests that failed for their user, or were still open at the end for longer than any usable answer took.',
  quantity: 'count',
  better: -1,
  of: 'client',
  evaluate: (run, address) => run.lost(address),
};
