import type { Metric } from './metric.ts';
import { SteadyState } from './steady-state.ts';

export const recovery: Metric = {
  name: 'recovery',
  title: 'Time to recover',
  about:
    'From the end of the last fault until goodput is back within 10 % of its median before the first fault (more where chance alone varies more), and stays there for 5 s (a tenth of a run shorter than 50 s); never, if it does not within the run.',
  quantity: 'durationNs',
  better: -1,
  of: 'client',
  evaluate: (run, address) => {
    const steady = SteadyState.of(run, address);
    const healedNs = run.faultsEndNs;
    return steady === undefined || healedNs === Infinity ? NaN : steady.steadyFrom(healedNs) - healedNs;
  },
};
