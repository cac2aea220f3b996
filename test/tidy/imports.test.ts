/**
 * Goal: folders import only what the import table says, however many files lie between.
 * Method: the syntax of every file of sim and web is read for its imports, which are compared with the table, file by
 * file and along whole chains.
 */
import { describe, expect, test } from 'vitest';
import { everybodyMayImport, importTable, type ImportRow, oneFilePackages } from './import-table.ts';
import { project, simAndWeb, testRule } from './rule.ts';
import { type Reference, referencesOf, resolveReference, type SourceTree } from './source-tree.ts';

describe('the scan', () => {
  test('has read the project', () => {
    const count = (part: string): number => [...project.keys()].filter((path) => path.startsWith(part)).length;
    expect(count('sim/kernel/')).toBeGreaterThan(5);
    expect(count('sim/')).toBeGreaterThan(50);
    expect(count('test/')).toBeGreaterThan(10);
    expect(project.has('package.json')).toBe(true);
  });

  test('finds imports', () => {
    const imports = simAndWeb(project).flatMap((path) => referencesOf(project, path));
    expect(imports.length).toBeGreaterThan(100);
  });

  test('has a row of the import table for every file', () => {
    expect(simAndWeb(project).filter((path) => rowNameOf(path) === undefined)).toEqual([]);
  });
});

/** The row of the import table that speaks for a file. */
function rowNameOf(path: string): string | undefined {
  return Object.keys(importTable).find((name) => isWithin(path, name));
}

function rowOf(path: string): ImportRow {
  const name = rowNameOf(path);
  if (name === undefined) throw new Error(`${path} has no row in the import table.`);
  return importTable[name] as ImportRow;
}

/** Is this file the target, or in the target's folder? */
function isWithin(path: string, target: string): boolean {
  return path.startsWith(`${target}/`) || path.replace(/\.[jt]s$/, '') === target;
}

function isWithinAny(path: string, targets: Iterable<string>): boolean {
  return [...targets].some((target) => isWithin(path, target));
}

function importsBesideTheTable(tree: SourceTree): string[] {
  return simAndWeb(tree).flatMap((path) =>
    referencesOf(tree, path)
      .filter((reference) => !mayImport(tree, path, reference))
      .map(({ specifier, kind }) => `${path} may not import ${specifier}${kind === 'type' ? ' (type)' : ''}`),
  );
}

function mayImport(tree: SourceTree, path: string, { specifier, kind }: Reference): boolean {
  const row = rowOf(path);
  if (!specifier.startsWith('.')) {
    const { packages = [] } = row;
    return packages.includes(specifier.startsWith('node:') ? 'node:*' : specifier);
  }
  const target = resolveReference(tree, path, specifier);
  // Style sheets and other files that are not source carry no code.
  if (target === undefined) return true;
  const own = rowNameOf(path) as string;
  const targets = [own, everybodyMayImport, ...row.values, ...(kind === 'value' ? [] : (row.types ?? []))];
  return isWithinAny(target, targets);
}

testRule('imports follow the table', importsBesideTheTable, [
  {
    breaks: 'model imports faults',
    files: {
      'sim/faults/canary.ts': 'export const a = 1;',
      'sim/model/canary.ts': "import { a } from '../faults/canary.ts';",
    },
    found: ['sim/model/canary.ts may not import ../faults/canary.ts'],
  },
  {
    breaks: 'a type counts, a re-export counts, import() counts',
    files: {
      'sim/model/canary.ts': 'export type A = 1; export const b = 1;',
      'sim/kernel/canary-type.ts': "import type { A } from '../model/canary.ts';",
      'sim/kernel/canary-inline-type.ts': "export type B = import('../model/canary.ts').A;",
      'sim/kernel/canary-export.ts': "export * from '../model/canary.ts';",
      'sim/kernel/canary-lazy.ts': "export const later = () => import('../model/canary.ts');",
    },
    found: [
      'sim/kernel/canary-type.ts may not import ../model/canary.ts (type)',
      'sim/kernel/canary-inline-type.ts may not import ../model/canary.ts (type)',
      'sim/kernel/canary-export.ts may not import ../model/canary.ts',
      'sim/kernel/canary-lazy.ts may not import ../model/canary.ts',
    ],
  },
  {
    breaks: 'what may be imported as a type is imported as a value',
    files: {
      'sim/kernel/canary.ts': 'export class A {}',
      'sim/resilience/canary-right.ts': "import type { A } from '../kernel/canary.ts';",
      'sim/resilience/canary-wrong.ts': "import { type A } from '../kernel/canary.ts';",
    },
    found: ['sim/resilience/canary-wrong.ts may not import ../kernel/canary.ts'],
  },
  {
    breaks: 'packages out of place',
    files: {
      'sim/model/canary.ts': "import { readFileSync } from 'node:fs';",
      'web/canary.ts': "import { parse } from 'yaml';",
      'sim/cli/canary.ts': "import { readFileSync } from 'node:fs';",
    },
    found: ['sim/model/canary.ts may not import node:fs', 'web/canary.ts may not import yaml'],
  },
  {
    breaks: 'the page starts a program that is no worker',
    files: {
      'sim/experiment/canary.ts': 'export {};',
      'sim/worker/canary.ts': 'export {};',
      'web/canary-right.ts': "new Worker(new URL('../sim/worker/canary.ts', import.meta.url));",
      'web/canary-wrong.ts': "new Worker(new URL('../sim/experiment/canary.ts', import.meta.url));",
    },
    found: ['web/canary-wrong.ts may not import ../sim/experiment/canary.ts'],
  },
]);

