import { number } from '../catalogue/param.ts';
import { checkSelection, defineFault, select, selectionParams } from './fault.ts';

export const slowdown = defineFault({
  family: 'fault',
  kind: 'slowdown',
  title: 'Slow down',
  about: 'All work takes so many times longer, also what is going on already.',
  source: 'gray failure; CPU pressure of Chaos Mesh StressChaos and Gremlin',
  params: { ...selectionParams, factor: number({ about: 'How many times longer work takes.', min: 0, minExclusive: true }) },
  check: checkSelection,
  create: (values, build) => {
    const instances = select(build, values);
    return {
      begin: () => instances.forEach((instance) => instance.slowdown.add(build.id, values.factor)),
      end: () => instances.forEach((instance) => instance.slowdown.remove(build.id)),
    };
  },
});
