/**
 * From text to a small tree with positions. The only file that knows YAML; JSON is YAML as well.
 *
 * Scalars stay what they are in the text: whether `017`, `1e3`, `no` or `2024-01-01` is a number, a word or a mistake is
 * decided later, by whoever knows what belongs there. Aliases are followed, so that one node may stand in several places
 * of the tree; a text that would grow too large or too deep by them, or without them, is refused before it costs much.
 */
import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, Parser } from 'yaml';
import type { CST, ParsedNode, Scalar, YAMLMap } from 'yaml';
import type { ProblemList } from './problem-list.ts';
import { quote } from './wording.ts';

/** A stretch of the text, in UTF-16 units; `to` is behind the last one. */
export interface Span {
  readonly from: number;
  readonly to: number;
}
export interface ScalarNode extends Span {
  readonly kind: 'scalar';
  /** As written, without quotation marks. */
  readonly text: string;
  /** Written without quotation marks. */
  readonly plain: boolean;
  /** In defaults only: the value is a number in the simulator's own unit. */
  readonly ownUnit?: number;
}
export interface MappingEntry {
  readonly name: string;
  readonly key: Span;
  readonly value: SourceNode;
}
export interface MappingNode extends Span {
  readonly kind: 'mapping';
  readonly entries: readonly MappingEntry[];
}
export interface SequenceNode extends Span {
  readonly kind: 'sequence';
  readonly items: readonly SourceNode[];
}
export type SourceNode = ScalarNode | MappingNode | SequenceNode;

/** Characters in a text. The largest scenario we have seen is a hundredth of it. */
export const MAX_TEXT_LENGTH = 1024 * 1024;
/** Words, punctuation marks, spaces and line ends in a text. Reading costs a few microseconds for each, more if it is wrong. */
export const MAX_LEXEMES = 200_000;
/** Values in the tree after aliases have been followed. */
export const MAX_VALUES = 100_000;
export const MAX_DEPTH = 100;
/** Of a key. */
const MAX_NAME_LENGTH = 200;
/** Mistakes of syntax are shown up to this number, since one often brings about the next. */
const MAX_SYNTAX_PROBLEMS = 5;

/** Everything below the space, but for tab and line ends. YAML forbids it, and the lexer has uses of its own for some of it. */
// oxlint-disable-next-line no-control-regex -- Control characters are what it looks for.
const CONTROL_CHARACTER = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/** Reads a text. @returns undefined when it is no YAML, or too much of it; `problems` then says why. */
export function readSource(text: string, problems: ProblemList): SourceNode | undefined {
  const tokens = tokensOf(text, problems);
  if (tokens === undefined) return undefined;
  // The failsafe schema makes every scalar a string. Duplicate keys are looked for below, in linear time.
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false, stringKeys: true, prettyErrors: false, merge: false });
  const [document, second] = withoutStackTraces(() => [...composer.compose(tokens, true, text.length)]);
  if (document === undefined) return undefined;
  // Warnings are about tags, directives and ambiguous anchors: nothing that a scenario needs.
  for (const error of [...document.errors, ...document.warnings].slice(0, MAX_SYNTAX_PROBLEMS)) {
    problems.add(spanIn(text, error.pos), '', syntaxMessage(error.code, error.message));
  }
  if (second !== undefined && problems.isEmpty) {
    problems.add(spanIn(text, [second.range[0], second.range[0] + 3]), '', 'a file holds one scenario, but a second document begins here');
  }
  if (!problems.isEmpty) return undefined;
  const tree = new TreeBuilder(problems).build(document.contents);
  return problems.isEmpty ? tree : undefined;
}

