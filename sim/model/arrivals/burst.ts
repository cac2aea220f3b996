import { count, duration } from '../../catalogue/param.ts';
import { defineArrivals } from '../arrival.ts';

export const burst = defineArrivals({
  family: 'arrivals',
  kind: 'burst',
  title: 'Burst',
  about: 'Many clients at one instant, such as a fleet that reconnects: a thundering herd.',
  source: 'thundering herd of 1000 clients as in the source chapters',
  params: {
    size: count({ about: 'How many requests.', min: 1, max: 10_000_000, unit: 'requests' }),
    at: duration({ about: 'When.', default: 0 }),
    every: duration({ about: 'Again after each such time. Left out: once.', default: Infinity, unlimited: true, minExclusive: true }),
    spread: duration({ about: 'Spread evenly at random over this long, instead of all at one instant.', default: 0 }),
  },
  create: (values) => ({ kind: 'burst', size: values.size, atNs: values.at, everyNs: values.every, spreadNs: values.spread }),
});
