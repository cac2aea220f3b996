/**
 * Goal: an operator's word about one feature changes that feature and nothing else, for as long as it lasts.
 * Method: laws on a small system with two features, which the nearest siblings break.
 */
import { test, expect } from 'vitest';
import { sentWithin, tellsApart, type Trial } from './trial.ts';

const system = `
system:
  users: {kind: client, arrivals: {constant: 100/s}, calls: shop}
  shop:
    kind: service
    threads: unlimited
    flags: {store: flags, poll: 10ms}
    handler:
      - {feature: picks, as: picks, offFromLevel: 2, then: [{work: 20ms, as: rich}], otherwise: [{work: 5ms, as: plain}]}
      - {feature: images, as: images, offFromLevel: 1, then: [{work: 10ms, as: large}], otherwise: [{work: 1ms, as: small}]}
  flags: {kind: flagStore, lookup: 0ms}
`;

test('one feature goes the other way, with its own cost, and comes back', () => {
  const law = (seen: Trial): void => {
    const took = (fromMs: number, toMs: number): number[] => [...new Set(sentWithin(seen, fromMs, toMs).map(({ tookMs }) => tookMs))];
    expect(took(500, 1000)).toEqual([30]);
    expect(took(1030, 1500)).toEqual([15]);
    expect(took(1530, 1900)).toEqual([30]);
  };
  tellsApart(system, law, '{at: 1s, for: 500ms, switchFeature: {target: flags, feature: picks}}', [
    '{at: 1s, for: 500ms, switchFeature: {target: flags, feature: images}}',
    '{at: 1s, for: 500ms, switchFeature: {target: flags, feature: picks, state: on}}',
    '{at: 1s, for: 500ms, degrade: {target: flags, level: 2}}',
    '{at: 1s, switchFeature: {target: flags, feature: picks}}',
  ]);
});

test('a word for a feature holds against the level', () => {
  const law = (seen: Trial): void => {
    expect([...new Set(sentWithin(seen, 1030, 1500).map(({ tookMs }) => tookMs))]).toEqual([21]);
  };
  const level = '{at: 900ms, degrade: {target: flags, level: 4}}';
  tellsApart(system, law, `${level}\n  - {at: 1s, switchFeature: {target: flags, feature: picks, state: on}}`, [level]);
});
