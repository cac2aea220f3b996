import type { Metric } from './metric.ts';

export const duplicateEffects: Metric = {
  name: 'duplicateEffects',
  title: 'Duplicate effects',
  about: 'Effects beyond the first that one request had for the same purpose, such as the second charge of one order.',
  quantity: 'count',
  better: -1,
  of: 'step',
  evaluate: (run, address) => run.total('effect', 'duplicateEffects', address),
};
