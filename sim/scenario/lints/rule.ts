/**
 * Rules of the linter: systems that can be run, and in which something is set up in a way that real systems have failed
 * by. A rule looks at one scenario in normal form; only layers and calls that are on count. It changes nothing.
 */
import type { LintedSystem } from './system.ts';

export interface Finding {
  /** Of the layer, call site or component in question. */
  readonly address: string;
  /** What is the matter, with numbers; a sentence without its full stop. */
  readonly what: string;
  /** What to do about it; a sentence. */
  readonly advice: string;
}

export interface LintRule {
  /** Stable: people name it in reviews and in scripts. */
  readonly name: string;
  /** Why it matters; one sentence. */
  readonly why: string;
  find(system: LintedSystem): readonly Finding[];
}
