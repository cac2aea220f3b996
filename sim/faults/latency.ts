import { distribution, flag } from '../catalogue/param.ts';
import { defineFault } from './fault.ts';
import { pathParams, pathsOf } from './paths.ts';

export const latency = defineFault({
  family: 'fault',
  kind: 'latency',
  title: 'Network latency',
  about: 'Messages take longer on their way.',
  source: 'tc netem delay; NetworkChaos delay of Chaos Mesh, latency toxic of Toxiproxy',
  params: {
    ...pathParams,
    add: distribution({ of: 'duration', about: 'Delay added to each message.' }),
    oneWay: flag({ about: 'Only messages from `from` to `to`; otherwise both ways, so that a call takes twice the delay longer.', default: false }),
  },
  create: (values, build) => {
    const paths = pathsOf(build, values);
    const base = build.address;
    return {
      begin: () =>
        paths.forEach((path, at) => path.slow({ fault: build.id, delay: values.add, purpose: build.engine.purpose(`${base}/${at & 1}`) })),
      end: () => paths.forEach((path) => path.unslow(build.id)),
    };
  },
});
