import type { Problem } from '../catalogue/problem.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

/**
 * Warnings for people and for editors that look for `file:line:column`.
 * @param of the file, and how many variants it has
 */
export function explainWarnings(warnings: readonly Problem[], of: { readonly file: string; readonly variants: number }, style: Style): string[] {
  const told = new Set<string>();
  return warnings.flatMap(({ line, column, message, suggestion, lint }) => {
    const place = `${of.file}:${line}:${column}: warning`;
    const hint = suggestion === undefined ? '' : `; did you mean "${suggestion}"?`;
    if (lint === undefined) return [`  ${place}: ${message}${hint}`];
    const { rule, variants, why, advice } = lint;
    const where = variants.length === of.variants ? '' : ` (in ${variants.join(', ')})`;
    // Why a rule matters is told once.
    const reason = told.has(rule) ? [] : wrap(why, '    ');
    told.add(rule);
    return [`  ${place} ${style.paint('strong', rule)}: ${message}${where}`, ...[...reason, ...wrap(advice, '    ')].map((text) => style.paint('dim', text))];
  });
}
