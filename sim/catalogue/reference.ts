/** A definition in words, ready to be printed or shown: what `faultline explain` and the page's reference have in common. */
import type { StateTransition } from './definition.ts';

export interface ReferenceParam {
  readonly name: string;
  /** Kind, unit, range and default: `duration, more than 0, default 1s`. */
  readonly facts: string;
  readonly about: string;
  readonly source?: string;
  /** A bare value stands for it. */
  readonly isShorthand: boolean;
  /** Words to choose from, with what they mean. */
  readonly choices: readonly (readonly [word: string, meaning: string])[];
  /** What a mapping consists of. */
  readonly fields: readonly ReferenceParam[];
}

export interface ReferenceEntry {
  readonly family: string;
  readonly kind: string;
  readonly title: string;
  readonly about: string;
  /** When to use it, when not, how it differs, where it comes from. */
  readonly notes: readonly (readonly [label: string, text: string])[];
  readonly states: readonly StateTransition[];
  /** Of a stack: its patterns as they would be written, outermost first. */
  readonly layers: readonly string[];
  readonly params: readonly ReferenceParam[];
}

/** Entries that belong together, with the word for them. */
export interface ReferenceGroup {
  readonly name: string;
  readonly entries: readonly ReferenceEntry[];
}
