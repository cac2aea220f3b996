import type { Metric } from './metric.ts';

export const availability: Metric = {
  name: 'availability',
  title: 'Availability',
  about:
    'Share of requests that got a usable answer, in full or degraded, of all that have ended or have been open for longer than any usable answer took.',
  quantity: 'ratio',
  better: 1,
  of: 'client',
  evaluate: (run, address) => run.good(address) / (run.good(address) + run.lost(address)),
};
