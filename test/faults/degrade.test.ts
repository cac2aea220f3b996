/**
 * Goal: a degradation level switches off every feature that is off from it on, and none else, for as long as it lasts.
 * Method: laws on a small system with a feature for each level, which the nearest siblings break.
 */
import { expect, test } from 'vitest';
import { sentWithin, tellsApart, type Trial } from './trial.ts';

/** Each feature that is on makes a request longer by another power of two. */
const steps = [1, 2, 3, 4].map((level) => `{feature: f${level}, as: f${level}, offFromLevel: ${level}, then: [{work: ${2 ** level}ms, as: w${level}}]}`);
const system = `
system:
  users: {kind: client, arrivals: {constant: 100/s}, calls: shop}
  shop: {kind: service, threads: unlimited, flags: {store: flags, poll: 10ms}, handler: [{work: 1ms}, ${steps.join(', ')}]}
  flags: {kind: flagStore, lookup: 0ms}
`;
const took = (seen: Trial, fromMs: number, toMs: number): number[] => [...new Set(sentWithin(seen, fromMs, toMs).map(({ tookMs }) => tookMs))];

test('features that are off from this level on are off, and come back', () => {
  const law = (seen: Trial): void => {
    expect(took(seen, 500, 1000)).toEqual([31]);
    expect(took(seen, 1030, 1500)).toEqual([25]);
    expect(took(seen, 1530, 1900)).toEqual([31]);
  };
  tellsApart(system, law, '{at: 1s, for: 500ms, degrade: {target: flags, level: 2}}', [
    '{at: 1s, for: 500ms, degrade: {target: flags, level: 1}}',
    '{at: 1s, for: 500ms, degrade: {target: flags, level: 3}}',
    '{at: 1s, for: 500ms, switchFeature: {target: flags, feature: f2}}',
    '{at: 1s, degrade: {target: flags, level: 2}}',
  ]);
});

test('of two levels the higher holds while both are set', () => {
  const law = (seen: Trial): void => {
    expect(took(seen, 1030, 1200)).toEqual([25]);
    expect(took(seen, 1230, 1400)).toEqual([1]);
    expect(took(seen, 1430, 1600)).toEqual([25]);
  };
  const low = '{at: 1s, degrade: {target: flags, level: 2}}';
  tellsApart(system, law, `${low}\n  - {at: 1200ms, for: 200ms, as: worse, degrade: {target: flags, level: 4}}`, [low]);
});
