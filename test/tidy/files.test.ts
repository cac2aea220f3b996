/**
 * Goal: every file is of use, has its place and a name that says something, and names nobody's machine.
 * Method: paths and texts of all files; for the use of a file, everything that is reached from what npm, the page, the
 * package and the test runner start.
 */
import { expect, test } from 'vitest';
import { type Canary, eachFile, isOfSimOrWeb, project, testRule } from './rule.ts';
import {
  isNode,
  isSource,
  referencesOf,
  resolveReference,
  type SourceTree,
  type SyntaxNode,
  syntaxOf,
  topLevelEntries,
} from './source-tree.ts';

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
  const pages = [...tree].filter(([path]) => /^web\/[^/]*\.html$/.test(path));
  const scripts = pages.flatMap(([, text]) => [...text.matchAll(/<script[^>]*\bsrc="([^"]+)"/g)].map(([, source]) => `./web/${source as string}`));
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
    // Declarations for packages without types are found by the compiler, not by an import.
    .filter((path) => isSource(path) && !path.endsWith('.d.ts') && /^(sim|web|test|bench)\//.test(path))
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
      'web/main.ts': `${project.get('web/main.ts')};new Worker(new URL('../sim/worker/canary.ts', import.meta.url));`,
    },
    found: [
      'test/support/canary.ts is not reached from any entry point',
      'bench/canary.ts is not reached from any entry point',
    ],
  },
];

testRule('every source file is reached from an entry point', filesOutOfReach, reachCanaries);

const emptyNames: ReadonlySet<string> = new Set(['utils', 'util', 'common', 'helpers', 'helper', 'core', 'manager']);
const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/;
const properNames: ReadonlySet<string> = new Set(['README.md', 'LICENSE', 'CHANGELOG.md']);

function badNames(_tree: SourceTree, path: string): string[] {
  if (path.startsWith('.')) return [];
  const folders = path.split('/');
  const file = folders.pop() as string;
  const names = properNames.has(file) ? folders : [...folders, file];
  return [
    ...folders.filter((folder) => emptyNames.has(folder)).map((folder) => `${path}: "${folder}" says nothing`),
    ...names.filter((name) => !kebabCase.test(name)).map((name) => `${path}: "${name}" is not kebab-case`),
  ];
}

testRule('names say something, in kebab-case', eachFile(badNames), [
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

function barrels(tree: SourceTree, path: string): string[] {
  if (!isOfSimOrWeb(path) || path === 'sim/index.ts') return [];
  const body = syntaxOf(tree, path).body as readonly SyntaxNode[];
  const passesOn = (statement: SyntaxNode): boolean => statement.type.startsWith('Export') && isNode(statement.source);
  return body.length > 0 && body.every(passesOn) ? [`${path} only passes on what others export`] : [];
}

testRule('there is no barrel but sim/index.ts', eachFile(barrels), [
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

function tracesOfMachines(tree: SourceTree, path: string): string[] {
  const text = tree.get(path) as string;
  return text.split('\n').flatMap((line, index) => {
    const isTrace = machineTraces.some((trace) => trace.test(line));
    return isTrace ? [`${path}:${index + 1} names a machine`] : [];
  });
}

testRule('no file names a machine', eachFile(tracesOfMachines), [
  {
    breaks: 'paths and registries, but not addresses within the project',
    files: {
      // Broken by % signs, because this file is read as well.
      'README.md': 'see /home%/someone/b\nsim/root/a\nhttp://localhost/root/a\nfile:%///a/b'.replaceAll('%', ''),
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
