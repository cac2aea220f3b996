import type { Problem } from '../catalogue/problem.ts';
import { problemText } from './problem-text.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

/**
 * Warnings for people and for editors that look for `file:line:column`.
 * @param of the file, and how many variants it has
 */
export function explainWarnings(warnings: readonly Problem[], of: { readonly file: string; readonly variants: number }, style: Style): string[] {
  const told = new Set<string>();
  return warnings.flatMap((warning) => {
    const { line, column, lint } = warning;
    const place = `${of.file}:${line}:${column}: warning`;
    if (lint === undefined) return [`  ${place}: ${problemText(warning)}`];
    const { rule, variants, why, advice } = lint;
    const where = variants.length === of.variants ? '' : ` (in ${variants.join(', ')})`;
    // Why a rule matters is told once.
    const reason = told.has(rule) ? [] : wrap(why, '    ');
    told.add(rule);
    return [`  ${place} ${style.paint('strong', rule)}: ${problemText(warning)}${where}`, ...[...reason, ...wrap(advice, '    ')].map((text) => style.paint('dim', text))];
  });
}
