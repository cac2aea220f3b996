import { count, drawn } from '../../catalogue/param.ts';
import { GammaSampler } from '../../kernel/samplers.ts';
import { defineDistribution } from './distribution.ts';

export const erlang = defineDistribution({
  kind: 'erlang',
  title: 'Erlang',
  about: 'The sum of several exponential stages, one after another: more regular than one exponential of the same mean.',
  source: 'A. K. Erlang, 1917; E_k in Kendall’s notation',
  params: {
    mean: drawn({ about: 'The mean of the sum.' }),
    stages: count({ about: 'How many stages; coefficient of variation is 1 / √stages.', min: 1, max: 1e6 }),
  },
  create: ({ mean, stages }) => new GammaSampler(mean, stages),
});
