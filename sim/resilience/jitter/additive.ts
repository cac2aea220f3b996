import { SECOND } from '../../catalogue/units.ts';
import { duration } from '../../catalogue/param.ts';
import { defineJitter } from './jitter.ts';

export const additive = defineJitter({
  kind: 'additive',
  title: 'Additive jitter',
  about: 'Adds anything between nothing and a fixed amount to the wait.',
  source: 'the retry loop of the chapter Reliability Engineering',
  differs: 'The spread does not grow with the wait, so after a few retries it spreads little.',
  params: {
    max: duration({ about: 'The most that is added.', default: SECOND, source: 'the chapter Reliability Engineering' }),
  },
  shorthand: 'max',
  create: ({ max }) => (delayNs, uniform) => delayNs + max * uniform,
});
