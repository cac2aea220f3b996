import { drawn, number } from '../../catalogue/param.ts';
import { GammaSampler } from '../../kernel/samplers.ts';
import { defineDistribution } from './distribution.ts';

export const gamma = defineDistribution({
  kind: 'gamma',
  title: 'Gamma',
  about: 'From very irregular (shape below 1) through exponential (1) to nearly constant (large).',
  source: 'gamma distribution',
  params: {
    mean: drawn({ about: 'The mean.' }),
    shape: number({ about: 'Coefficient of variation is 1 / √shape.', min: 0.01, max: 1e6 }),
  },
  create: ({ mean, shape }) => new GammaSampler(mean, shape),
});
