import type { Metric } from './metric.ts';

export const meanLatency: Metric = {
  name: 'meanLatency',
  title: 'Mean latency',
  about: 'Mean latency of the usable answers, from the instant the user meant to send.',
  quantity: 'durationNs',
  better: -1,
  of: 'client',
  evaluate: (run, address) => {
    const { sum, total } = run.latency(address);
    return sum / total;
  },
};
