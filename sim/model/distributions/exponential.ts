import { drawn } from '../../catalogue/param.ts';
import { ExponentialSampler } from '../../kernel/samplers.ts';
import { defineDistribution } from './distribution.ts';

export const exponential = defineDistribution({
  kind: 'exponential',
  title: 'Exponential',
  about: 'Short values are common, long ones rare, and how long it has taken already says nothing about the rest.',
  source: 'memoryless, M in Kendall’s notation',
  params: { mean: drawn({ about: 'The mean; the standard deviation is the same.' }) },
  shorthand: 'mean',
  create: ({ mean }) => new ExponentialSampler(mean),
});
