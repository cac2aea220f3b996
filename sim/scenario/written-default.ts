/** What a parameter has when it is left out, as a person would write it. */
import type { Param } from '../catalogue/param.ts';
import { writtenDefault } from './fields.ts';
import { formatValue } from './format-value.ts';
import { ProblemList } from './problem-list.ts';
import { ValueReader } from './values.ts';
import type { Vocabulary } from './vocabulary.ts';

/** @returns undefined when the parameter has no default */
export function formatDefault(param: Param, vocabulary: Vocabulary): string | undefined {
  if (param.default === undefined) return undefined;
  const reader = new ValueReader(vocabulary, new ProblemList(''), new Map());
  const node = writtenDefault(param.default, { from: 0, to: 0 });
  return formatValue(param, reader.value(param, node, { path: '', owner: '', side: 'caller', drawn: 'number' }), vocabulary);
}
