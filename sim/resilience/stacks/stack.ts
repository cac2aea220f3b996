/**
 * Stacks: patterns that are used together, in the order in which a library or a platform puts them around a call. A stack
 * is nothing but data: where a scenario names one, its layers stand as if each had been written there, so that a person
 * can begin with what they run in production and change one thing at a time.
 */
import type { Definition, StackLayer } from '../../catalogue/definition.ts';

export interface StackDefinition extends Definition {
  /** Outermost first. */
  readonly layers: readonly StackLayer[];
}

/** Declares a stack. Values are written as in a scenario file: `'500ms'`, `'50%'`. */
export function defineStack(definition: Omit<StackDefinition, 'family' | 'params'>): StackDefinition {
  return { family: 'stack', params: {}, ...definition };
}
