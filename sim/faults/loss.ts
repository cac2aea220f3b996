import { choice, flag, ratio } from '../catalogue/param.ts';
import { defineFault, modifying } from './fault.ts';
import { pathParams, pathsOf } from './paths.ts';

export const loss = defineFault({
  family: 'fault',
  kind: 'loss',
  title: 'Packet loss',
  about: 'Messages are lost on the way: they come late because the sender sends them again, or never. It is not an error: nobody is told.',
  source: 'tc netem loss; NetworkChaos loss of Chaos Mesh; TCP retransmission',
  params: {
    ...pathParams,
    rate: ratio({ about: 'Share of messages lost.' }),
    as: choice(
      { retransmission: 'as the link says: sent again after a timeout, unless the link is set to silence', silence: 'gone for good; only a timeout helps' },
      { about: 'What becomes of a lost message.', default: 'retransmission' },
    ),
    oneWay: flag({ about: 'Only messages from `from` to `to`.', default: false }),
  },
  create: (values, build) => {
    const knobs = pathsOf(build, values).map((path) => (values.as === 'silence' ? path.drop : path.loss));
    return modifying(knobs, build.id, values.rate);
  },
});
