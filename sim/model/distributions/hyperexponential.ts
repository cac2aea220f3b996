import { drawn, number } from '../../catalogue/param.ts';
import { HyperexponentialSampler, type Weighted } from '../../kernel/samplers.ts';
import { defineDistribution, weightedValues, weightProblem } from './distribution.ts';

export const hyperexponential = defineDistribution({
  kind: 'hyperexponential',
  title: 'Hyperexponential',
  about: 'One of several exponential distributions, chosen anew each time: many quick values and a few slow ones.',
  source: 'H_k in Kendall’s notation; two branches with balanced means for mean and cv (Morse 1958)',
  params: {
    mean: drawn({ about: 'The mean; with cv.', optional: true, minExclusive: true }),
    cv: number({ about: 'Coefficient of variation: standard deviation divided by mean.', min: 1, max: 1000, optional: true }),
    branches: weightedValues('The branches, instead of mean and cv.', 'The mean of a branch.'),
  },
  check: ({ mean, cv, branches }) => {
    const byMoments = mean !== undefined && cv !== undefined && branches === undefined;
    const byBranches = mean === undefined && cv === undefined && branches !== undefined;
    if (byBranches) return weightProblem('branches', branches);
    return byMoments ? [] : [{ param: '', message: 'a hyperexponential distribution is given by mean and cv, or by branches' }];
  },
  create: ({ mean, cv, branches }) =>
    new HyperexponentialSampler(mean !== undefined && cv !== undefined ? balancedBranches(mean, cv) : branches!),
});

/** Two branches, each of which contributes half of the mean, with a given coefficient of variation (at least 1). */
function balancedBranches(mean: number, cv: number): readonly Weighted<number>[] {
  const square = cv * cv;
  const quick = (1 + Math.sqrt((square - 1) / (square + 1))) / 2;
  return [quick, 1 - quick].map((weight) => ({ weight, value: mean / (2 * weight) }));
}
