/**
 * Goal: what is written and can never take effect is pointed out, with what was probably meant.
 * Method: scenario texts with a mistyped request class and an instance that does not exist, beside their right forms.
 */
import { expect, test } from 'vitest';
import { parseScenario } from '../../sim/scenario/parse.ts';

function warningsOf(requestClass: string, instance: number): readonly string[] {
  const parsed = parseScenario(`
faultline: 1
title: Dead letters
duration: 10s
system:
  users: {kind: client, arrivals: {poisson: 1/s}, calls: api, deadline: 1s, classes: {gold: {weight: 1}, free: {weight: 9}}}
  api:
    kind: service
    instances: 3
    handler:
      - {choose: class, class: ${requestClass}, then: [{work: 1ms}], otherwise: [{work: 2ms, as: slow}]}
faults:
  - {at: 1s, for: 1s, kill: {target: api, instance: ${instance}}}
`);
  expect(parsed).toMatchObject({ ok: true });
  return parsed.ok ? parsed.warnings.map(({ message, suggestion, line }) => `${line}: ${message}${suggestion === undefined ? '' : ` (${suggestion})`}`) : [];
}

test('a class that no client has, and an instance that does not exist', () => {
  const warnings = warningsOf('golld', 3);
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toMatch(/^11: no client has a request class "golld".*\(gold\)$/);
  expect(warnings[1]).toMatch(/^13: api has 3 instances, counted from 0; there is no instance 3$/);
});

test('nothing is said of what is right', () => {
  expect(warningsOf('gold', 2)).toEqual([]);
});

test('one class with two priorities is refused', () => {
  const parsed = parseScenario(`
faultline: 1
title: Two minds
duration: 10s
system:
  a: {kind: client, arrivals: {poisson: 1/s}, calls: api, classes: {gold: {priority: 0}}}
  b: {kind: client, arrivals: {poisson: 1/s}, calls: api, classes: {gold: {priority: 3}}}
  api: {kind: service, handler: [{work: 1ms}]}
`);
  expect(parsed).toMatchObject({ ok: false });
  expect(parsed.ok ? [] : parsed.problems.map(({ line, message }) => `${line}: ${message}`)).toEqual([
    '7: the request class "gold" has priority 3 here and 0 in a; give both the same, or name one of them differently',
  ]);
});
