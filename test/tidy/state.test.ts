/**
 * Goal: several engines can live in one worker, because no module of sim holds state that they would share.
 * Method: what a module declares at its top is looked at: variables, static fields, and containers that can be changed.
 * A container is harmless when its type forbids changes, or when it is a table: filled where it is declared, not
 * exported, and written by no function.
 */
import { eachFile, testRule } from './rule.ts';
import { isNode, lineOf, type SourceTree, type SyntaxNode, syntaxOf, walk } from './source-tree.ts';

const stateAdvice = 'make it a field of an object made per run';
const containerAdvice = 'use as const, Object.freeze or a Readonly type';

function sharedState(tree: SourceTree, path: string): string[] {
  if (!path.startsWith('sim/') || !path.endsWith('.ts')) return [];
  const program = syntaxOf(tree, path);
  return [...problemsOfVariables(path, program), ...problemsOfStaticFields(program)].map(
    ([node, problem]) => `${path}:${lineOf(tree, path, node)} ${problem}`,
  );
}

type Problem = readonly [node: SyntaxNode, problem: string];

function problemsOfVariables(path: string, program: SyntaxNode): Problem[] {
  const statements = program.body as readonly SyntaxNode[];
  return statements.flatMap((statement) => {
    const isExported = isNode(statement.declaration);
    const declaration = isExported ? (statement.declaration as SyntaxNode) : statement;
    if (declaration.type !== 'VariableDeclaration') return [];
    return (declaration.declarations as readonly SyntaxNode[]).flatMap((variable): Problem[] => {
      const name = nameOf(variable.id);
      if (declaration.kind !== 'const') {
        return [[variable, `${String(declaration.kind)} ${name} is shared by all engines of a worker: ${stateAdvice}`]];
      }
      const isShared =
        isChangeable(variable.init, variable.id as SyntaxNode) &&
        (isExported || isMadeEmpty(variable.init) || isWrittenByFunctions(program, name)) &&
        !scratch.has(`${path} ${name}`);
      return isShared ? [[variable, `${name} can be changed by any engine of a worker: ${containerAdvice}`]] : [];
    });
  });
}

function problemsOfStaticFields(program: SyntaxNode): Problem[] {
  const problems: Problem[] = [];
  walk(program, (node) => {
    if (node.type !== 'PropertyDefinition' || node.static !== true) return;
    if (node.readonly === true && !isChangeable(node.value, node)) return;
    problems.push([node, `static ${nameOf(node.key)} is shared by all engines of a worker: ${stateAdvice}`]);
  });
  return problems;
}

/** Memory in which a function looks at the bits of a number: written before it is read, and kept for nobody. */
const scratch: ReadonlySet<string> = new Set(['sim/kernel/math.ts double', 'sim/kernel/math.ts words']);

const collection = /^(Map|Set|WeakMap|WeakSet)$/;
const memory = /^(Array|ArrayBuffer|DataView|(Big)?(Int|Uint|Float)\d+(Clamped)?Array)$/;
const changeableType = /^(Record|Partial|Required)$/;
const changingMethods: ReadonlySet<string> = new Set(
  'add assign clear copyWithin defineProperty delete fill pop push reverse set shift sort splice unshift'.split(' '),
);

/** Is this a container, declared with a type that does not forbid changes? */
function isChangeable(value: unknown, declared: SyntaxNode): boolean {
  if (!isNode(value)) return false;
  const isContainer =
    value.type === 'ArrayExpression' ||
    value.type === 'ObjectExpression' ||
    (value.type === 'NewExpression' && [collection, memory].some((names) => names.test(nameOf(value.callee))));
  return isContainer && !hasReadonlyType(value, declared);
}

/**
 * Does the declared type forbid changes? A named type (of a definition, say) is taken to do so for an object; what it
 * says of its fields is its own affair.
 */
function hasReadonlyType(value: SyntaxNode, declared: SyntaxNode): boolean {
  const type = (declared.typeAnnotation as SyntaxNode | null | undefined)?.typeAnnotation as SyntaxNode | undefined;
  if (type === undefined) return false;
  if (type.type === 'TSTypeOperator') return type.operator === 'readonly';
  if (type.type !== 'TSTypeReference') return false;
  const name = nameOf(type.typeName);
  return name.startsWith('Readonly') || (value.type === 'ObjectExpression' && !changeableType.test(name));
}

/** Is this [], {}, or a collection without contents? Such a thing is made to be filled later. */
function isMadeEmpty(value: unknown): boolean {
  if (!isNode(value)) return false;
  if (value.type === 'NewExpression' && !collection.test(nameOf(value.callee))) return false;
  const contents = (value.elements ?? value.properties ?? value.arguments) as readonly unknown[];
  return contents.length === 0;
}

