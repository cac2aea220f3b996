/** A mistake in a scenario text. Lines and columns count from 1; offsets are in UTF-16 units. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** Where in the document: `system.api.handler[1].call`. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly from: number;
  readonly to: number;
  /** The nearest valid word, when there is one. */
  readonly suggestion?: string;
  /** For warnings of the linter, whose `message` says what was found. */
  readonly lint?: LintNote;
}

/** What the linter says of a system that can be run, and would not do well. */
export interface LintNote {
  /** Stable name of the rule: `timeout-below-children`. */
  readonly rule: string;
  /** Address of the layer, call site or component in question. */
  readonly address: string;
  /** Why it matters. */
  readonly why: string;
  /** What to do. */
  readonly advice: string;
  /** Names of the variants in which it is so. */
  readonly variants: readonly string[];
}
