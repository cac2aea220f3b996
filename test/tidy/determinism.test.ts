/**
 * Goal: what runs inside a simulation uses nothing whose result depends on the engine, the clock or chance.
 * Method: every name, operator and function in the syntax of sim's deterministic folders is looked at. Of Math only
 * what ECMAScript specifies exactly is let through.
 */
import { eachFile, testRule } from './rule.ts';
import { isSource, lineOf, type SourceTree, type SyntaxNode, syntaxOf, walk } from './source-tree.ts';

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
const isDeterministic = (path: string): boolean => isSource(path) && /^sim\/(?!cli\/|worker\/)/.test(path);

/** A pool of workers spreads whole runs; it is outside of every simulation. */
const mayBeAsync = (path: string): boolean => /^sim\/experiment\/[a-z-]*pool\.ts$/.test(path);

function unpredictable(tree: SourceTree, path: string): string[] {
  const violations: string[] = [];
  if (!isDeterministic(path)) return violations;
  walk(syntaxOf(tree, path), (node, parent) => {
    const problem = problemOfNode(node, parent, mayBeAsync(path));
    if (problem !== undefined) violations.push(`${path}:${lineOf(tree, path, node)} ${problem}`);
  });
  return violations;
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

testRule('sim is deterministic', eachFile(unpredictable), [
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
