/**
 * Goal: every mistake in a scenario file is named where it is, in words that help, and all of them at once.
 *
 * Method: each file of broken/ is parsed in a language of made-up definitions, and what is said about it is compared with
 * the file of the same name that ends in .txt, which a person has read and found right. After a change of messages,
 * `npx vitest run test/scenario/broken.test.ts -u` writes them anew, to be read again.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Problem } from '../../sim/catalogue/problem.ts';
import { parseSmall } from './small-language.ts';

const folder = new URL('broken/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

describe('what is said about', () => {
  test.each(files)('%s', async (file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    const parsed = parseSmall(text);
    if (parsed.ok) throw new Error(`${file} has no mistake`);
    await expect(report(text, parsed.problems)).toMatchFileSnapshot(new URL(file.replace(/yaml$/, 'txt'), folder).pathname);
  });
});

/** Each problem with the line that it is in and a mark below the words that it is about. */
function report(text: string, problems: readonly Problem[]): string {
  const lines = text.split('\n').map((line) => line.replaceAll(/[\0\r\ufeff]/g, '·').replaceAll('\t', '→'));
  return problems
    .map(({ line, column, from, to, path, message, suggestion }) => {
      const shown = lines[line - 1] ?? '';
      const start = Math.max(0, column - 60);
      const mark = `${' '.repeat(column - 1 - start)}${'^'.repeat(Math.max(1, Math.min(to - from, shown.length - column + 1, 60)))}`;
      const hint = suggestion === undefined ? '' : `; did you mean "${suggestion}"?`;
      return `${line}:${column} ${path}\n  | ${shown.slice(start, start + 100)}\n  | ${mark}\n${message}${hint}\n`;
    })
    .join('\n');
}
