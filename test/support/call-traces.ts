/**
 * Random sequences of overlapping calls, played to a real library under fake timers and to one of our patterns, and what
 * can be seen from outside: when each call started inside, when it ended and how, and every change of state.
 *
 * All times are whole milliseconds, so that calls arrive exactly when a period ends, and several things happen at one
 * instant.
 */
import * as fc from 'fast-check';
import { vi } from 'vitest';
import { Outcome } from '../../sim/resilience/outcome.ts';
import { type LayerSpec, MS, TestWorld } from './resilience-harness.ts';

type Ending = 'ok' | 'error' | 'badRequest';

export interface TracedCall {
  readonly atMs: number;
  readonly takesMs: number;
  readonly ending: Ending;
}

export interface Observed {
  /** For each call: when it started inside, when it ended, and how; in milliseconds from the start of the trace. */
  readonly calls: string[];
  readonly states: string[];
}

/** Gaps between calls, with pauses that let a breaker recover and whole windows pass. */
const gapMs = fc.oneof(
  { weight: 12, arbitrary: fc.nat(12) },
  { weight: 3, arbitrary: fc.constantFrom(0, 50, 100) },
  { weight: 1, arbitrary: fc.constantFrom(101, 700, 2600) },
);

export const traces: fc.Arbitrary<TracedCall[]> = fc
  .array(
    fc.record({
      gapMs,
      takesMs: fc.oneof(fc.nat(30), fc.constantFrom(0, 50, 100, 150)),
      ending: fc.constantFrom<Ending>('ok', 'ok', 'ok', 'error', 'error', 'error', 'badRequest'),
    }),
    { minLength: 5, maxLength: 40, size: 'max' },
  )
  .map((calls) => {
    let atMs = 0;
    return calls.map(({ gapMs, takesMs, ending }) => ({ atMs: (atMs += gapMs), takesMs, ending }));
  });

/** Thrown by the work of a call that fails; the message is its ending. */
export class CallError extends Error {}

/**
 * Runs a trace through a real library, with timers faked.
 * @param execute makes one call whose work is given
 * @param outcomeOf the outcome that an error of the library stands for
 * @param untilMs until when; when left out, until nothing is left to do
 */
export async function observeLibrary(
  execute: (work: () => Promise<string>) => Promise<string>,
  outcomeOf: (error: unknown) => string,
  calls: readonly TracedCall[],
  untilMs?: number,
): Promise<string[]> {
  const start = Date.now();
  const started: (number | undefined)[] = [];
  const ended: string[] = [];
  calls.forEach(({ atMs, takesMs, ending }, i) => {
    const answer = (resolve: (value: string) => void, reject: (error: Error) => void): void =>
      ending === 'ok' ? resolve(ending) : reject(new CallError(ending));
    const work = (): Promise<string> => {
      started[i] = Date.now() - start;
      return new Promise((resolve, reject) => {
        if (takesMs === 0) answer(resolve, reject);
        else setTimeout(answer, takesMs, resolve, reject);
      });
    };
    setTimeout(() => {
      void execute(work)
        .catch((error: unknown) => (error instanceof CallError ? error.message : outcomeOf(error)))
        .then((outcome) => (ended[i] = `${Date.now() - start} ${outcome}`));
    }, atMs);
  });
  if (untilMs === undefined) await vi.runAllTimersAsync();
  else await vi.advanceTimersByTimeAsync(untilMs);
  return calls.map((_, i) => `${started[i] ?? '-'} ${ended[i]}`);
}

/** Runs a trace through our pattern. */
export function observeOurs(spec: LayerSpec, calls: readonly TracedCall[], untilMs = Infinity): Observed {
  const t = new TestWorld();
  const started: number[] = [];
  const first = t.build([spec], (_, call) => {
    const number = (call as unknown as { context: { request: number } }).context.request;
    started[number] = t.now / MS;
    const { takesMs, ending } = calls[number]!;
    return { afterNs: takesMs * MS, code: Outcome[ending] };
  });
  for (const { atMs } of calls) t.call(first, { atNs: atMs * MS });
  t.run(untilMs * MS);
  return {
    calls: t.results.map((result, i) => `${started[i] ?? '-'} ${result.endedAtNs / MS} ${result.outcome}`),
    states: t.transitions,
  };
}
