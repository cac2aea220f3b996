import { number } from '../../catalogue/param.ts';
import { defineJitter } from './jitter.ts';

export const proportional = defineJitter({
  kind: 'proportional',
  title: 'Proportional jitter',
  about: 'Multiplies the wait by a factor drawn from a range around one.',
  source: 'Resilience4j 2.4 (randomized interval, 0.5 to 1.5), Polly 8 (0.75 to 1.25), gRPC proposal A6 (0.8 to 1.2), the chapters (0.5 to 1.5 and 0.5 to 1)',
  params: {
    min: number({ about: 'The smallest factor.', min: 0, default: 0.5, source: 'Resilience4j 2.4' }),
    max: number({ about: 'The largest factor.', min: 0, default: 1.5, source: 'Resilience4j 2.4' }),
  },
  create: ({ min, max }) => (delayNs, uniform) => delayNs * (min + (max - min) * uniform),
  check: ({ min, max }) => (max < min ? [{ param: 'max', message: 'the largest factor must not be smaller than the smallest' }] : []),
});
