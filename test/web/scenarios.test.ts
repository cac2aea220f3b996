/** Goal: the picker knows every shipped scenario by its title. Method: titles in all forms YAML allows on one line; the files. */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SCENARIOS, titleOf } from '../../web/scenarios.ts';

test.each([
  ['title: Retry storm\n', 'Retry storm'],
  ['faultline: 1\r\ntitle:   "Retry: storm"  \r\n', 'Retry: storm'],
  ["title: 'It is down'\nstory: title", 'It is down'],
  ['story: no title here', ''],
])('%j is called %j', (text, title) => expect(titleOf(text)).toBe(title));

test('every scenario is offered, with a title', () => {
  const files = readdirSync(new URL('../../scenarios', import.meta.url)).filter((file) => file.endsWith('.yaml'));
  expect(SCENARIOS.map(({ name }) => `${name}.yaml`)).toEqual(files.sort());
  expect(SCENARIOS.every(({ title, name }) => title !== '' && title !== name)).toBe(true);
});
