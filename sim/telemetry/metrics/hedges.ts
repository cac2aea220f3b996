import type { Metric } from './metric.ts';

export const hedges: Metric = {
  name: 'hedges',
  title: 'Hedges',
  about: 'Attempts sent while another attempt at their call was under way.',
  quantity: 'count',
  better: -1,
  of: 'site',
  evaluate: (run, address) => run.total('site', 'hedges', address),
};
