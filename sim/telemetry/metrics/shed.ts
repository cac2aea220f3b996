import type { Metric } from './metric.ts';

export const shed: Metric = {
  name: 'shed',
  title: 'Shed',
  about: 'Requests that a load shedding layer turned away.',
  quantity: 'count',
  better: -1,
  of: 'layer',
  evaluate: (run, address) => run.total('layer', 'shed', address),
};
