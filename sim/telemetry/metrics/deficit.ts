import type { Metric } from './metric.ts';
import { SteadyState } from './steady-state.ts';

export const deficit: Metric = {
  name: 'deficit',
  title: 'Goodput deficit',
  about: 'Usable answers that the time since the first fault fell short of the goodput before it.',
  quantity: 'count',
  better: -1,
  of: 'client',
  evaluate: (run, address) => {
    const steady = SteadyState.of(run, address);
    if (steady === undefined) return NaN;
    let missing = 0;
    for (let bucket = Math.floor(steady.firstFaultNs / run.record.bucketNs); bucket < steady.good.length; bucket++) {
      missing += steady.baseline - steady.good[bucket]!;
    }
    return Math.max(0, missing);
  },
};
