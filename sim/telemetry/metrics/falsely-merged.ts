import type { Metric } from './metric.ts';

export const falselyMerged: Metric = {
  name: 'falselyMerged',
  title: 'Falsely merged',
  about: 'Calls that were taken for a repetition of another request because their idempotency keys were equal.',
  quantity: 'count',
  better: -1,
  of: 'layer',
  evaluate: (run, address) => run.total('layer', 'falselyMerged', address),
};
