import { drawn, number } from '../../catalogue/param.ts';
import { BoundedParetoSampler } from '../../kernel/samplers.ts';
import { defineDistribution } from './distribution.ts';

export const boundedPareto = defineDistribution({
  kind: 'boundedPareto',
  title: 'Bounded Pareto',
  about: 'A power law between two bounds: few values carry much of the sum, as with sizes of files and jobs.',
  source: 'Harchol-Balter and Downey, Exploiting process lifetime distributions, 1997',
  params: {
    alpha: number({ about: 'The smaller, the heavier the tail.', min: 0.1, max: 100 }),
    min: drawn({ about: 'The least value.', minExclusive: true }),
    max: drawn({ about: 'The greatest value.', minExclusive: true }),
  },
  check: ({ min, max }) => (min >= max ? [{ param: 'max', message: 'max must be above min' }] : []),
  create: ({ alpha, min, max }) => new BoundedParetoSampler(alpha, min, max),
});
