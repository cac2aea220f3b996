import type { Problem } from '../catalogue/problem.ts';

/** What is wrong, with the word that was probably meant. */
export function problemText({ message, suggestion }: Problem): string {
  return suggestion === undefined ? message : `${message}; did you mean "${suggestion}"?`;
}
