import type { Metric } from './metric.ts';

export const fullQualityAvailability: Metric = {
  name: 'fullQualityAvailability',
  title: 'Full-quality availability',
  about: 'Like availability, but a degraded answer, such as the value of a fallback, does not count as usable.',
  quantity: 'ratio',
  better: 1,
  of: 'client',
  evaluate: (run, address) => run.total('client', 'ok', address) / (run.good(address) + run.lost(address)),
};