/** Does the body of any function assign to the named container's inside, or call one of its changing methods? */
function isWrittenByFunctions(program: SyntaxNode, name: string): boolean {
  let isWritten = false;
  const isInside = (target: unknown): boolean =>
    isNode(target) && target.type === 'MemberExpression' && (nameOf(target.object) === name || isInside(target.object));
  const lookForWrites = (node: SyntaxNode): void => {
    if (node.type === 'AssignmentExpression') isWritten ||= isInside(node.left);
    if (node.type === 'UpdateExpression' || node.operator === 'delete') isWritten ||= isInside(node.argument);
    if (node.type === 'CallExpression' && changingMethods.has(nameOf((node.callee as SyntaxNode).property))) {
      const [first] = node.arguments as readonly unknown[];
      isWritten ||= isInside(node.callee) || nameOf(first) === name;
    }
  };
  walk(program, (node) => {
    if (/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) walk(node, lookForWrites);
  });
  return isWritten;
}

function nameOf(node: unknown): string {
  return isNode(node) && typeof node.name === 'string' ? node.name : 'pattern';
}

const shared = 'is shared by all engines of a worker';
const changeable = 'can be changed by any engine of a worker';

testRule('modules of sim hold no state', eachFile(sharedState), [
  {
    breaks: 'variables and static fields',
    files: {
      'sim/model/canary.ts': [
        'let count = 0;',
        'export let total = 0;',
        'class A {',
        '  static made = 0;',
        '  static readonly all = new Set<A>();',
        '  static readonly limit = 3;',
        '  #own = 0;',
        '}',
      ].join('\n'),
    },
    found: [
      `sim/model/canary.ts:1 let count ${shared}: ${stateAdvice}`,
      `sim/model/canary.ts:2 let total ${shared}: ${stateAdvice}`,
      `sim/model/canary.ts:4 static made ${shared}: ${stateAdvice}`,
      `sim/model/canary.ts:5 static all ${shared}: ${stateAdvice}`,
    ],
  },
  {
    breaks: 'containers that are exported, made empty, or written by a function',
    files: {
      'sim/model/canary.ts': [
        'export const words: Int32Array = new Int32Array(4);',
        'const seen = new Map<string, number>();',
        'const list: string[] = [];',
        'const table: Record<string, number> = {};',
        'const options = { a: { b: 1 } };',
        'const cache = new Float64Array(8);',
        "const names = ['a'];",
        'const counts = new Int32Array(8);',
        'const given = { a: 1 };',
        'export function f() { options.a.b = 2; cache[3] = 1; }',
        "export const g = () => names.push('b');",
        'export class C { m() { counts[0]++; Object.assign(given, {}); } }',
      ].join('\n'),
    },
    found: [
      `sim/model/canary.ts:1 words ${changeable}: ${containerAdvice}`,
      `sim/model/canary.ts:2 seen ${changeable}: ${containerAdvice}`,
      `sim/model/canary.ts:3 list ${changeable}: ${containerAdvice}`,
      `sim/model/canary.ts:4 table ${changeable}: ${containerAdvice}`,
      `sim/model/canary.ts:5 options ${changeable}: ${containerAdvice}`,
      `sim/model/canary.ts:6 cache ${changeable}: ${containerAdvice}`,
      `sim/model/canary.ts:7 names ${changeable}: ${containerAdvice}`,
      `sim/model/canary.ts:8 counts ${changeable}: ${containerAdvice}`,
      `sim/model/canary.ts:9 given ${changeable}: ${containerAdvice}`,
    ],
  },
  {
    breaks: 'nothing, when nothing can change',
    files: {
      'sim/model/canary.ts': [
        'export const seen: ReadonlyMap<string, number> = new Map();',
        'export const list: readonly string[] = [];',
        "export const names = ['a', 'b'] as const;",
        'export const table = { a: 1 } as const satisfies Record<string, number>;',
        'export const frozen = Object.freeze({ a: 1 });',
        'export const roots: Readonly<Float64Array> = new Float64Array(4);',
        'export const definition: Definition = { title: 1 };',
        'const params = { a: 1 };',
        'const squares = new Float64Array(9);',
        'for (let i = 0; i < 9; i++) squares[i] = i * i;',
        'export function f() { let local = squares[params.a]; const map = new Map(); return [local, map]; }',
      ].join('\n'),
    },
    found: [],
  },
]);
