import { count, distribution, duration } from '../../catalogue/param.ts';
import { defineArrivals } from '../arrival.ts';

export const closed = defineArrivals({
  family: 'arrivals',
  kind: 'closed',
  title: 'Closed loop',
  about: 'A fixed number of users, each of whom waits for the answer and thinks before the next request, so that a slow system slows its own load.',
  source: 'closed workload with think time; virtual users of JMeter and k6',
  params: {
    users: count({ about: 'How many users.', min: 1, max: 1_000_000, unit: 'users' }),
    think: distribution({ of: 'duration', about: 'Time from an answer to the next request of the same user.' }),
    rampUp: duration({ about: 'Users start evenly over this time; each begins by thinking.', default: 0 }),
  },
  create: (values) => ({ kind: 'closed', users: values.users, think: values.think, rampUpNs: values.rampUp }),
});
