import { address, count } from '../catalogue/param.ts';
import { LEVEL_MAX } from '../model/feature-state.ts';
import { defineFault, modifying } from './fault.ts';
import { flagStoreOf } from './flag-stores.ts';

export const degrade = defineFault({
  family: 'fault',
  kind: 'degrade',
  title: 'Degrade by hand',
  about: 'An operator sets the degradation level of a store of feature flags; of several levels the highest holds.',
  source: 'source chapter S2: degradation levels 0 to 4',
  params: {
    target: address({ of: 'component', componentKinds: ['flagStore'], about: 'The store of feature flags.' }),
    level: count({ about: 'The level: at 1 the least important features are off, at 4 nearly all.', min: 1, max: LEVEL_MAX, unit: 'level' }),
  },
  create: (values, build) => modifying([flagStoreOf(build, values.target).levelByHand], build.id, values.level),
});
