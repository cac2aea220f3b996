import type { Metric } from './metric.ts';

export const opened: Metric = {
  name: 'opened',
  title: 'Breakers opened',
  about: 'How often a circuit breaker opened, counted over all its instances.',
  quantity: 'count',
  better: 0,
  of: 'layer',
  evaluate: (run, address) => run.total('layer', 'opened', address),
};
