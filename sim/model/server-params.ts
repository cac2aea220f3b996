import { count, duration, flag, list, number, oneOf, record, type ValuesOf } from '../catalogue/param.ts';
import { SECOND } from '../catalogue/units.ts';
import type { BalancerFactory } from './balancer.ts';
import { queueParam } from './queue.ts';
import type { ServerSettings } from './server.ts';

/** Parameters that every component with instances has. */
export const serverParams = {
  queue: queueParam,
  balancer: record(
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
  ),
} as const;

/** What a server is told of them. @param own what each kind of component calls by a name of its own */
export function serverSettings(
  { queue, balancer: { algorithm, weights, healthCheck }, startup }: ValuesOf<typeof serverParams> & { readonly startup: number },
  own: Pick<ServerSettings, 'instances' | 'threads' | 'limits'>,
): ServerSettings {
  return {
    ...own,
    queue,
    balancer: algorithm,
    weights,
    healthCheck: healthCheck && {
      intervalNs: healthCheck.interval,
      timeoutNs: healthCheck.timeout,
      unhealthyThreshold: healthCheck.unhealthyThreshold,
      healthyThreshold: healthCheck.healthyThreshold,
      aligned: healthCheck.aligned,
    },
    startupNs: startup,
  };
}
