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
}
