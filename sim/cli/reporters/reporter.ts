import type { Report } from '../../experiment/report.ts';
import { armsOf, type Judgement } from '../../experiment/verdict.ts';
import type { Expectation } from '../../scenario/scenario.ts';
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

/** An expectation as a line: `breaker - unprotected: availability >= 20%`. */
export function sentenceOf(expectation: Expectation): string {
  return `${armsOf(expectation).join(' - ')}: ${expectation.text}`;
}

/** The command that repeats the first seed in which an expectation did not hold; '' when there is none. */
export function replayOf({ expectation, seeds }: Judgement, { replay }: FileReport): string {
  const broken = seeds.find((one) => !one.holds);
  return broken === undefined ? '' : replay(armsOf(expectation), broken.seed);
}
