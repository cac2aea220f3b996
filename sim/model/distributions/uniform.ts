import { drawn } from '../../catalogue/param.ts';
import { UniformSampler } from '../../kernel/samplers.ts';
import { defineDistribution } from './distribution.ts';

export const uniform = defineDistribution({
  kind: 'uniform',
  title: 'Uniform',
  about: 'Any value between two bounds, each as likely as any other.',
  source: 'continuous uniform distribution',
  params: {
    min: drawn({ about: 'The least value.', default: 0 }),
    max: drawn({ about: 'The greatest value.' }),
  },
  check: ({ min, max }) => (min > max ? [{ param: 'max', message: 'max must be at least min' }] : []),
  create: ({ min, max }) => new UniformSampler(min, max),
});
