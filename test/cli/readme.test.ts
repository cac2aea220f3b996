/**
 * Goal: what the README shows is so.
 * Method: its scenario is read and run, its expectations judged over a few seeds; its commands name commands and files
 * that exist.
 */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { questionsOf } from '../../sim/experiment/question.ts';
import { ResultSet } from '../../sim/experiment/result-set.ts';
import { resultOf } from '../../sim/experiment/run.ts';
import { judge } from '../../sim/experiment/verdict.ts';
import { scaled } from '../support/random-cases.ts';
import { documentOf, wholeRecordOf } from '../support/run-scenario.ts';

const root = new URL('../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');

test('its scenario does what it expects', () => {
  const text = /```yaml\n([\s\S]*?)```/.exec(readme)![1]!;
  const { base, variants } = documentOf(text);
  const questions = questionsOf(base);
  const seeds = ['1', '2', '3'].slice(0, scaled(3));
  const results = new ResultSet(variants.map(({ name }) => name), seeds, questions);
  for (const { name, scenario } of variants) {
    for (const seed of seeds) results.add(resultOf(wholeRecordOf(scenario, { variant: name, seed }), questions));
  }
  expect(base.expectations.map((one) => [one.text, judge(one, results).verdict])).toEqual(base.expectations.map((one) => [one.text, 'pass']));
});

test('its commands and links name what exists', () => {
  const commands = [...readme.matchAll(/npx faultline (\w+)/g)].map((match) => match[1]!);
  expect(new Set(commands)).toEqual(new Set(['run', 'compare', 'explain', 'check']));
  expect(commands.filter((command) => !existsSync(new URL(`sim/cli/commands/${command}.ts`, root)))).toEqual([]);
  const files = [...readme.matchAll(/(?:scenarios\/[\w-]+\.yaml|\]\((\w+\/README\.md)\))/g)].map((match) => match[1] ?? match[0]);
  expect(files.length).toBeGreaterThanOrEqual(4);
  expect(files.filter((file) => !existsSync(new URL(file, root)))).toEqual([]);
});
