/** How everything here is measured: CPU time of this process, as a ratio to a yardstick measured in the same moments. */

/** One repetition of a measurement: nanoseconds of CPU time per operation. */
export type Sample = () => number;

export interface Measured {
  /** Median of the repetitions, in nanoseconds per operation. */
  readonly ns: number;
  /** Median of the repetitions, each in units of the yardstick of its own moment. */
  readonly ratio: number;
}

const WARM_UPS = 2;
const REPETITIONS = 9;

/** CPU time of all threads of this process, compiler and collector included, in nanoseconds per operation. */
export function cpuNs(operations: number, body: () => void): number {
  const before = process.cpuUsage();
  body();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / operations;
}

/**
 * Repeats a measurement between two of the yardstick each time: a neighbour who takes the caches or the clock rate away
 * for a while slows both.
 */
export function against(yardstick: Sample, subject: Sample): Measured {
  for (let i = 0; i < WARM_UPS; i++) {
    subject();
    yardstick();
  }
  const times: number[] = [];
  const ratios: number[] = [];
  let before = yardstick();
  for (let i = 0; i < REPETITIONS; i++) {
    const ns = subject();
    const after = yardstick();
    times.push(ns);
    ratios.push((2 * ns) / (before + after));
    before = after;
  }
  return { ns: median(times), ratio: median(ratios) };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
