import { defineStack } from './stack.ts';

export const psycopgPoolStack = defineStack({
  kind: 'psycopgPool',
  title: 'Connection pool of psycopg 2',
  about: 'Ten connections at most, of which two are kept; who finds none fails at once.',
  source: 'psycopg 2 (ThreadedConnectionPool) with the numbers of the chapter Reliability & Resilience: 2 to 10 for short queries, 1 to 3 for analyses, 5 to 20 for a replica; psycopg sets up those that it keeps in advance, here the first calls do',
  useWhen: 'A Python service has a pool for each kind of query, so that long ones cannot take the connections of short ones.',
  avoidWhen: 'Bursts are usual: nobody waits, and connections beyond those kept are set up again and again.',
  differs: 'Nobody waits for a connection; HikariCP and SQLAlchemy let calls wait for half a minute.',
  layers: [{ pattern: 'connectionPool', kind: 'sqlalchemy', with: { poolSize: 2, maxOverflow: 8, poolTimeout: 0, useLifo: true } }],
});
