import { describe, expect, test } from 'vitest';
import { isSource, readTree, type SourceTree, withFiles } from './source-tree.ts';

/** Finds what is wrong in the text of all files; each violation begins with the path of its file. */
export type Rule = (tree: SourceTree) => string[];

/** A rule that looks at each file by itself; it looks again only at what has changed. */
export function eachFile(violationsIn: (tree: SourceTree, path: string) => string[]): Rule {
  const looked = new Map<string, { readonly text: string; readonly found: string[] }>();
  return (tree) =>
    [...tree].flatMap(([path, text]) => {
      const known = looked.get(path);
      if (known?.text === text) return known.found;
      const found = violationsIn(tree, path);
      looked.set(path, { text, found });
      return found;
    });
}

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

/** The rule must find nothing in the project, and what is wrong with each canary. */
export function testRule(name: string, rule: Rule, canaries: readonly Canary[]): void {
  describe(name, () => {
    let inProject: ReadonlySet<string> | undefined;
    const before = (): ReadonlySet<string> => (inProject ??= new Set(rule(project)));

    test('holds', () => {
      expect([...before()]).toEqual([]);
    });
    test.each(canaries)('canary: $breaks', ({ files, found }) => {
      const violations = rule(withFiles(project, files)).filter((violation) => !before().has(violation));
      expect(violations.toSorted()).toEqual(found.toSorted());
    });
  });
}

/** Source files of sim and web. */
export function simAndWeb(tree: SourceTree): string[] {
  return [...tree.keys()].filter(isOfSimOrWeb);
}

export function isOfSimOrWeb(path: string): boolean {
  return isSource(path) && /^(sim|web)\//.test(path);
}
