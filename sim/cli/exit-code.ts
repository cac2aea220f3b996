import type { Report } from '../experiment/report.ts';

/** What a command ends with. */
export const ExitCode = {
  /** All expectations hold. */
  ok: 0,
  /** An expectation failed, or a run used up its budget of events. */
  failed: 1,
  /** The input is wrong. */
  wrongInput: 2,
  /** The simulator broke one of its own invariants. */
  ourMistake: 3,
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** The worst that can be said of the finished runs. */
export function exitCodeOf(reports: readonly Report[]): ExitCode {
  const ends = reports.flatMap(({ results }) => results.variants.flatMap((variant) => results.runsOf(variant).map((run) => run.end.kind)));
  if (ends.includes('invariantBroken')) return ExitCode.ourMistake;
  const failed = reports.some(({ judgements }) => judgements.some(({ verdict }) => verdict === 'fail'));
  return failed || ends.includes('budgetExceeded') ? ExitCode.failed : ExitCode.ok;
}
