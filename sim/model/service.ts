import { callSite, choice, count, duration, flag, list, mapOf, number, oneOf, patterns, record, steps } from '../catalogue/param.ts';
import { SECOND } from '../catalogue/units.ts';
import type { Site } from '../resilience/runtime.ts';
import type { BalancerFactory } from './balancer.ts';
import { defineComponent } from './component.ts';
import { FlagView } from './flag-view.ts';
import { queueParam } from './queue.ts';
import { Server, type ServerSettings } from './server.ts';
import { type Program, assemble, holdsStep } from './step.ts';
import { stopAtDeadlineParam, workTimeoutParam } from './work-limits.ts';

/** Parameters that every component with instances has. */
export const balancerParam = record(
  {
    algorithm: oneOf<BalancerFactory>('balancer')({ about: 'How an instance is chosen.', default: 'roundRobin' }),
    weights: list(number({ about: 'Weight of an instance.', min: 0, minExclusive: true }), { about: 'Weights of the instances in order, repeated as needed; for the weighted algorithm.', optional: true }),
    healthCheck: record(
      {
        interval: duration({ about: 'Each instance is checked once in this time, start to start.', default: 5 * SECOND, minExclusive: true, source: 'source chapter S0: load balancer check every 5 s' }),
        timeout: duration({ about: 'A check without an answer for this long has failed.', default: 2 * SECOND, minExclusive: true, source: 'source chapter S0: 2 s' }),
        unhealthyThreshold: count({ about: 'Consecutive failures until no more requests are sent there.', default: 3, min: 1, unit: 'checks', source: 'source chapter S0: 3 misses' }),
        healthyThreshold: count({ about: 'Consecutive successes until requests are sent there again.', default: 2, min: 1, unit: 'checks' }),
        aligned: flag({ about: 'All instances are checked at the same instants, instead of each in a phase of its own.', default: false }),
      },
      { about: 'Active health checks. Left out: the balancer believes that everything is well.', optional: true },
    ),
  },
  { about: 'The load balancer in front of the instances. It knows only what its health checks last said.', default: {} },
);

/** What `service` and `database` make of their parameters. */
export function healthCheckOf(values: { interval: number; timeout: number; unhealthyThreshold: number; healthyThreshold: number; aligned: boolean } | undefined): ServerSettings['healthCheck'] {
  return (
    values && {
      intervalNs: values.interval,
      timeoutNs: values.timeout,
      unhealthyThreshold: values.unhealthyThreshold,
      healthyThreshold: values.healthyThreshold,
      aligned: values.aligned,
    }
  );
}

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
    queue: queueParam,
    balancer: balancerParam,
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
    const server = new Server(grounds, name, {
      instances: values.instances,
      threads: values.threads,
      queue: values.queue,
      balancer: values.balancer.algorithm,
      weights: values.balancer.weights,
      healthCheck: healthCheckOf(values.balancer.healthCheck),
      startupNs: values.startup,
      limits: { afterNs: values.requestTimeout, stopAtDeadline: values.stopAtDeadline },
    });
    const operations = values.operations ?? { '': values.handler! };
    if (values.flags !== undefined) {
      const { store, poll, maxAge, unknown } = values.flags;
      server.flags = new FlagView(grounds, name, values.instances, { store, pollNs: poll, maxAgeNs: maxAge, onWhenUnknown: unknown === 'on' });
    }
    server.programs = Object.values(operations).map(assemble);
    return { role: 'server', server, operations: Object.keys(operations) };
  },
});
