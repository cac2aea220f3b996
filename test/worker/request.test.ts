/**
 * Goal: what the page or a link asks an arm to run is run as asked, or refused with the reason.
 * Method: requests against one small scenario; what is wrong in one of them is the only thing that is wrong.
 */
import { expect, test } from 'vitest';
import type { ArmRequest } from '../../sim/worker/protocol.ts';
import { scenarioOf } from '../../sim/worker/request.ts';
import { SMALL_SCENARIO } from '../web/support/page-driver.ts';

const good: ArmRequest = {
  text: SMALL_SCENARIO,
  variant: 'bare',
  seed: '43',
  switches: { 'shop/store/circuitBreaker': true },
  interventions: [{ atNs: 12e9, address: 'users/shop/retry', enabled: false }],
};

test('variant, seed and switches are applied', () => {
  const requested = scenarioOf(good);
  if (!requested.ok) throw new Error('refused');
  expect(requested.scenario.seed).toBe('43');
  const withoutSwitch = scenarioOf({ ...good, switches: {} });
  if (!withoutSwitch.ok) throw new Error('refused');
  expect(withoutSwitch.scenario).not.toEqual(requested.scenario);
});

test.each([
  [{ variant: 'wrong' }, 'there is no variant "wrong"; there are bare, breaker'],
  [{ switches: { 'shop/store/fuse': true } }, 'there is no layer and no fault "shop/store/fuse"'],
  [{ interventions: [{ atNs: 1e9, address: 'shop/store/fuse', enabled: true }] }, 'there is no layer and no fault "shop/store/fuse"'],
  [{ interventions: [{ atNs: 1e9, address: 'shop/*', enabled: true }] }, 'there is no layer and no fault "shop/*"'],
] as const)('%j is refused', (wrong, message) => {
  expect(scenarioOf({ ...good, ...wrong })).toMatchObject({ ok: false, problems: [{ message: expect.stringContaining(message) }] });
});
