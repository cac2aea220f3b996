/**
 * Goal: the house plan holds. Folders import only what the import table says, however many files lie between; the
 * deterministic part of sim uses nothing whose result depends on the engine, the clock or chance; every file is reached
 * from an entry point; names and places are as agreed.
 *
 * Method: each rule is a function from the text of all files to a list of violations, and that list must be empty. A
 * rule that finds nothing may have read nothing, so each also gets a canary: files that break it are added to the real
 * tree (in memory only), and the rule must name exactly them.
 */
import { describe, expect, test } from 'vitest';
import { everybodyMayImport, importTable, type ImportRow, oneFilePackages } from './support/import-table.ts';
import {
  isNode,
  isSource,
  lineOf,
  type Reference,
  readTree,
  referencesOf,
  resolveReference,
  type SourceTree,
  type SyntaxNode,
  syntaxOf,
  topLevelEntries,
  walk,
  withFiles,
} from './support/source-tree.ts';

const tree = readTree();

interface Canary {
  readonly breaks: string;
  readonly files: Readonly<Record<string, string>>;
  /** What the violations must say, in any order. */
  readonly found: readonly string[];
}

type Rule = (tree: SourceTree) => string[];

function testRule(name: string, rule: Rule, canaries: readonly Canary[], applies = true): void {
  describe(name, () => {
    test.runIf(applies)('holds', () => {
      expect(rule(tree)).toEqual([]);
    });
    test.each(canaries)('canary: $breaks', ({ files, found }) => {
      const before = new Set(rule(tree));
      const violations = rule(withFiles(tree, files)).filter((violation) => !before.has(violation));
      expect(violations.toSorted()).toEqual(found.toSorted());
    });
  });
}

