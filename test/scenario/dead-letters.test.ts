/**
 * Goal: what is written and can never take effect is pointed out, with what was probably meant.
 * Method: scenario texts with a mistyped request class and an instance that does not exist, beside their right forms; features by three names;
 * links and faults of the network where calls pass and where none does.
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

const CALLED_FROM_A_FALLBACK = `
faultline: 1
title: Ways
duration: 10s
system:
  users: {kind: client, arrivals: {poisson: 1/s}, calls: api, deadline: 1s}
  api: {kind: service, handler: [{call: store, patterns: [{fallback: {to: {call: archive, patterns: [{timeout: {after: 90ms}}]}}}, {timeout: {after: 90ms}}]}]}
  store: {kind: service, handler: [work: 1ms]}
  archive: {kind: service, handler: [work: 1ms]}
`;

function warningsOfWays(links: readonly string[], faults: readonly string[]): readonly string[] {
  const parsed = parseScenario(`${CALLED_FROM_A_FALLBACK}network:\n  links: [${links.join(', ')}]\nfaults:\n${faults.map((fault) => `  - {at: 1s, for: 1s, ${fault}}\n`).join('')}`);
  return parsed.ok ? parsed.warnings.map(({ line, message }) => `${line}: ${message}`) : parsed.problems.map(({ line, message, suggestion }) => `${line}: ${message} (${suggestion})`);
}

test('links and faults of the network that no call passes', () => {
  const both = '{from: users, to: api, latency: 1ms}';
  expect(warningsOfWays([both, '{from: api, to: archive, latency: 1ms}'], ['partition: {from: store, to: api, oneWay: true}', 'loss: {rate: 1%}', 'latency: {to: users, add: 1ms}', 'slowdown: {target: api, factor: 2}'])).toEqual([]);
  expect(warningsOfWays([both, '{from: api, to: users, latency: 1ms}', '{from: users, to: store, loss: 1%}', both], ['partition: {from: users, to: store}', 'loss: {from: archive, to: store, rate: 1%}'])).toEqual([
    '10: no call goes from api to users, so their link changes nothing; calls go the other way, and answers take the link of their calls',
    '10: no call goes from users to store, so their link changes nothing',
    '10: there is another link from users to api; the first one holds',
    '13: no call goes between users and store, so this fault changes nothing',
    '14: no call goes between archive and store, so this fault changes nothing',
  ]);
});

test('a link of a component that does not exist is a mistake', () => {
  expect(warningsOfWays(['{from: user, to: api, latency: 1ms}'], ['loss: {rate: 1%}'])).toEqual(['11: there is no component "user" (users)']);
});

/** A shop whose features are named by a rule of the store, by a step, and by an operator. */
function warningsOfFeatures(rule: string, step: string, operator: string): readonly string[] {
  const parsed = parseScenario(`
faultline: 1
title: Features
duration: 10s
system:
  users: {kind: client, arrivals: {poisson: 1/s}, calls: shop}
  shop:
    kind: service
    flags: {store: flags}
    handler:
      - {choose: probability, probability: 50%, then: [{feature: ${step}, then: [work: 1ms]}]}
  ml: {kind: service, handler: [work: 1ms]}
  flags: {kind: flagStore, health: [{probe: ml, off: [${rule}]}]}
faults:
  - {at: 1s, for: 1s, switchFeature: {target: flags, feature: ${operator}}}
`);
  expect(parsed).toMatchObject({ ok: true });
  return parsed.ok ? parsed.warnings.filter(({ message }) => message.includes('switch')).map(({ message, suggestion, line }) => `${line}: ${message}${suggestion === undefined ? '' : ` (${suggestion})`}`) : [];
}

test('a feature that no service has, and one that nothing switches', () => {
  const switchesNothing = 'so switching it changes nothing (picks)';
  expect(warningsOfFeatures('picks', 'picks', 'picks')).toEqual([]);
  expect(warningsOfFeatures('pciks', 'picks', 'picks')).toEqual([`13: no service that asks flags has a feature "pciks", ${switchesNothing}`]);
  expect(warningsOfFeatures('picks', 'picks', 'pick')).toEqual([`15: no service that asks flags has a feature "pick", ${switchesNothing}`]);
  const [step, ...others] = warningsOfFeatures('picks', 'pikcs', 'picks');
  expect(step).toBe('11: nothing ever switches the feature "pikcs": no rule of flags, no level, no fault (picks)');
  expect(others).toHaveLength(2);
  // A level may switch it.
  expect(warningsOfFeatures('picks', 'pikcs, offFromLevel: 2', 'picks')).toHaveLength(2);
});

test.each([
  ['a', ', classes: {gold: {priority: 0}}'],
  // Without classes a client is one of its own.
  ['gold', ''],
])('one class with two priorities is refused, one of them that of %s', (client, classes) => {
  const parsed = parseScenario(`
faultline: 1
title: Two minds
duration: 10s
system:
  ${client}: {kind: client, arrivals: {poisson: 1/s}, calls: api${classes}}
  b: {kind: client, arrivals: {poisson: 1/s}, calls: api, classes: {gold: {priority: 3}}}
  api: {kind: service, handler: [{work: 1ms}]}
`);
  expect(parsed).toMatchObject({ ok: false });
  expect(parsed.ok ? [] : parsed.problems.map(({ line, message }) => `${line}: ${message}`)).toEqual([
    `7: the request class "gold" has priority 3 here and 0 in ${client}; give both the same, or name one of them differently`,
  ]);
});
