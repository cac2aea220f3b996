import { distribution, list, record } from '../../catalogue/param.ts';
import { MixtureSampler } from '../../kernel/samplers.ts';
import { defineDistribution, weight, weightProblem } from './distribution.ts';

export const mixture = defineDistribution({
  kind: 'mixture',
  title: 'Mixture',
  about: 'One of several distributions, chosen anew each time, such as hits and misses of a cache.',
  source: 'mixture distribution',
  params: {
    parts: list(record({ value: distribution({ of: 'drawn', about: 'What is drawn.' }), weight }, { about: 'A distribution with its weight.' }), {
      about: 'The distributions, each with its weight.',
      minItems: 1,
    }),
  },
  shorthand: 'parts',
  check: ({ parts }) => weightProblem('parts', parts),
  create: ({ parts }) => new MixtureSampler(parts),
});
