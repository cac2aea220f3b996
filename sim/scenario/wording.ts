/** Turns of phrase that the messages share. */
import type { SourceNode } from './source.ts';

const MAX_QUOTED = 40;
const MAX_LISTED = 16;

/** A piece of the user's text inside a message, on one line and cut to a readable length. */
export function quote(text: string): string {
  const line = text.slice(0, 4 * MAX_QUOTED).replaceAll(/\s+/g, ' ');
  return line.length > MAX_QUOTED ? `"${line.slice(0, MAX_QUOTED)}…"` : `"${line}"`;
}

/** What stands there, in words. */
export function found(node: SourceNode): string {
  switch (node.kind) {
    case 'mapping':
      return node.entries.length === 0 ? 'an empty mapping' : 'a mapping';
    case 'sequence':
      return 'a list';
    case 'scalar':
      return isNothing(node) ? 'nothing' : quote(node.text);
  }
}

/** As `found`, for what should have had exactly one key. */
export function foundKeys(node: SourceNode): string {
  return node.kind === 'mapping' && node.entries.length > 1 ? `a mapping of ${node.entries.length} keys` : found(node);
}

/** A value that has been left out: `key:`, `key: ~` or `key: null`. */
export function isNothing(node: SourceNode): boolean {
  return node.kind === 'scalar' && node.plain && (node.text === '' || node.text === '~' || node.text === 'null');
}

/** `a, b or c`; a long list is cut. */
export function anyOf(words: readonly string[]): string {
  if (words.length > MAX_LISTED) return `${words.slice(0, MAX_LISTED).join(', ')} and ${words.length - MAX_LISTED} more`;
  return words.length < 2 ? (words[0] ?? 'nothing') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** `a layer`, `an amount`. */
export function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}
