import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';

/** Text of each file, by its path from the top of the project, with forward slashes. */
export type SourceTree = ReadonlyMap<string, string>;

/** One node of a syntax tree (ESTree with TypeScript's additions). */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

/** A reference from one file to another file or to a package. */
export interface Reference {
  readonly specifier: string;
  /** `value`: imported for use. `type`: erased by the compiler. `program`: started as a worker. */
  readonly kind: 'value' | 'type' | 'program';
}

const top = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const notOurs: ReadonlySet<string> = new Set(['node_modules', 'dist', 'coverage', '.git']);

/** Every entry at the top of the project, folders ending with a slash, but for what is installed or built. */
export function topLevelEntries(): string[] {
  return readdirSync(top, { withFileTypes: true })
    .filter((entry) => !notOurs.has(entry.name))
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
}

/** Reads every text file of the project. */
export function readTree(): SourceTree {
  const tree = new Map<string, string>();
  const read = (folder: string): void => {
    for (const entry of readdirSync(join(top, folder), { withFileTypes: true })) {
      if (notOurs.has(entry.name)) continue;
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) read(path);
      else if (!/\.(png|ico|woff2|gz|tgz)$/.test(path)) tree.set(path, readFileSync(join(top, path), 'utf8'));
    }
  };
  read('');
  return tree;
}

/** The same tree with files added or replaced. */
export function withFiles(tree: SourceTree, files: Readonly<Record<string, string>>): SourceTree {
  return new Map([...tree, ...Object.entries(files)]);
}

/** Is this a file whose syntax can be read? */
export function isSource(path: string): boolean {
  return /\.[jt]s$/.test(path);
}

const parsed = new Map<string, { readonly text: string; readonly program: SyntaxNode }>();

/** Syntax tree of a source file. */
export function syntaxOf(tree: SourceTree, path: string): SyntaxNode {
  const text = tree.get(path) ?? '';
  const known = parsed.get(path);
  if (known?.text === text) return known.program;
  const result = parseSync(path, text);
  if (result.errors.length > 0) throw new Error(`${path} cannot be parsed: ${result.errors[0]?.message}`);
  const program = result.program as unknown as SyntaxNode;
  parsed.set(path, { text, program });
  return program;
}

/** Calls `visit` with a node, then with everything below it, parents first. */
export function walk(
  node: SyntaxNode,
  visit: (node: SyntaxNode, parent: SyntaxNode | undefined) => void,
  parent?: SyntaxNode,
): void {
  visit(node, parent);
  for (const field in node) {
    const value = node[field];
    if (Array.isArray(value)) {
      for (const child of value) if (isNode(child)) walk(child, visit, node);
    } else if (isNode(value)) walk(value, visit, node);
  }
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string';
}

/** 1-based line of a node. */
export function lineOf(tree: SourceTree, path: string, node: SyntaxNode): number {
  return (tree.get(path) ?? '').slice(0, node.start).split('\n').length;
}

/** Asked for again and again, along every chain of imports. */
const references = new WeakMap<SyntaxNode, readonly Reference[]>();

/** Everything that a file refers to: imports, re-exports, types taken by `import('…')`, and started workers. */
export function referencesOf(tree: SourceTree, path: string): readonly Reference[] {
  const program = syntaxOf(tree, path);
  const known = references.get(program) ?? referencesIn(program);
  references.set(program, known);
  return known;
}

function referencesIn(program: SyntaxNode): Reference[] {
  const references: Reference[] = [];
  const add = (source: unknown, kind: Reference['kind']): void => {
    if (!isNode(source) || typeof source.value !== 'string') return;
    const isWorker = /\?(shared)?worker\b/.test(source.value);
    references.push({ specifier: source.value.replace(/\?.*$/, ''), kind: isWorker ? 'program' : kind });
  };
  walk(program, (node) => {
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportNamedDeclaration':
      case 'ExportAllDeclaration':
        add(node.source, isErased(node) ? 'type' : 'value');
        break;
      case 'ImportExpression':
        add(node.source, 'value');
        break;
      case 'TSImportType':
        add(node.source ?? node.argument, 'type');
        break;
      case 'NewExpression':
        if (isUrlOfThisModule(node)) add((node.arguments as unknown[])[0], 'program');
        break;
    }
  });
  return references;
}

/**
 * Does the compiler remove this import or export altogether? Not so `import { type A } from './a.ts'`: under
 * verbatimModuleSyntax it leaves `import './a.ts'`, which still loads the file.
 */
function isErased(node: SyntaxNode): boolean {
  return node.importKind === 'type' || node.exportKind === 'type';
}

/** `new URL('…', import.meta.url)` */
function isUrlOfThisModule(node: SyntaxNode): boolean {
  const [, base] = node.arguments as readonly SyntaxNode[];
  const callee = node.callee as SyntaxNode;
  const object = base?.object as SyntaxNode | undefined;
  return callee.name === 'URL' && base?.type === 'MemberExpression' && object?.type === 'MetaProperty';
}

/**
 * The file of the tree that a specifier names, seen from a file; undefined for packages and for what is not source.
 * Compiled files stand for the source they are made of.
 */
export function resolveReference(tree: SourceTree, from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const path = posix.join(posix.dirname(from), specifier).replace(/^dist\/(bench\/)?/, '');
  return [path, path.replace(/\.js$/, '.ts')].find((candidate) => tree.has(candidate) && isSource(candidate));
}
