import { rate } from '../../catalogue/param.ts';
import { defineArrivals } from '../arrival.ts';

export const constant = defineArrivals({
  family: 'arrivals',
  kind: 'constant',
  title: 'Constant',
  about: 'One request after another at equal distances, as a paced load generator sends them.',
  source: 'open workload with deterministic gaps',
  params: { rate: rate({ about: 'Number of requests per second.' }) },
  shorthand: 'rate',
  create: (values) => ({ kind: 'open', gaps: 'constant', segments: [{ forNs: Infinity, fromPerSec: values.rate, toPerSec: values.rate }] }),
});
