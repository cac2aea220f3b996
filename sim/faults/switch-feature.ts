import { address, choice, text } from '../catalogue/param.ts';
import { defineFault } from './fault.ts';
import { flagStoreOf } from './flag-stores.ts';

export const switchFeature = defineFault({
  family: 'fault',
  kind: 'switchFeature',
  title: 'Switch a feature by hand',
  about: 'An operator says that a feature is off, or on, whatever the health of dependencies and the degradation level; at the end that is taken back.',
  source: 'source chapter S4: features disabled during an incident',
  params: {
    target: address({ of: 'component', componentKinds: ['flagStore'], about: 'The store of feature flags.' }),
    feature: text({ about: 'Name of the feature.' }),
    state: choice({ off: 'It is off.', on: 'It is on; what was off until somebody says so is free again.' }, { about: 'What is said.', default: 'off' }),
  },
  create: (values, build) => {
    const store = flagStoreOf(build, values.target);
    return { begin: () => store.say(build.id, values.feature, values.state === 'on'), end: () => store.unsay(build.id) };
  },
});
