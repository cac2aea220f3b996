/** Collects the mistakes of one text. */
import type { LintNote, Problem } from '../catalogue/problem.ts';
import { nearest } from './nearest.ts';
import type { Span } from './source.ts';

/** More would not be read, and a hostile text could make any number of them. */
const MAX_PROBLEMS = 100;

export class ProblemList {
  readonly #text: string;
  readonly #severity: Problem['severity'];
  readonly #problems: Problem[] = [];
  /** Offsets at which lines begin. Made when the first problem needs it. */
  #lineStarts: number[] | undefined;
  #more = 0;

  constructor(text: string, severity: Problem['severity'] = 'error') {
    this.#text = text;
    this.#severity = severity;
  }

  /** How many there are, those included that are not kept. */
  get count(): number {
    return this.#problems.length + this.#more;
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** No further problem is kept, so that it need not be worded with care. */
  get isFull(): boolean {
    return this.#problems.length >= MAX_PROBLEMS;
  }

  /** @param suggestion the nearest valid word */
  add(at: Span, path: string, message: string, suggestion?: string, lint?: LintNote): void {
    if (this.isFull) {
      this.#more++;
      return;
    }
    const hint = { ...(suggestion === undefined ? {} : { suggestion }), ...(lint === undefined ? {} : { lint }) };
    this.#problems.push({ severity: this.#severity, message, path, ...this.#position(at.from), from: at.from, to: at.to, ...hint });
  }

  /** Adds that a word is wrong, with the nearest of those that would be right. */
  addWord(at: Span, path: string, message: string, word: string, candidates: () => Iterable<string>): void {
    // A hostile text may have thousands of wrong words, each to be compared with thousands of right ones.
    this.add(at, path, message, this.isFull ? undefined : nearest(word, candidates()));
  }

  /** All problems, in the order of the text. */
  sorted(): readonly Problem[] {
    const sorted = this.#problems.toSorted((a, b) => a.from - b.from || a.to - b.to);
    const last = sorted.at(-1);
    if (this.#more === 0 || last === undefined) return sorted;
    const { path, line, column, from, to } = last;
    return [...sorted, { severity: this.#severity, message: `and ${this.#more} more problems`, path, line, column, from, to }];
  }

  /** Line and column of an offset, both from 1. */
  #position(offset: number): { line: number; column: number } {
    const starts = (this.#lineStarts ??= lineStartsOf(this.#text));
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - starts[low]! + 1 };
  }
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
