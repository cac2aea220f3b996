import type { Metric } from './metric.ts';

export const lostLater: Metric = {
  name: 'lostLater',
  title: 'Lost later',
  about: 'Calls from a queue that were given up, or lost in a crash, although their callers had been told that they would be done.',
  quantity: 'count',
  better: -1,
  of: 'layer',
  evaluate: (run, address) => run.total('layer', 'lostLater', address),
};
