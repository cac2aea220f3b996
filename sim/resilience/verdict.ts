/**
 * What a circuit breaker learns from an outcome. A call that its caller let go of says nothing about the callee, so it is
 * ignored by every breaker: it returns its permit and records nothing.
 */
import { isCancelled, OUTCOMES } from './outcome.ts';

export const Verdict = { success: 0, failure: 1, ignored: 2 } as const;

/** The verdict for each outcome code. What is neither a failure nor ignored is a success; ignoring wins over failing. */
export function verdicts(failures: readonly number[], ignored: readonly number[] = []): Uint8Array {
  const table = new Uint8Array(OUTCOMES.length).fill(Verdict.success);
  for (const code of failures) table[code] = Verdict.failure;
  for (const code of ignored) table[code] = Verdict.ignored;
  for (let code = 0; code < table.length; code++) if (isCancelled(code)) table[code] = Verdict.ignored;
  return table;
}
