/** The waiting line of an instance as scenario files describe it: how long, in which order, and who has to go. */
import { choice, count, duration, flag, oneOf, record, type ValuesOf } from '../catalogue/param.ts';
import type { DisciplineFactory } from './discipline.ts';

const fields = {
  capacity: count({ about: 'How many requests may wait on each instance; what happens to more, overflow says.', default: Infinity, unlimited: true, unit: 'requests' }),
  discipline: oneOf<DisciplineFactory>('discipline')({ about: 'Who is served next.', default: 'fifo' }),
  overflow: choice(
    {
      rejectNew: 'The request that arrives is turned away.',
      dropOldest: 'The request that has waited longest makes room.',
      dropNewest: 'The request that arrived before makes room.',
      dropStale: 'The request that has waited longest makes room if it has waited for longer than maxWait; otherwise the one that arrives is turned away.',
      dropLeastImportant: 'The least important request makes room, the newest of them if there are several; it may be the one that arrives.',
    },
    { about: 'Who has to go when the line is full.', default: 'rejectNew', source: 'chapter Reliability & Resilience (queue overflow policies)' },
  ),
  maxWait: duration({
    about: 'Requests that have waited longer are dropped when their turn comes, at no cost.',
    minExclusive: true,
    default: Infinity,
    unlimited: true,
    source: 'own: none; 30 s in the worker of chapter Reliability & Resilience',
  }),
  dropExpired: flag({
    about: 'Requests whose deadline has passed are dropped when they arrive or their turn comes, at no cost.',
    default: false,
    source: 'own choice: most servers do not look; gRPC ones do',
  }),
};

export type QueueSettings = ValuesOf<typeof fields>;

export const queueParam = record(fields, { about: 'The waiting line of each instance.', default: {}, shorthand: 'capacity' });