/**
 * For each file of sim and web, the files outside its reach that it still gets to, through however many others. Only
 * what is loaded at run time counts, since types are erased.
 */
function reachesBeyondTheTable(tree: SourceTree): string[] {
  return simAndWeb(tree).flatMap((start) => {
    const reach = reachOf(rowNameOf(start) as string);
    return [...chainsFrom(tree, start)]
      .filter(([target]) => !isWithinAny(target, reach))
      .map(([, chain]) => chain.join(' -> '));
  });
}

/** Everything that a row may reach: its own targets, and theirs where it is not sealed. */
function reachOf(rowName: string, reach: Set<string> = new Set([everybodyMayImport])): Set<string> {
  if (reach.has(rowName)) return reach;
  reach.add(rowName);
  const { values, sealed } = importTable[rowName] ?? { values: [] };
  for (const target of values) {
    if (sealed) reach.add(target);
    else reachOf(target, reach);
  }
  return reach;
}

/** The shortest chain of imports from a file to each file that it loads. */
function chainsFrom(tree: SourceTree, start: string): Map<string, string[]> {
  const chains = new Map([[start, [start]]]);
  for (const [path, chain] of chains) {
    for (const { specifier, kind } of referencesOf(tree, path)) {
      const target = kind === 'value' ? resolveReference(tree, path, specifier) : undefined;
      if (target !== undefined && !chains.has(target)) chains.set(target, [...chain, target]);
    }
  }
  chains.delete(start);
  return chains;
}

testRule('nothing is reached in a roundabout way', reachesBeyondTheTable, [
  {
    breaks: 'the page reaches the kernel through telemetry',
    files: {
      'sim/kernel/canary.ts': 'export const a = 1;',
      'sim/telemetry/canary.ts': "export { a } from '../kernel/canary.ts';",
      'web/canary.ts': "import { a } from '../sim/telemetry/canary.ts';",
    },
    found: ['web/canary.ts -> sim/telemetry/canary.ts -> sim/kernel/canary.ts'],
  },
  {
    breaks: 'nothing, when the way leads over types only',
    files: {
      'sim/kernel/canary.ts': 'export type A = 1;',
      'sim/telemetry/canary.ts': "export type { A } from '../kernel/canary.ts';",
      'web/canary.ts': "import '../sim/telemetry/canary.ts';",
    },
    found: [],
  },
]);

/** Commands lie above the scenario language and may use it; the kinds that make up the language may not. */
const registriesOfTheLanguage = (tree: SourceTree): string[] =>
  simAndWeb(tree).filter((path) => /^sim\/(?!cli\/).*\bregistry\.ts$/.test(path));

function registriesUnderRegistries(tree: SourceTree): string[] {
  const importsOf = (path: string): string[] =>
    referencesOf(tree, path).flatMap(({ specifier }) => resolveReference(tree, path, specifier) ?? []);
  return registriesOfTheLanguage(tree).flatMap((registry) => {
    const under = new Set(importsOf(registry));
    for (const path of under) for (const target of importsOf(path)) under.add(target);
    return [...under]
      .filter((path) => path.endsWith('/registry.ts'))
      .map((path) => `${registry} has ${path} under it`);
  });
}

testRule('nothing under a registry imports a registry', registriesUnderRegistries, [
  {
    breaks: 'a pattern asks its own registry',
    files: {
      'sim/canary/registry.ts': "import './pattern.ts';",
      'sim/canary/pattern.ts': "import type { A } from './registry.ts';",
    },
    found: ['sim/canary/registry.ts has sim/canary/registry.ts under it'],
  },
]);

function packagesInSeveralFiles(tree: SourceTree): string[] {
  return oneFilePackages.flatMap((name) => {
    const importers = simAndWeb(tree).filter((path) =>
      referencesOf(tree, path).some(({ specifier }) => specifier === name),
    );
    return importers.slice(1).map((path) => `${path} imports ${name}, as ${importers[0]} does`);
  });
}

testRule('a package of one file stays in one file', packagesInSeveralFiles, [
  {
    breaks: 'seedrandom is used again',
    files: { 'sim/kernel/zz-canary.ts': "import seedrandom from 'seedrandom';" },
    found: ['sim/kernel/zz-canary.ts imports seedrandom, as sim/kernel/keys.ts does'],
  },
]);
