/** Goal: the picker knows every shipped scenario by its title. Method: titles in all forms YAML allows on one line; the files. */
import { expect, test } from 'vitest';
import { SCENARIOS, titleOf } from '../../web/scenarios.ts';
import { shippedScenarios } from '../support/shipped-scenarios.ts';

test.each([
  ['title: Retry storm\n', 'Retry storm'],
  ['faultline: 1\r\ntitle:   "Retry: storm"  \r\n', 'Retry: storm'],
  ["title: 'It is down'\nstory: title", 'It is down'],
  ['story: no title here', ''],
])('%j is called %j', (text, title) => expect(titleOf(text)).toBe(title));

test('every scenario is offered, with a title', () => {
  expect(SCENARIOS.map(({ name }) => name)).toEqual(shippedScenarios.map(({ name }) => name));
  expect(SCENARIOS.every(({ title, name }) => title !== '' && title !== name)).toBe(true);
});