const simAndWeb = (tree: SourceTree): string[] =>
  [...tree.keys()].filter((path) => isSource(path) && /^(sim|web)\//.test(path));

describe('the scan', () => {
  test('has read the project', () => {
    const count = (part: string): number => [...tree.keys()].filter((path) => path.startsWith(part)).length;
    expect(count('sim/kernel/')).toBeGreaterThan(5);
    expect(count('sim/')).toBeGreaterThan(20);
    expect(count('test/')).toBeGreaterThan(5);
    expect(tree.has('package.json')).toBe(true);
  });

  test('has a row of the import table for every file of sim and web', () => {
    expect(simAndWeb(tree).filter((path) => rowNameOf(path) === undefined)).toEqual([]);
  });
});

// ---------------------------------------------------------------------------------------------------------------------
// Imports

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

// ---------------------------------------------------------------------------------------------------------------------
// Determinism

/** What sim may not name, with what to use instead. */
const bannedNames: Readonly<Record<string, string>> = {
  Date: 'the virtual time of the effects object',
  performance: 'the virtual time of the effects object',
  setTimeout: 'a timer of the kernel',
  setInterval: 'a timer of the kernel',
  queueMicrotask: 'an event of the kernel',
  crypto: 'a keyed draw (sim/kernel/keys.ts)',
  Promise: 'an event of the kernel',
  Intl: 'an own format: locales differ between machines',
  WeakRef: 'an explicit end of life: garbage collection has no fixed time',
  FinalizationRegistry: 'an explicit end of life: garbage collection has no fixed time',
  globalThis: 'an argument',
  eval: 'plain code',
  Function: 'a function type such as (value: number) => number',
};

const bannedMembers: Readonly<Record<string, string>> = {
  localeCompare: '< and >',
  toLocaleString: 'an own format: locales differ between machines',
  toLocaleLowerCase: 'toLowerCase',
  toLocaleUpperCase: 'toUpperCase',
};

/** The members of Math that ECMAScript specifies exactly. */
const exactMath: ReadonlySet<unknown> = new Set(
  'abs ceil clz32 floor fround imul max min round sign sqrt trunc E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2'.split(' '),
);

const powerAdvice = 'repeated multiplication, or exp and ln of sim/kernel/math.ts';

/** Everything that runs inside a simulation. */
const isDeterministic = (path: string): boolean => /^sim\/(?!cli\/|worker\/)/.test(path);

/** A pool of workers spreads whole runs; it is outside of every simulation. */
const mayBeAsync = (path: string): boolean => /^sim\/experiment\/[a-z-]*pool\.ts$/.test(path);

function unpredictable(tree: SourceTree): string[] {
  return simAndWeb(tree)
    .filter(isDeterministic)
    .flatMap((path) => {
      const violations: string[] = [];
      walk(syntaxOf(tree, path), (node, parent) => {
        const problem = problemOfNode(node, parent, mayBeAsync(path));
        if (problem !== undefined) violations.push(`${path}:${lineOf(tree, path, node)} ${problem}`);
      });
      return violations;
    });
}

function problemOfNode(node: SyntaxNode, parent: SyntaxNode | undefined, asyncAllowed: boolean): string | undefined {
  if (node.operator === '**' || node.operator === '**=') {
    return `${node.operator} differs between engines: use ${powerAdvice}`;
  }
  if (!asyncAllowed && (node.async === true || node.type === 'AwaitExpression' || node.await === true)) {
    return 'is asynchronous: the order of promises is no part of a model';
  }
  if (node.type !== 'Identifier') return undefined;
  const name = node.name as string;
  if (isMemberName(node, parent)) {
    const advice = Object.hasOwn(bannedMembers, name) ? bannedMembers[name] : undefined;
    return advice && `.${name}: use ${advice}`;
  }
  if (name === 'Math') return problemOfMath(parent);
  if (name === 'Promise' && asyncAllowed) return undefined;
  const advice = Object.hasOwn(bannedNames, name) ? bannedNames[name] : undefined;
  return advice && `${name}: use ${advice}`;
}

/** Is this identifier the b of a.b or of { b: … }, hence no name of its own? */
function isMemberName(node: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  if (parent === undefined || parent.computed === true) return false;
  const isProperty = parent.property === node && parent.type === 'MemberExpression';
  return isProperty || (parent.key === node && parent.value !== node);
}

function problemOfMath(parent: SyntaxNode | undefined): string | undefined {
  if (parent?.type !== 'MemberExpression' || parent.computed === true) return 'Math is to be used as Math.name only';
  const { name } = parent.property as SyntaxNode;
  if (exactMath.has(name)) return undefined;
  if (name === 'random') return 'Math.random: use a keyed draw (sim/kernel/keys.ts)';
  if (name === 'pow') return `Math.pow differs between engines: use ${powerAdvice}`;
  return `Math.${String(name)} differs between engines: use sim/kernel/math.ts`;
}

testRule('sim is deterministic', unpredictable, [
  {
    breaks: 'the clock, chance and timers',
    files: {
      'sim/model/canary.ts': [
        'export const a = () => Date.now();',
        'export const b = () => new Date();',
        'export const c = () => performance.now();',
        'export const d = () => Math.random();',
        'export const e = () => setTimeout(a, 1);',
      ].join('\n'),
    },
    found: [
      'sim/model/canary.ts:1 Date: use the virtual time of the effects object',
      'sim/model/canary.ts:2 Date: use the virtual time of the effects object',
      'sim/model/canary.ts:3 performance: use the virtual time of the effects object',
      'sim/model/canary.ts:4 Math.random: use a keyed draw (sim/kernel/keys.ts)',
      'sim/model/canary.ts:5 setTimeout: use a timer of the kernel',
    ],
  },
  {
    breaks: 'mathematics that differs between engines, but not what is exact, nor members that are only called so',
    files: {
      'sim/kernel/canary.ts': [
        'export const a = (x: number) => x ** 2;',
        'export const b = (x: number) => { x **= 2; return x; };',
        'export const c = (x: number) => Math.log(x);',
        'export const d = (x: number) => Math.pow(x, 2);',
        'export const { exp } = Math;',
        "export const f = (x: number) => Math['sin'](x);",
        'export const g = (x: number) => Math.sqrt(x) + Math.imul(x, 3) + Math.PI; // Math.log(x) ** 2',
        "export const h = { Date: 1, log: 'Math.log' }; export const i = h.Date;",
      ].join('\n'),
    },
    found: [
      `sim/kernel/canary.ts:1 ** differs between engines: use ${powerAdvice}`,
      `sim/kernel/canary.ts:2 **= differs between engines: use ${powerAdvice}`,
      'sim/kernel/canary.ts:3 Math.log differs between engines: use sim/kernel/math.ts',
      `sim/kernel/canary.ts:4 Math.pow differs between engines: use ${powerAdvice}`,
      'sim/kernel/canary.ts:5 Math is to be used as Math.name only',
      'sim/kernel/canary.ts:6 Math is to be used as Math.name only',
    ],
  },
  {
    breaks: 'asynchronous code, except in the pool',
    files: {
      'sim/model/canary.ts': 'export const a = async () => {};\nexport async function b() { await a(); }',
      'sim/experiment/canary-pool.ts': 'export async function b() { await Promise.resolve(); }',
      'sim/worker/canary.ts': 'export async function b() { await Promise.resolve(Date.now()); }',
    },
    found: [
      'sim/model/canary.ts:1 is asynchronous: the order of promises is no part of a model',
      'sim/model/canary.ts:2 is asynchronous: the order of promises is no part of a model',
      'sim/model/canary.ts:2 is asynchronous: the order of promises is no part of a model',
    ],
  },
  {
    breaks: 'the locale of the machine',
    files: { 'sim/scenario/canary.ts': "export const a = (b: string) => b.localeCompare('c');" },
    found: ['sim/scenario/canary.ts:1 .localeCompare: use < and >'],
  },
]);

// ---------------------------------------------------------------------------------------------------------------------
// State

const stateAdvice = 'make it a field of an object made per run';
const containerAdvice = 'use as const, Object.freeze or a Readonly type';

function sharedState(tree: SourceTree): string[] {
  return simAndWeb(tree)
    .filter((path) => path.startsWith('sim/') && path.endsWith('.ts'))
    .flatMap((path) => {
      const violations: string[] = [];
      const add = (node: SyntaxNode, problem: string): void => {
        violations.push(`${path}:${lineOf(tree, path, node)} ${problem}`);
      };
      for (const statement of syntaxOf(tree, path).body as readonly SyntaxNode[]) {
        const declaration = isNode(statement.declaration) ? statement.declaration : statement;
        if (declaration.type !== 'VariableDeclaration') continue;
        for (const variable of declaration.declarations as readonly SyntaxNode[]) {
          const name = nameOf(variable.id);
          if (declaration.kind !== 'const') {
            add(variable, `${String(declaration.kind)} ${name} is shared by all engines of a worker: ${stateAdvice}`);
          } else if (isMutableContainer(variable) && !scratch.has(`${path} ${name}`)) {
            add(variable, `${name} can be changed by any engine of a worker: ${containerAdvice}`);
          }
        }
      }
      walk(syntaxOf(tree, path), (node) => {
        if (node.type === 'PropertyDefinition' && node.static === true && node.readonly !== true) {
          add(node, `static ${nameOf(node.key)} is shared by all engines of a worker: make it a field, or readonly`);
        }
      });
      return violations;
    });
}

function nameOf(node: unknown): string {
  return isNode(node) && typeof node.name === 'string' ? node.name : 'pattern';
}

/** Memory in which a function looks at the bits of a number: written before it is read, and kept for nobody. */
const scratch: ReadonlySet<string> = new Set(['sim/kernel/math.ts double', 'sim/kernel/math.ts words']);

const containers = /^(Map|Set|WeakMap|WeakSet|Array|ArrayBuffer|DataView|(Big)?(Int|Uint|Float)\d+(Clamped)?Array)$/;
const mutableTypes = /^(Record|Partial|Required)$/;

function isMutableContainer(variable: SyntaxNode): boolean {
  const { init } = variable;
  if (!isNode(init)) return false;
  const isContainer =
    init.type === 'ArrayExpression' ||
    init.type === 'ObjectExpression' ||
    (init.type === 'NewExpression' && containers.test(nameOf(init.callee)));
  return isContainer && !hasReadonlyType(init, variable.id as SyntaxNode);
}

/**
 * Does the declaration's type forbid changes? A named type (of a definition, say) is taken to do so for an object; what
 * it says of its fields is its own affair.
 */
function hasReadonlyType(init: SyntaxNode, id: SyntaxNode): boolean {
  const type = (id.typeAnnotation as SyntaxNode | null | undefined)?.typeAnnotation as SyntaxNode | undefined;
  if (type === undefined) return false;
  if (type.type === 'TSTypeOperator') return type.operator === 'readonly';
  if (type.type !== 'TSTypeReference') return false;
  const name = nameOf(type.typeName);
  return name.startsWith('Readonly') || (init.type === 'ObjectExpression' && !mutableTypes.test(name));
}

testRule('modules of sim hold no state', sharedState, [
  {
    breaks: 'variables, containers and static fields',
    files: {
      'sim/model/canary.ts': [
        'let count = 0;',
        'export let total = 0;',
        'const seen = new Map<string, number>();',
        'export const words: Int32Array = new Int32Array(4);',
        'const list: string[] = [];',
        'const table: Record<string, number> = {};',
        'const options = { a: 1 };',
        'class A { static made = 0; static readonly limit = 3; #own = 0; }',
      ].join('\n'),
    },
    found: [
      `sim/model/canary.ts:1 let count is shared by all engines of a worker: ${stateAdvice}`,
      `sim/model/canary.ts:2 let total is shared by all engines of a worker: ${stateAdvice}`,
      `sim/model/canary.ts:3 seen can be changed by any engine of a worker: ${containerAdvice}`,
      `sim/model/canary.ts:4 words can be changed by any engine of a worker: ${containerAdvice}`,
      `sim/model/canary.ts:5 list can be changed by any engine of a worker: ${containerAdvice}`,
      `sim/model/canary.ts:6 table can be changed by any engine of a worker: ${containerAdvice}`,
      `sim/model/canary.ts:7 options can be changed by any engine of a worker: ${containerAdvice}`,
      'sim/model/canary.ts:8 static made is shared by all engines of a worker: make it a field, or readonly',
    ],
  },
  {
    breaks: 'nothing, when the declaration forbids changes',
    files: {
      'sim/model/canary.ts': [
        'const seen: ReadonlyMap<string, number> = new Map();',
        'const list: readonly string[] = [];',
        "const names = ['a', 'b'] as const;",
        'const table = { a: 1 } as const satisfies Record<string, number>;',
        'const frozen = Object.freeze({ a: 1 });',
        'const roots: Readonly<Float64Array> = new Float64Array(4);',
        'const definition: Definition = { title: 1 };',
        'export function f() { let local = 0; const map = new Map(); return [local, map]; }',
      ].join('\n'),
    },
    found: [],
  },
]);

// ---------------------------------------------------------------------------------------------------------------------
// Files

/** What is started by name: by npm, by the page, by the published package, by the test runner. */
function entryPoints(tree: SourceTree): string[] {
  const manifest = JSON.parse(tree.get('package.json') ?? '{}') as {
    bin: Record<string, string>;
    exports: Record<string, { default: string }>;
    scripts: Record<string, string>;
  };
  const started = [
    ...Object.values(manifest.bin),
    ...Object.values(manifest.exports).map((entry) => entry.default),
    ...Object.values(manifest.scripts).flatMap((script) => script.match(/\S+\.js\b/g) ?? []),
  ].map((path) => `./${path}`);
  const scripts = [...(tree.get('web/index.html') ?? '').matchAll(/<script[^>]*\bsrc="([^"]+)"/g)].map(
    ([, source]) => `./web/${source as string}`,
  );
  const configured = [...(tree.get('vite.config.ts') ?? '').matchAll(/'(\.\/test\/[^'*]+\.ts)'/g)].map(
    ([, path]) => path as string,
  );
  return [...started, ...scripts, ...configured].flatMap((path) => resolveReference(tree, 'top', path) ?? []);
}

