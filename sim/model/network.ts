/** The `network` section: latency and loss between components. Without it messages take no time and are never lost. */
import { address, choice, distribution, duration, list, ratio, record } from '../catalogue/param.ts';
import type { Fields, ValuesOf } from '../catalogue/param.ts';
import { MILLISECOND } from '../catalogue/units.ts';

const link = {
  latency: distribution({ of: 'duration', about: 'How long one message takes in one direction.', default: 0 }),
  loss: ratio({ about: 'Share of messages that are lost on the way.', default: 0 }),
  lossModel: choice(
    {
      retransmission: 'the sender notices and sends again after a retransmission timeout that doubles, as TCP does',
      silence: 'nobody notices; only a timeout helps',
    },
    { about: 'What a lost message means to its sender.', default: 'retransmission' },
  ),
  retransmitAfter: duration({
    about: 'First retransmission timeout; it doubles with each further loss of the same message.',
    default: 200 * MILLISECOND,
    source: 'TCP minimum retransmission timeout of Linux',
  }),
} as const satisfies Fields;

export const networkParams = {
  default: record(link, { about: 'Between any two components that have no link of their own.', default: {} }),
  links: list(
    record(
      {
        from: address({ of: 'component', about: 'The component that calls.' }),
        to: address({ of: 'component', about: 'The component that is called.' }),
        ...link,
      },
      { about: 'Between two components, for calls in this direction and their answers.' },
    ),
    { about: 'Links that differ from the default.', default: [] },
  ),
} as const satisfies Fields;

export type NetworkValues = ValuesOf<typeof networkParams>;
