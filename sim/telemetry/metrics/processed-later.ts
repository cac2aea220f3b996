import type { Metric } from './metric.ts';

export const processedLater: Metric = {
  name: 'processedLater',
  title: 'Processed later',
  about: 'Calls from a queue that were done in the end.',
  quantity: 'count',
  better: 1,
  of: 'layer',
  evaluate: (run, address) => run.total('layer', 'processedLater', address),
};
