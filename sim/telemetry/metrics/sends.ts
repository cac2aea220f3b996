import type { Metric } from './metric.ts';

export const sends: Metric = {
  name: 'sends',
  title: 'Sends',
  about: 'Attempts sent: first ones, retries and hedges.',
  quantity: 'count',
  better: -1,
  of: 'site',
  evaluate: (run, address) => run.total('site', 'sends', address),
};
