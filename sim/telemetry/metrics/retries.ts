import type { Metric } from './metric.ts';

export const retries: Metric = {
  name: 'retries',
  title: 'Retries',
  about: 'Attempts sent after the first of their call, hedged ones included.',
  quantity: 'count',
  better: -1,
  of: 'site',
  evaluate: (run, address) => run.total('site', 'retries', address),
};
