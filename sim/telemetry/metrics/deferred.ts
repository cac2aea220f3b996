import type { Metric } from './metric.ts';

export const deferred: Metric = {
  name: 'deferred',
  title: 'Queued for later',
  about: 'Calls that failed and were put into a queue, with a promise to their callers.',
  quantity: 'count',
  better: 0,
  of: 'layer',
  evaluate: (run, address) => run.total('layer', 'deferred', address),
};
