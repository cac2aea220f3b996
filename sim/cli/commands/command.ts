import type { Command as Program } from 'commander';
import type { ExitCode } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';

/** What a command works with. */
export interface Surroundings {
  readonly terminal: Terminal;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  /** Says how the command ended; a command that says nothing has ended well. */
  readonly end: (code: ExitCode) => void;
}

/** One command of `faultline`: adds itself, its arguments and options to the program. */
export interface Command {
  readonly addTo: (program: Program, surroundings: Surroundings) => void;
}
