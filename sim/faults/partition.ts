import { flag } from '../catalogue/param.ts';
import { defineFault, modifying } from './fault.ts';
import { pathParams, pathsOf } from './paths.ts';

export const partition = defineFault({
  family: 'fault',
  kind: 'partition',
  title: 'Network partition',
  about: 'No message gets through between two components, or in one direction only: then requests arrive and answers do not, or the other way round.',
  source: 'NetworkChaos partition of Chaos Mesh, blackhole of Gremlin',
  params: { ...pathParams, oneWay: flag({ about: 'Only messages from `from` to `to` are lost.', default: false }) },
  create: (values, build) => modifying(pathsOf(build, values).map(({ cut }) => cut), build.id, 1),
});
