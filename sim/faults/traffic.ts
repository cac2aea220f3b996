import { address, number } from '../catalogue/param.ts';
import { defineFault, modifying } from './fault.ts';

export const traffic = defineFault({
  family: 'fault',
  kind: 'traffic',
  title: 'Traffic multiplier',
  about: 'Users send so many times more requests; bursts are so many times larger, and in a closed loop users think so many times shorter.',
  source: 'load spikes of the source chapters (tenfold on Black Friday)',
  params: {
    target: address({ of: 'component', componentKinds: ['client'], about: 'The client.' }),
    factor: number({ about: 'How many times more.', min: 0, minExclusive: true }),
  },
  create: (values, build) => modifying([build.client(values.target).traffic], build.id, values.factor),
});