/** Lexes and parses in one go, so that a hostile text is given up as soon as it shows itself. */
function tokensOf(text: string, problems: ProblemList): CST.Token[] | undefined {
  if (text.length > MAX_TEXT_LENGTH) {
    problems.add({ from: 0, to: 0 }, '', `the text has ${text.length} characters; the limit is ${MAX_TEXT_LENGTH}`);
    return undefined;
  }
  const control = text.search(CONTROL_CHARACTER);
  if (control >= 0) {
    const code = text.charCodeAt(control).toString(16).toUpperCase().padStart(4, '0');
    problems.add({ from: control, to: control + 1 }, '', `the control character U+${code} has no place in a text`);
    return undefined;
  }
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (++lexemes > MAX_LEXEMES) {
      problems.add(spanIn(text, [parser.offset, parser.offset]), '', `the text is too long: it has more than ${MAX_LEXEMES} words, punctuation marks and line ends`);
      return undefined;
    }
    if (parser.stack.length > MAX_DEPTH) {
      problems.add(spanIn(text, [parser.offset, parser.offset]), '', tooDeep);
      return undefined;
    }
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

/**
 * The composer makes an Error object for each mistake, of which a hostile text may have a hundred thousand; most of their
 * cost is the picture of the stack that V8 takes and nobody looks at.
 */
function withoutStackTraces<T>(run: () => T): T {
  const errors = Error as { stackTraceLimit?: number | undefined };
  const before = errors.stackTraceLimit;
  errors.stackTraceLimit = 0;
  try {
    return run();
  } finally {
    errors.stackTraceLimit = before;
  }
}

const tooDeep = `lists and mappings are nested more than ${MAX_DEPTH} deep`;

/** A node with what it costs to visit it, aliases followed. */
interface Built {
  readonly node: SourceNode;
  readonly values: number;
  readonly depth: number;
}

class TreeBuilder {
  readonly #problems: ProblemList;
  /** By name; undefined while the node is being built. */
  readonly #anchors = new Map<string, Built | undefined>();

  constructor(problems: ProblemList) {
    this.#problems = problems;
  }

  build(root: ParsedNode | null): SourceNode {
    return this.#build(root, { from: 0, to: 0 }).node;
  }

  /** @param behind where the value would stand, when there is none */
  #build(yaml: ParsedNode | null, behind: Span): Built {
    if (yaml === null) return leaf('', true, { from: behind.to, to: behind.to });
    const span = { from: yaml.range[0], to: yaml.range[1] };
    if (isAlias(yaml)) return this.#follow(yaml.source, span);
    if (yaml.anchor !== undefined) this.#anchors.set(yaml.anchor, undefined);
    const built = this.#limit(this.#buildOwn(yaml, span), span);
    if (yaml.anchor !== undefined) this.#anchors.set(yaml.anchor, built);
    return built;
  }

  #buildOwn(yaml: ParsedNode, span: Span): Built {
    if (isSeq(yaml)) {
      const items = yaml.items.map((item) => this.#build(item as ParsedNode | null, span));
      return { node: { kind: 'sequence', items: items.map(({ node }) => node), ...span }, ...costOf(items) };
    }
    if (isMap(yaml)) return this.#buildMapping(yaml, span);
    return isScalar(yaml) ? leaf(String(yaml.value), yaml.type === 'PLAIN', span) : leaf('', false, span);
  }

  #buildMapping(yaml: YAMLMap.Parsed, span: Span): Built {
    const names = new Set<string>();
    const values: Built[] = [];
    const entries: MappingEntry[] = [];
    for (const pair of yaml.items) {
      const keyNode = pair.key as Scalar.Parsed | null;
      const key = keyNode === null ? { from: span.from, to: span.from } : { from: keyNode.range[0], to: keyNode.range[1] };
      const name = isScalar(keyNode) ? String(keyNode.value) : '';
      if (name === '') this.#problems.add(key, '', 'expected a name before the colon');
      if (name.length > MAX_NAME_LENGTH) this.#problems.add(key, '', `a name has at most ${MAX_NAME_LENGTH} characters`);
      if (names.has(name)) this.#problems.add(key, '', `${quote(name)} is given twice in the same mapping`);
      names.add(name);
      if (pair.value === null && /^[\w-]+:\S/.test(name)) this.#problems.add(key, '', 'expected a space after the colon');
      const value = this.#build(pair.value, key);
      values.push(value);
      entries.push({ name, key, value: value.node });
    }
    return { node: { kind: 'mapping', entries, ...span }, ...costOf(values) };
  }

  #follow(name: string, span: Span): Built {
    const target = this.#anchors.get(name);
    if (target !== undefined) return target;
    const message = this.#anchors.has(name) ? `*${name} stands inside what it refers to` : `no &${name} comes before *${name}`;
    this.#problems.add(span, '', message);
    return leaf('', true, span);
  }

  /** Cuts off what is too large, so that aliases of aliases cannot multiply further. */
  #limit(built: Built, span: Span): Built {
    if (built.values <= MAX_VALUES && built.depth <= MAX_DEPTH) return built;
    const tooMany = `with its aliases followed, this has more than ${MAX_VALUES} values`;
    this.#problems.add(span, '', built.depth > MAX_DEPTH ? tooDeep : tooMany);
    return leaf('', true, span);
  }
}

