import { drawn } from '../../catalogue/param.ts';
import { ConstantSampler } from '../../kernel/samplers.ts';
import { defineDistribution } from './distribution.ts';

export const constant = defineDistribution({
  kind: 'constant',
  title: 'Constant',
  about: 'Always the same value. A bare amount means this.',
  source: 'deterministic, D in Kendall’s notation',
  params: { value: drawn({ about: 'The value.' }) },
  shorthand: 'value',
  create: ({ value }) => new ConstantSampler(value),
});
