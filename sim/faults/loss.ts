import { choice, flag, ratio } from '../catalogue/param.ts';
import { defineFault, pathParams } from './fault.ts';
import { pathsBothWays, pathsOneWay } from './paths.ts';

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
    const paths = values.oneWay ? pathsOneWay(build, values.from, values.to) : pathsBothWays(build, values.from, values.to);
    const knobs = paths.map((path) => (values.as === 'silence' ? path.drop : path.loss));
    return {
      begin: () => knobs.forEach((knob) => knob.add(build.id, values.rate)),
      end: () => knobs.forEach((knob) => knob.remove(build.id)),
    };
  },
});
