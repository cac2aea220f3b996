/** Parameters and facts that all connection pools share. */
import { causes, choice, duration } from '../../catalogue/param.ts';
import { MILLISECOND } from '../../catalogue/units.ts';

/** Outcomes after which nobody can know what is still in the pipe: the connection is closed. */
const BROKEN = ['reset', 'refused', 'unreachable', 'timeout'] as const;

export const setupParam = duration({
  about: 'What it costs to set up a connection (encryption, log-in) beside one round trip to the callee.',
  default: 10 * MILLISECOND,
  source: 'own choice: a log-in with TLS to a database in the same region takes 5 to 50 ms',
});

export const evictOnParam = causes({
  about: 'Outcomes of a call after which its connection is closed instead of returned. An answer that refuses a write because the callee is no primary is not among them: the connection works.',
  default: BROKEN,
  source: 'SQL states 08 and SQLTimeoutException in HikariCP 6; is_disconnect in SQLAlchemy 2',
});

export const releaseParam = choice(
  {
    whenWorkEnds: 'It stays lent until the work inside has really ended, as with a thread that nobody can interrupt.',
    closes: 'It is closed, and another has to be set up in its place, as with drivers that can cancel.',
  },
  {
    about: 'What happens to the connection of a caller that stops waiting for its answer, for instance because a timeout outside the pool is over.',
    default: 'whenWorkEnds',
    source: 'whenWorkEnds: blocking drivers; closes: drivers for asyncio',
  },
);
