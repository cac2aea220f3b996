import { drawn, mapOf } from '../../catalogue/param.ts';
import { type Quantile, QuantilesSampler, WeightedValuesSampler } from '../../kernel/samplers.ts';
import { defineDistribution, weightedValues, weightProblem } from './distribution.ts';

export const empirical = defineDistribution({
  kind: 'empirical',
  title: 'Empirical',
  about: 'Measured values: a list with weights, or quantiles with straight lines between them.',
  source: 'inverse of the empirical distribution function',
  params: {
    values: weightedValues('Values, each with how often it occurs.', 'A value.'),
    quantiles: mapOf(drawn({ about: 'The value that this share does not exceed.' }), {
      about: 'Quantiles from p0 (the least value) to p100 (the greatest), such as {p0: 1ms, p50: 4ms, p99: 20ms, p100: 80ms}.',
      optional: true,
    }),
  },
  check: ({ values, quantiles }) => {
    if ((values === undefined) === (quantiles === undefined)) return [{ param: '', message: 'an empirical distribution is given by values, or by quantiles' }];
    return values !== undefined ? weightProblem('values', values) : quantileProblems(quantiles ?? {});
  },
  create: ({ values, quantiles }) => (values !== undefined ? new WeightedValuesSampler(values) : new QuantilesSampler(pointsOf(quantiles ?? {}))),
});

const QUANTILE = /^p(\d{1,3}(?:\.\d+)?)$/;

/** The points of the distribution function, from the least share to the greatest. */
function pointsOf(quantiles: Readonly<Record<string, number>>): readonly Quantile[] {
  return Object.entries(quantiles)
    .map(([name, value]) => ({ p: Number(QUANTILE.exec(name)?.[1]) / 100, value }))
    .sort((a, b) => a.p - b.p);
}

function quantileProblems(quantiles: Readonly<Record<string, number>>): { param: string; message: string }[] {
  const misnamed = Object.keys(quantiles).filter((name) => !QUANTILE.test(name));
  if (misnamed.length > 0) return misnamed.map((name) => ({ param: 'quantiles', message: `"${name}" is no quantile; expected p50, p99.9 and so on` }));
  const points = pointsOf(quantiles);
  if (points[0]?.p !== 0 || points.at(-1)?.p !== 1) return [{ param: 'quantiles', message: 'quantiles go from p0 to p100' }];
  const rises = points.every((point, at) => at === 0 || (points[at - 1]!.p < point.p && points[at - 1]!.value <= point.value));
  return rises ? [] : [{ param: 'quantiles', message: 'a higher quantile cannot have a smaller value' }];
}
