import { rate } from '../../catalogue/param.ts';
import { defineArrivals } from '../arrival.ts';

export const poisson = defineArrivals({
  family: 'arrivals',
  kind: 'poisson',
  title: 'Poisson',
  about: 'Many independent users: requests come at random, at a constant mean rate, whether or not earlier ones were answered.',
  source: 'open workload with exponential gaps',
  params: { rate: rate({ about: 'Mean number of requests per second.' }) },
  shorthand: 'rate',
  create: (values) => ({ kind: 'open', gaps: 'poisson', segments: [{ forNs: Infinity, fromPerSec: values.rate, toPerSec: values.rate }] }),
});
