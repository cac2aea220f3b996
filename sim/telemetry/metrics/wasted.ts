import type { Metric } from './metric.ts';

export const wasted: Metric = {
  name: 'wasted',
  title: 'Wasted work',
  about: 'Pieces of server work whose caller had let go of them, or of their answer, before it had it.',
  quantity: 'count',
  better: -1,
  of: 'component',
  evaluate: (run, address) => run.total('component', 'wasted', address),
};