function leaf(text: string, plain: boolean, { from, to }: Span): Built {
  return { node: { kind: 'scalar', text, plain, from, to }, values: 1, depth: 1 };
}

function costOf(parts: readonly Built[]): { values: number; depth: number } {
  let values = 1;
  let depth = 0;
  for (const part of parts) {
    values += part.values;
    depth = Math.max(depth, part.depth);
  }
  return { values, depth: depth + 1 };
}

function spanIn(text: string, [from, to]: readonly [number, number]): Span {
  const start = Math.max(0, Math.min(from, text.length));
  return { from: start, to: Math.max(start, Math.min(to, text.length)) };
}

/** The YAML library's messages in the words of a person who writes scenarios; the rare ones are passed on. */
const SYNTAX_MESSAGES: readonly (readonly [code: string, part: RegExp, message: string])[] = [
  ['TAB_AS_INDENT', /./, 'lines are indented with spaces, but there is a tab here'],
  ['BLOCK_AS_IMPLICIT_KEY', /./, 'a second mapping begins in the same line; put it in a line of its own, or the text in quotation marks'],
  ['MULTILINE_IMPLICIT_KEY', /./, 'expected a colon after the name, in the same line'],
  ['MISSING_CHAR', /Implicit map keys/, 'expected a colon and a value after this name'],
  ['MISSING_CHAR', /closing/, 'a quotation mark is missing at the end of this text'],
  ['MISSING_CHAR', /Missing ,/, 'expected a comma between two items'],
  ['MISSING_CHAR', /space after :/, 'expected a space after the colon'],
  ['MISSING_CHAR', /end with a ]/, 'expected a ] that closes the list'],
  ['MISSING_CHAR', /end with a }/, 'expected a } that closes the mapping'],
  ['BAD_INDENT', /end with a ]/, 'expected a ] that closes the list, or more indentation'],
  ['BAD_INDENT', /end with a }/, 'expected a } that closes the mapping, or more indentation'],
  ['BAD_INDENT', /./, 'this line is not indented like the lines it belongs to'],
  ['BLOCK_IN_FLOW', /./, 'expected a comma between two entries, or quotation marks around a text with a colon'],
  ['BAD_SCALAR_START', /./, 'a text that begins with this character needs quotation marks'],
  ['TAG_RESOLVE_FAILED', /./, 'tags (words that begin with !) have no meaning in a scenario'],
  ['BAD_DIRECTIVE', /./, 'directives (lines that begin with %) have no meaning in a scenario'],
  ['NON_STRING_KEY', /./, 'a name must be a single word, not a list or a mapping'],
];

function syntaxMessage(code: string, message: string): string {
  const known = SYNTAX_MESSAGES.find((row) => row[0] === code && row[1].test(message));
  return known?.[2] ?? `not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
}
