import { drawn, number } from '../../catalogue/param.ts';
import { WeibullSampler } from '../../kernel/samplers.ts';
import { defineDistribution } from './distribution.ts';

export const weibull = defineDistribution({
  kind: 'weibull',
  title: 'Weibull',
  about: 'Times to failure: with a shape below 1 the longer it has lasted the longer it will, above 1 it wears out.',
  source: 'Weibull distribution',
  params: {
    scale: drawn({ about: 'The value that 36.8 % exceed.' }),
    shape: number({ about: 'Below 1 a heavy tail, 1 exponential, above 1 wear.', min: 0.2, max: 1000 }),
  },
  create: ({ scale, shape }) => new WeibullSampler(scale, shape),
});
