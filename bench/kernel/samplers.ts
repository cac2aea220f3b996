/** What one draw costs, in nanoseconds of CPU time, called as the model calls it: through a variable of the interface. */
import { childKey, writeRunKey } from '../../sim/kernel/keys.ts';
import type { Sampler } from '../../sim/kernel/samplers.ts';
import { cpuNs, type Sample } from '../measure.ts';

const KEYS = 2048;
const DRAWS = 1_000_000;

/**
 * Draws of each sampler. They take turns at one call site, so that none is inlined there.
 * @returns in the order of `samplers`
 */
export function draws(samplers: readonly Sampler[]): Sample[] {
  const keys = new Int32Array(2 * KEYS);
  writeRunKey(keys, 0, 'draws');
  for (let i = 1; i < KEYS; i++) childKey(keys, i, i - 1, i);
  const drawMany = (sampler: Sampler): number => {
    let sum = 0;
    for (let i = 0; i < DRAWS; i++) sum += sampler.sample(keys, i % KEYS, (i >> 11) << 8);
    return sum;
  };
  for (const sampler of samplers) drawMany(sampler);
  return samplers.map((sampler) => () => cpuNs(DRAWS, () => void drawMany(sampler)));
}