function filesOutOfReach(tree: SourceTree): string[] {
  const product = reachedFrom(tree, entryPoints(tree));
  const tested = reachedFrom(
    tree,
    [...tree.keys()].filter((path) => path.endsWith('.test.ts')),
  );
  return [...tree.keys()]
    .filter((path) => isSource(path) && /^(sim|web|test|bench)\//.test(path))
    .filter((path) => !product.has(path) && !(path.startsWith('test/') && tested.has(path)))
    .map((path) => `${path} is not reached from any entry point`);
}

/** The given files and all that they refer to, in whatever way. */
function reachedFrom(tree: SourceTree, starts: readonly string[]): Set<string> {
  const reached = new Set(starts);
  for (const path of reached) {
    for (const { specifier } of referencesOf(tree, path)) {
      const target = resolveReference(tree, path, specifier);
      if (target !== undefined) reached.add(target);
    }
  }
  return reached;
}

/** While the program has no beginning yet, nothing can be reached from it. */
const hasEntryPoints = tree.has('sim/index.ts') && tree.has('sim/cli/main.ts') && tree.has('bench/main.ts');

const reachCanaries: readonly Canary[] = [
  {
    breaks: 'a file that only a test uses',
    files: {
      'sim/kernel/canary.ts': 'export const a = 1;',
      'test/canary.test.ts': "import { a } from '../sim/kernel/canary.ts';",
    },
    found: ['sim/kernel/canary.ts is not reached from any entry point'],
  },
  {
    breaks: 'forgotten files, but not what the page starts as a worker',
    files: {
      'test/support/canary.ts': '',
      'bench/canary.ts': '',
      'sim/worker/canary.ts': '',
      'web/main.ts': `${tree.get('web/main.ts')};new Worker(new URL('../sim/worker/canary.ts', import.meta.url));`,
    },
    found: [
      'test/support/canary.ts is not reached from any entry point',
      'bench/canary.ts is not reached from any entry point',
    ],
  },
];

testRule('every source file is reached from an entry point', filesOutOfReach, reachCanaries, hasEntryPoints);

const emptyNames: ReadonlySet<string> = new Set(['utils', 'util', 'common', 'helpers', 'helper', 'core', 'manager']);
const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/;
const properNames: ReadonlySet<string> = new Set(['README.md', 'LICENSE', 'CHANGELOG.md']);

function badNames(tree: SourceTree): string[] {
  return [...tree.keys()]
    .filter((path) => !path.startsWith('.'))
    .flatMap((path) => {
      const folders = path.split('/');
      const file = folders.pop() as string;
      const names = properNames.has(file) ? folders : [...folders, file];
      return [
        ...folders.filter((folder) => emptyNames.has(folder)).map((folder) => `${path}: "${folder}" says nothing`),
        ...names.filter((name) => !kebabCase.test(name)).map((name) => `${path}: "${name}" is not kebab-case`),
      ];
    });
}

testRule('names say something, in kebab-case', badNames, [
  {
    breaks: 'folders and files',
    files: { 'sim/utils/a.ts': '', 'sim/kernel/eventQueue.ts': '', 'web/Charts/a.css': '', 'test/a-b.test.ts': '' },
    found: [
      'sim/utils/a.ts: "utils" says nothing',
      'sim/kernel/eventQueue.ts: "eventQueue.ts" is not kebab-case',
      'web/Charts/a.css: "Charts" is not kebab-case',
    ],
  },
]);

function barrels(tree: SourceTree): string[] {
  return simAndWeb(tree)
    .filter((path) => path !== 'sim/index.ts')
    .filter((path) => {
      const body = syntaxOf(tree, path).body as readonly SyntaxNode[];
      const passesOn = (statement: SyntaxNode): boolean =>
        statement.type.startsWith('Export') && isNode(statement.source);
      return body.length > 0 && body.every(passesOn);
    })
    .map((path) => `${path} only passes on what others export`);
}

testRule('there is no barrel but sim/index.ts', barrels, [
  {
    breaks: 'an index of a folder',
    files: {
      'sim/kernel/index.ts': "export { a } from './a.ts';\nexport * from './b.ts';",
      'sim/kernel/a.ts': "export { b } from './b.ts';\nexport const a = 1;",
    },
    found: ['sim/kernel/index.ts only passes on what others export'],
  },
]);

const machineTraces: readonly RegExp[] = [
  // A folder of somebody's machine.
  /(?<![\w.:/])\/(?:home|root|work|Users|mnt|srv|var\/folders)\/[\w.]/,
  /\bfile:\/\/\/\w/,
  // The address of a package registry.
  /\bhttps?:\/\/[\w.-]*\b(?:registry|artifactory|npmjs)\b/,
];

function tracesOfMachines(tree: SourceTree): string[] {
  return [...tree].flatMap(([path, text]) =>
    text.split('\n').flatMap((line, index) => {
      const isTrace = machineTraces.some((trace) => trace.test(line));
      return isTrace ? [`${path}:${index + 1} names a machine`] : [];
    }),
  );
}

testRule('no file names a machine', tracesOfMachines, [
  {
    breaks: 'paths and registries, but not addresses within the project',
    files: {
      // Broken by % signs, because this file is read as well.
      'README.md': 'see /home%/someone/b\nsim/work/a\nhttp://localhost/work/a\nfile:%///a/b'.replaceAll('%', ''),
      'package-lock.json': '"resolved": "https:%//registry.example.org/a.tgz"'.replace('%', ''),
    },
    found: [
      'README.md:1 names a machine',
      'README.md:4 names a machine',
      'package-lock.json:1 names a machine',
    ],
  },
]);

test('the top level holds what the house plan names, and nothing else', () => {
  const folders = ['sim/', 'web/', 'scenarios/', 'test/', 'bench/'];
  const files = ['package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts'];
  const texts = ['README.md', 'LICENSE', 'CHANGELOG.md'];
  const allowed = new Set([...folders, ...files, ...texts]);
  const entries = topLevelEntries().filter((entry) => !entry.startsWith('.'));
  expect(entries.filter((entry) => !allowed.has(entry))).toEqual([]);
  expect(entries).toEqual(expect.arrayContaining([...files, ...texts]));
});
