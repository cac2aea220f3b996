import { defineStack } from './stack.ts';

export const phase5ConnectionPoolStack = defineStack({
  kind: 'phase5ConnectionPool',
  title: 'Connection pool of the chapter Phase 5',
  about: 'Twenty connections to a database and ten more in a burst, each tested before use; who finds none waits for half a minute at most.',
  source: 'chapter Phase 5: Reliability & Resilience: SQLAlchemy with 20 + 10 connections and 30 s for the primary; 5 + 2 and 10 s, without tests, for analyses',
  useWhen: 'A service asks a database through SQLAlchemy, and the database may fail over.',
  differs: 'Who finds no connection waits; in the stack psycopgPool that is an error at once.',
  layers: [{ pattern: 'connectionPool', kind: 'sqlalchemy', with: { poolSize: 20, maxOverflow: 10, poolTimeout: '30s', poolPrePing: true } }],
});
