import type { Metric } from './metric.ts';

export const effects: Metric = {
  name: 'effects',
  title: 'Effects',
  about: 'How often something was done that cannot be taken back, such as a charge.',
  quantity: 'count',
  better: 0,
  of: 'step',
  evaluate: (run, address) => run.total('effect', 'effects', address),
};
