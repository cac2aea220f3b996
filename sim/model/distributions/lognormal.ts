import { drawn, number } from '../../catalogue/param.ts';
import { LognormalSampler } from '../../kernel/samplers.ts';
import { defineDistribution } from './distribution.ts';

export const lognormal = defineDistribution({
  kind: 'lognormal',
  title: 'Lognormal',
  about: 'The usual shape of service times and latencies: most values lie near the median, and a long tail above it.',
  source: 'lognormal distribution, by its mean and coefficient of variation or by two quantiles',
  params: {
    mean: drawn({ about: 'The mean; with cv.', optional: true, minExclusive: true }),
    cv: number({ about: 'Coefficient of variation: standard deviation divided by mean.', min: 0, max: 100, optional: true }),
    p50: drawn({ about: 'The median; with p99, instead of mean and cv.', optional: true, minExclusive: true }),
    p99: drawn({ about: 'The value that 1 % exceed.', optional: true, minExclusive: true }),
  },
  check: ({ mean, cv, p50, p99 }) => {
    const byMoments = mean !== undefined && cv !== undefined && p50 === undefined && p99 === undefined;
    const byQuantiles = mean === undefined && cv === undefined && p50 !== undefined && p99 !== undefined;
    if (!byMoments && !byQuantiles) return [{ param: '', message: 'a lognormal distribution is given by mean and cv, or by p50 and p99' }];
    return byQuantiles && p99 < p50 ? [{ param: 'p99', message: 'p99 must be at least p50' }] : [];
  },
  create: ({ mean, cv, p50, p99 }) =>
    mean !== undefined && cv !== undefined ? LognormalSampler.fromMeanAndCv(mean, cv) : LognormalSampler.fromP50AndP99(p50!, p99!),
});
