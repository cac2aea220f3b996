import type { Report } from '../../experiment/report.ts';
import type { Style } from '../style.ts';

/** What a reporter shows of one scenario file. */
export interface FileReport extends Report {
  /** Path of the scenario as the user gave it. */
  readonly file: string;
  /** Whether the arms are to be compared with the first one. */
  readonly comparing: boolean;
  /** The command that repeats one run exactly. */
  readonly replay: (variants: readonly string[], seed: string) => string;
}

/** One way of showing results. */
export interface Reporter {
  readonly name: string;
  readonly about: string;
  /** Name of the file that `--out` gets. */
  readonly fileName: string;
  readonly render: (reports: readonly FileReport[], style: Style) => string;
}
