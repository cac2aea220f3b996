import type { Metric } from './metric.ts';

export const amplification: Metric = {
  name: 'amplification',
  title: 'Amplification',
  about: 'Attempts sent for each call of a call site; of the whole system, attempts at all sites for each request of a user.',
  quantity: 'factor',
  better: -1,
  of: 'site',
  evaluate: (run, address) => {
    const causes = address === '' ? run.total('client', 'offered', '') : run.total('site', 'calls', address);
    return run.total('site', 'sends', address) / causes;
  },
};
