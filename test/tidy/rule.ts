import { describe, expect, test } from 'vitest';
import { isSource, readTree, type SourceTree, withFiles } from './source-tree.ts';

/** Finds what is wrong in the text of all files; each violation begins with the path of its file. */
export type Rule = (tree: SourceTree) => string[];

/**
 * A rule that finds nothing may have read nothing, so each rule has canaries: files that break it, which are added to
 * the real tree (in memory only).
 */
export interface Canary {
  readonly breaks: string;
  readonly files: Readonly<Record<string, string>>;
  /** Exactly what the rule must find then, in any order. */
  readonly found: readonly string[];
}

/** The files of the project, read once for each test file. */
export const project: SourceTree = readTree();

/**
 * The rule must find nothing in the project, and what is wrong with each canary.
 * @param applies false while the project has not got that far
 */
export function testRule(name: string, rule: Rule, canaries: readonly Canary[]): void {
  describe(name, () => {
    test('holds', () => {
      expect(rule(project)).toEqual([]);
    });
    test.each(canaries)('canary: $breaks', ({ files, found }) => {
      const before = new Set(rule(project));
      const violations = rule(withFiles(project, files)).filter((violation) => !before.has(violation));
      expect(violations.toSorted()).toEqual(found.toSorted());
    });
  });
}

/** Source files of sim and web. */
export function simAndWeb(tree: SourceTree): string[] {
  return [...tree.keys()].filter((path) => isSource(path) && /^(sim|web)\//.test(path));
}
