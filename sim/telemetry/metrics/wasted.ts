import type { Metric } from './metric.ts';

export const wasted: Metric = {
  name: 'wasted',
  title: 'Wasted work',
  about: 'Pieces of server work that ended after their caller had let go of them.',
  quantity: 'count',
  better: -1,
  of: 'component',
  evaluate: (run, address) => run.total('component', 'wasted', address),
};
