/**
 * Goal: a layer with a state for each instance of its callee does not send a call elsewhere than where the connection
 * leads that a pool further out has lent it.
 * Method: an instance that has died once, so that a connection that is taken for one to it is recognised.
 */
import { expect, test } from 'vitest';
import { outcomesOf, sentWithin, trial } from '../faults/trial.ts';

test('the instance is the one at the other end of the connection', () => {
  const seen = trial(
    `
system:
  users:
    kind: client
    arrivals: {constant: 100/s}
    calls: api
    patterns:
      - connectionPool: {kind: hikari, maximumPoolSize: 4, setup: 1ms}
      - timeout: {after: 100ms, per: [callee]}
  api: {kind: service, instances: 2, threads: 8, startup: 10ms, handler: [{work: 5ms}]}
`,
    '{at: 300ms, for: 100ms, kill: {target: api, instance: 1}}',
  );
  expect(outcomesOf(sentWithin(seen, 1000, 1900))).toEqual({ ok: 90 });
});
