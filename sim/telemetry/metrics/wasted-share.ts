import type { Metric } from './metric.ts';

export const wastedShare: Metric = {
  name: 'wastedShare',
  title: 'Wasted share of work',
  about: 'Wasted pieces of server work among all that ended.',
  quantity: 'ratio',
  better: -1,
  of: 'component',
  evaluate: (run, address) => {
    const ended = run.total('component', 'completed', address) + run.total('component', 'failed', address);
    return run.total('component', 'wasted', address) / ended;
  },
};
