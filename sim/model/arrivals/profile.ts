import { choice, duration, list, rate, record } from '../../catalogue/param.ts';
import { defineArrivals } from '../arrival.ts';

const segment = record(
  {
    for: duration({ about: 'How long the stretch lasts; the last one may leave it out and lasts to the end.', default: Infinity, unlimited: true }),
    rate: rate({ about: 'Requests per second at the start of the stretch.' }),
    to: rate({ about: 'Requests per second at its end, reached in a straight line. Left out: no change.', optional: true }),
  },
  { about: 'A stretch of time with its rate: a step, a ramp or a spike.' },
);

export const profile = defineArrivals({
  family: 'arrivals',
  kind: 'profile',
  title: 'Profile',
  about: 'A rate that changes over time in steps and ramps.',
  source: 'ramping arrival rates of k6 and JMeter',
  params: {
    segments: list(segment, { about: 'The stretches, one after another.', minItems: 1 }),
    gaps: choice({ poisson: 'at random', constant: 'at equal distances' }, { about: 'How requests are spaced.', default: 'poisson' }),
  },
  shorthand: 'segments',
  create: (values) => ({
    kind: 'open',
    gaps: values.gaps,
    segments: values.segments.map((one) => ({ forNs: one.for, fromPerSec: one.rate, toPerSec: one.to ?? one.rate })),
  }),
});
