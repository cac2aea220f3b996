/**
 * Goal: our retry waits and gives up as real libraries do.
 *
 * Method: random sequences of overlapping calls, each with an outcome for every attempt, run through exponential-backoff 3
 * and cockatiel 4 under fake timers and through our retry in the test world. When each attempt started, and when and how
 * each call ended, must be the same. All three draw the same number at the same instant; the waits are such multiples and
 * the numbers such fractions that every wait is a whole number of milliseconds, as the timers of the libraries want it.
 */
import { ConstantBackoff, ExponentialBackoff, fullJitterGenerator, halfJitterGenerator, handleWhen, type IBackoffFactory, noJitterGenerator, retry as cockatielRetry } from 'cockatiel';
import { backOff, type IBackOffOptions } from 'exponential-backoff';
import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { Outcome } from '../../sim/resilience/outcome.ts';
import { retry } from '../../sim/resilience/retry.ts';
import { cases, fuzzSeed } from '../support/random-cases.ts';
import type { Given } from '../support/pattern-values.ts';
import { MS, TestWorld } from '../support/resilience-harness.ts';
import { standingClock } from '../support/standing-clock.ts';

type Ending = 'ok' | 'error' | 'badRequest';

interface TracedCall {
  readonly atMs: number;
  /** More than any call makes. */
  readonly attempts: readonly { readonly takesMs: number; readonly ending: Ending }[];
}

const ATTEMPTS = 6;

const traces: fc.Arbitrary<TracedCall[]> = fc
  .array(
    fc.record({
      gapMs: fc.oneof(fc.nat(12), fc.constantFrom(0, 16, 64)),
      attempts: fc.array(
        fc.record({ takesMs: fc.integer({ min: 1, max: 40 }), ending: fc.constantFrom<Ending>('ok', 'error', 'error', 'error', 'error', 'badRequest') }),
        { minLength: ATTEMPTS, maxLength: ATTEMPTS },
      ),
    }),
    { minLength: 3, maxLength: 15, size: 'max' },
  )
  .map((calls) => {
    let atMs = 0;
    return calls.map(({ gapMs, attempts }) => ({ atMs: (atMs += gapMs), attempts }));
  });

/** What everybody draws at an instant: an eighth, or more of them. */
function drawnAt(ms: number): number {
  return (1 + ((Math.imul(ms + 1, 0x9e3779b1) >>> 8) % 7)) / 8;
}

class CallError extends Error {}

/** Makes one call whose attempts are given. */
type Execute = (attempt: () => Promise<string>) => Promise<string>;

/** @returns for each call when its attempts started, when it ended, and how; in milliseconds from the start of the trace */
async function observeLibrary(execute: Execute, calls: readonly TracedCall[]): Promise<string[]> {
  const start = Date.now();
  const nowMs = (): number => Date.now() - start;
  const random = vi.spyOn(Math, 'random').mockImplementation(() => drawnAt(nowMs()));
  const seen = calls.map((): number[] => []);
  const ended: string[] = [];
  calls.forEach(({ atMs, attempts }, i) => {
    const attempt = (): Promise<string> => {
      const { takesMs, ending } = attempts[seen[i]!.length]!;
      seen[i]!.push(nowMs());
      return new Promise((resolve, reject) => {
        setTimeout(() => (ending === 'ok' ? resolve(ending) : reject(new CallError(ending))), takesMs);
      });
    };
    setTimeout(() => {
      void execute(attempt)
        .catch((error: unknown) => {
          if (error instanceof CallError) return error.message;
          throw error;
        })
        .then((outcome) => (ended[i] = `${nowMs()} ${outcome}`));
    }, atMs);
  });
  await vi.runAllTimersAsync();
  random.mockRestore();
  return calls.map((_, i) => `${seen[i]!.join(' ')} -> ${ended[i]}`);
}

class DrawingWorld extends TestWorld {
  override uniform(): number {
    return drawnAt(this.now / MS);
  }
}

