import type { Metric } from './metric.ts';
import { SteadyState } from './steady-state.ts';

export const timeToMitigate: Metric = {
  name: 'timeToMitigate',
  title: 'Time to mitigate',
  about:
    'From the start of the first fault until goodput is back in the band of `recovery`, before the last fault ended; 0 if it never left the band, never if it came back later or not at all.',
  quantity: 'durationNs',
  better: -1,
  of: 'client',
  evaluate: (run, address) => {
    const steady = SteadyState.of(run, address);
    if (steady === undefined) return NaN;
    const leftNs = steady.leftFrom(steady.firstFaultNs);
    if (leftNs >= run.faultsEndNs) return 0;
    const backNs = steady.steadyFrom(leftNs);
    return backNs < run.faultsEndNs ? backNs - steady.firstFaultNs : Infinity;
  },
};
