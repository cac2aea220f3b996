import type { Metric } from './metric.ts';

export const retries: Metric = {
  name: 'retries',
  title: 'Retries',
  about: 'Attempts sent after the earlier ones of their call had ended, whoever sent them; those sent beside others are hedges.',
  quantity: 'count',
  better: -1,
  of: 'site',
  evaluate: (run, address) => run.total('site', 'retries', address),
};
