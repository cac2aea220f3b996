/**
 * Goal: a run that would not end is given up, at the same event however it is driven, and says why.
 * Method: one system with a small limit, run at one go and in pieces; a fault that strikes every nanosecond.
 */
import { expect, test } from 'vitest';
import { compile } from '../../sim/scenario/compile.ts';
import type { RunRecord } from '../../sim/telemetry/record.ts';
import { scenarioOf, wholeRecordOf } from '../support/run-scenario.ts';

const text = (maxEvents: number, faults = ''): string => `
faultline: 1
title: no end
duration: 1h
maxEvents: ${maxEvents}
system:
  users: {kind: client, arrivals: {poisson: 100/s}, calls: api}
  api: {kind: service, instances: 2, handler: [work: 1ms]}
${faults}`;

const whole = (scenario: string): RunRecord => wholeRecordOf(scenarioOf(scenario), { variant: '', seed: '1' });

test('a run ends after as many events as are allowed', () => {
  const { end, eventsDispatched } = whole(text(5_000));
  expect(eventsDispatched).toBe(5_000);
  expect(end).toMatchObject({ kind: 'budgetExceeded' });
  expect(end.kind !== 'completed' && end.message).toMatch(/^more than 5000 events in 2\d\.\d+s: make the run shorter, ask for less, or set maxEvents$/);
});

test('in pieces it ends at the same event', () => {
  const simulation = compile(scenarioOf(text(5_000)), { variant: '', seed: '1' });
  for (let pieces = 0; !simulation.run(Infinity, 777); pieces++) expect(pieces).toBeLessThan(7);
  const { end, fingerprints } = simulation.record();
  expect({ end, fingerprints }).toEqual({ end: whole(text(5_000)).end, fingerprints: whole(text(5_000)).fingerprints });
  expect(simulation.run()).toBe(true);
});

test('what a fault does counts', () => {
  const { end } = whole(text(5_000, 'faults: [{at: 1s, for: 1m, kill: {target: api, every: 1ns}}]'));
  expect(end).toMatchObject({ kind: 'budgetExceeded' });
  expect(end.kind !== 'completed' && end.atNs).toBeLessThan(1.1e9);
});
