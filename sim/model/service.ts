import { callSite, choice, count, duration, mapOf, patterns, record, steps } from '../catalogue/param.ts';
import { SECOND } from '../catalogue/units.ts';
import type { Site } from '../resilience/runtime.ts';
import { defineComponent } from './component.ts';
import { FlagView } from './flag-view.ts';
import { serverParams, serverSettings } from './server-params.ts';
import { Server } from './server.ts';
import { type Program, assemble, holdsStep } from './step.ts';
import { stopAtDeadlineParam, workTimeoutParam } from './work-limits.ts';

export const service = defineComponent({
  family: 'component',
  kind: 'service',
  role: 'server',
  title: 'Service',
  about: 'A program that runs in several instances, each with a pool of threads and a waiting line, and does what its handler says.',
  source: 'thread-per-request servers; M/M/c/K stations of queueing theory',
  params: {
    instances: count({ about: 'How many copies run.', default: 1, min: 1, max: 10_000, unit: 'instances' }),
    threads: count({ about: 'Threads of each instance; one is held from the start of a request to its end.', default: 32, min: 1, unlimited: true, unit: 'threads' }),
    ...serverParams,
    handler: steps<Program>()({ about: 'What a request makes the service do, step by step.', optional: true }),
    operations: mapOf(steps<Program>()({ about: 'Steps of the operation.' }), { about: 'Several handlers by name, instead of one.', optional: true }),
    flags: record(
      {
        store: callSite<Site>()({ about: 'The store that is asked.', componentKinds: ['flagStore'] }),
        poll: duration({ about: 'How often each instance asks, while it needs to know.', default: 30 * SECOND, source: 'source chapter S3: every 30 s' }),
        maxAge: duration({ about: 'An answer that is older counts no longer; unlimited: the last one counts for ever.', default: Infinity, unlimited: true }),
        unknown: choice({ on: 'They are on.', off: 'They are off.' }, { about: 'What holds of features while nothing is known, as after a start or when the store is down.', default: 'on', source: 'source chapter S4: default True' }),
      },
      { about: 'Where the instances learn which features are on; for steps of kind feature.', optional: true, shorthand: 'store' },
    ),
    patterns: patterns<unknown>()({ about: 'Patterns in front of the pool, outermost first.', default: [] }),
    requestTimeout: workTimeoutParam('worker timeouts of application servers, such as that of Gunicorn'),
    stopAtDeadline: stopAtDeadlineParam,
    startup: duration({ about: 'From a restart until the instance serves again.', default: 5 * SECOND }),
  },
  check: (values) => {
    if ((values.handler === undefined) === (values.operations === undefined)) return [{ param: 'handler', message: 'a service needs either a handler or operations' }];
    if (values.flags === undefined && (holdsStep('feature', values.handler) || holdsStep('feature', values.operations))) return [{ param: '', message: 'a service with features needs flags, such as {flags: {store: name of a flagStore}}' }];
    return [];
  },
  operations: (values) => Object.keys(values.operations ?? {}),
  outline: (values) => ({ instances: values.instances, capacity: values.threads, queueCapacity: values.queue.capacity }),
  create: (values, { grounds, name }) => {
    const { instances, threads, requestTimeout, stopAtDeadline } = values;
    const server = new Server(grounds, name, serverSettings(values, { instances, threads, limits: { afterNs: requestTimeout, stopAtDeadline } }));
    if (values.flags !== undefined) {
      const { store, poll, maxAge, unknown } = values.flags;
      server.flags = new FlagView(grounds, name, instances, { store, pollNs: poll, maxAgeNs: maxAge, onWhenUnknown: unknown === 'on' });
    }
    const handlers = values.operations === undefined ? [values.handler!] : Object.values(values.operations);
    server.programs = handlers.map(assemble);
    return { role: 'server', server };
  },
});
