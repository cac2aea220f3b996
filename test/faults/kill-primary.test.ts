/**
 * Goal: whoever is the primary at that moment dies, not a certain node.
 * Method: a law that killing a certain node breaks.
 */
import { expect, test } from 'vitest';
import { outcomesOf, sentWithin, tellsApart, type Trial } from './trial.ts';

const system = `
system:
  writers: {kind: client, arrivals: {constant: 100/s}, calls: orders, operation: write}
  orders:
    kind: database
    replicas: 2
    startup: 10ms
    write: 5ms
    replication: {mode: async, lag: 1ms}
    failover: {lease: 50ms, renewEvery: 50ms, promotion: 20ms}
`;
const twice = (fault: string): string => `{at: 500ms, for: 300ms, as: first, ${fault}}\n  - {at: 1200ms, for: 300ms, as: second, ${fault}}`;

test('each strike hits the primary of the day', () => {
  const law = (struck: Trial): void => {
    const promoted = struck.simulation.record().events.flatMap(({ kind, what, address }) => (kind === 'role' && what === 'primary' ? [address] : []));
    expect(promoted.length).toBe(2);
    expect(promoted[0]).not.toBe(promoted[1]);
    for (const at of [500, 1200]) {
      const { ok = 0, ...failed } = outcomesOf(sentWithin(struck, at, at + 300));
      expect(Object.values(failed).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(8);
      expect(sentWithin(struck, at, at + 20).every(({ outcome }) => outcome !== 'ok')).toBe(true);
      expect(ok).toBeGreaterThan(20);
    }
    expect(outcomesOf(sentWithin(struck, 600, 1190))).toEqual({ ok: 59 });
  };
  tellsApart(system, law, twice('killPrimary: {target: orders}'), [
    twice('kill: {target: orders, instance: 0}'),
    twice('hang: {target: orders, instance: 0}'),
    twice('kill: {target: orders, share: 100%}'),
  ]);
});
