const REPETITIONS = 7;

/** CPU time in nanoseconds per operation in the fastest of several repetitions: the others were disturbed by something. */
export function leastCpuNs(operations: number, body: () => void): number {
  let least = Infinity;
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    const before = process.cpuUsage();
    body();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, ((user + system) * 1000) / operations);
  }
  return least;
}
