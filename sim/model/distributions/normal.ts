import { drawn } from '../../catalogue/param.ts';
import { TruncatedNormalSampler } from '../../kernel/samplers.ts';
import { defineDistribution } from './distribution.ts';

export const normal = defineDistribution({
  kind: 'normal',
  title: 'Normal, truncated at 0',
  about: 'Values lie evenly around a centre; negative ones do not occur, so that the true mean is a little above a centre near 0.',
  source: 'truncated normal distribution',
  params: {
    mean: drawn({ about: 'The centre: the mean before negative values are left out.' }),
    sd: drawn({ about: 'The standard deviation before negative values are left out.', minExclusive: true }),
  },
  create: ({ mean, sd }) => new TruncatedNormalSampler(mean, sd),
});
