import { flag } from '../catalogue/param.ts';
import { defineFault, pathParams } from './fault.ts';
import { pathsBothWays, pathsOneWay } from './paths.ts';

export const partition = defineFault({
  family: 'fault',
  kind: 'partition',
  title: 'Network partition',
  about: 'No message gets through between two components, or in one direction only: then requests arrive and answers do not, or the other way round.',
  source: 'NetworkChaos partition of Chaos Mesh, blackhole of Gremlin',
  params: { ...pathParams, oneWay: flag({ about: 'Only messages from `from` to `to` are lost.', default: false }) },
  create: (values, build) => {
    const paths = values.oneWay ? pathsOneWay(build, values.from, values.to) : pathsBothWays(build, values.from, values.to);
    return {
      begin: () => paths.forEach((path) => path.cut.add(build.id, 1)),
      end: () => paths.forEach((path) => path.cut.remove(build.id)),
    };
  },
});