function observeOurs(values: Given, calls: readonly TracedCall[]): string[] {
  const t = new DrawingWorld();
  const seen = calls.map((): number[] => []);
  const first = t.build([{ of: retry, with: { retryOn: ['error'], ...values } }], (_, call) => {
    const i = (call as unknown as { context: { request: number } }).context.request;
    const { takesMs, ending } = calls[i]!.attempts[seen[i]!.length]!;
    seen[i]!.push(t.now / MS);
    return { afterNs: takesMs * MS, code: Outcome[ending] };
  });
  t.callAt(first, ...calls.map(({ atMs }) => atMs));
  t.run();
  return t.results.map((result, i) => `${seen[i]!.join(' ')} -> ${result.endedAtNs / MS} ${result.outcome}`);
}

const isRetryable = (error: unknown): boolean => (error as Error).message === 'error';

const exponentialBackoff =
  (options: Partial<IBackOffOptions>): Execute =>
  (attempt) =>
    backOff(attempt, { retry: isRetryable, ...options });

const cockatiel =
  (maxAttempts: number, backoff?: IBackoffFactory<unknown>): Execute =>
  (attempt) =>
    cockatielRetry(handleWhen(isRetryable), backoff === undefined ? { maxAttempts } : { maxAttempts, backoff }).execute(attempt);

const exponential = (base: number, factor: number, max: number): Given => ({ exponential: { base: base * MS, factor, max: max * MS } });

const configurations: readonly { readonly name: string; readonly library: Execute; readonly ours: Given }[] = [
  {
    name: 'exponential-backoff, doubling without end',
    library: exponentialBackoff({ numOfAttempts: 6, startingDelay: 10 }),
    ours: { maxAttempts: 6, backoff: exponential(10, 2, Infinity) },
  },
  {
    name: 'exponential-backoff, by three up to a longest wait',
    library: exponentialBackoff({ numOfAttempts: 4, startingDelay: 7, timeMultiple: 3, maxDelay: 50 }),
    ours: { maxAttempts: 4, backoff: exponential(7, 3, 50) },
  },
  {
    name: 'exponential-backoff with full jitter',
    library: exponentialBackoff({ numOfAttempts: 5, startingDelay: 16, maxDelay: 80, jitter: 'full' }),
    ours: { maxAttempts: 5, backoff: exponential(16, 2, 80), jitter: 'full' },
  },
  {
    name: 'exponential-backoff with one attempt',
    library: exponentialBackoff({ numOfAttempts: 1 }),
    ours: { maxAttempts: 1 },
  },
  {
    name: 'cockatiel, always the same wait',
    library: cockatiel(3, new ConstantBackoff(25)),
    ours: { maxAttempts: 4, backoff: { fixed: { delay: 25 * MS } } },
  },
  {
    name: 'cockatiel, exponential',
    library: cockatiel(5, new ExponentialBackoff({ generator: noJitterGenerator, initialDelay: 12, maxDelay: 100 })),
    ours: { maxAttempts: 6, backoff: exponential(12, 2, 100) },
  },
  {
    name: 'cockatiel, exponential with full jitter',
    library: cockatiel(4, new ExponentialBackoff({ generator: fullJitterGenerator, initialDelay: 16, maxDelay: 96 })),
    ours: { maxAttempts: 5, backoff: exponential(16, 2, 96), jitter: 'full' },
  },
  {
    name: 'cockatiel, exponential with half of it jitter',
    library: cockatiel(4, new ExponentialBackoff({ generator: halfJitterGenerator, initialDelay: 16, maxDelay: 96 })),
    ours: { maxAttempts: 5, backoff: exponential(16, 2, 96), jitter: 'equal' },
  },
];

const options = cases(300);

describe(`seed ${fuzzSeed}`, () => {
  standingClock();

  test.each(configurations)('$name', async ({ library, ours }) => {
    const seen = { once: 0, mostOften: 0 };
    const most = ours['maxAttempts'] as number;
    await fc.assert(
      fc.asyncProperty(traces, async (calls) => {
        const expected = await observeLibrary(library, calls);
        expect(observeOurs(ours, calls)).toEqual(expected);
        const attempts = expected.map((line) => line.split(' -> ')[0]!.split(' ').length);
        seen.once += attempts.filter((made) => made === 1).length;
        seen.mostOften += attempts.filter((made) => made === most).length;
      }),
      options,
    );
    // Traces in which nothing happens, or always the same, would prove nothing.
    expect(seen.once).toBeGreaterThan(options.numRuns);
    expect(seen.mostOften).toBeGreaterThan(options.numRuns / 2);
  });
});
