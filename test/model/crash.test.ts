/**
 * Goal: an instance that dies takes everything with it that it held, whatever its patterns would like to keep alive.
 * Method: an instance with work in hand is killed and started again; the engine itself insists that it starts empty, and
 * after the load has stopped nothing may be held.
 */
import { expect, test } from 'vitest';
import { SECOND } from '../../sim/catalogue/units.ts';
import { compile } from '../../sim/scenario/compile.ts';
import { scenarioOf } from '../support/run-scenario.ts';

const scenario = (pattern: string) => `
faultline: 1
title: A crash
duration: 3s
system:
  users: {kind: client, arrivals: {constant: 50/s}, calls: api}
  api:
    kind: service
    threads: 4
    startup: 20ms
    patterns: [${pattern}]
    handler: [{work: 100ms}]
faults:
  - {at: 1s, for: 10ms, kill: {target: api}}
`;

test.each([
  ['without patterns', ''],
  ['with a bulkhead that lets go at once', '{bulkhead: {maxConcurrentCalls: 10, release: atTimeout}}'],
  ['with a bulkhead that waits for the work to end', '{bulkhead: {maxConcurrentCalls: 10, release: whenWorkEnds}}'],
])('nothing survives %s', (_name, pattern) => {
  const simulation = compile(scenarioOf(scenario(pattern)), { variant: '', seed: '' });
  simulation.run(1.005 * SECOND);
  const [instance] = simulation.servers[0]!.instances;
  expect([instance!.busy, instance!.line.length]).toEqual([0, 0]);
  simulation.run();
  expect(simulation.record().end).toEqual({ kind: 'completed' });
  expect(simulation.servers[0]!.lost).toBeGreaterThan(3);
  expect(simulation.drain(SECOND)).toBe(0);
});
