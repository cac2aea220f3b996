import type { Metric } from './metric.ts';

export const sends: Metric = {
  name: 'sends',
  title: 'Sends',
  about: 'Attempts sent, first ones and retries.',
  quantity: 'count',
  better: -1,
  of: 'site',
  evaluate: (run, address) => run.total('site', 'sends', address),
};
