import { number } from '../catalogue/param.ts';
import { checkSelection, defineFault, modifying, select, selectionParams } from './fault.ts';

export const slowdown = defineFault({
  family: 'fault',
  kind: 'slowdown',
  title: 'Slow down',
  about: 'All work takes so many times longer, also what is going on already.',
  source: 'gray failure; CPU pressure of Chaos Mesh StressChaos and Gremlin',
  params: { ...selectionParams, factor: number({ about: 'How many times longer work takes.', min: 0, minExclusive: true }) },
  check: checkSelection,
  create: (values, build) => modifying(select(build, values).map((instance) => instance.slowdown), build.id, values.factor),
});
