import type { Metric } from './metric.ts';

export const workLost: Metric = {
  name: 'workLost',
  title: 'Work lost in crashes',
  about: 'Pieces of server work that an instance held when it crashed.',
  quantity: 'count',
  better: -1,
  of: 'component',
  evaluate: (run, address) => run.total('component', 'lost', address),
};
