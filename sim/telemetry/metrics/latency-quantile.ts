import type { Metric } from './metric.ts';

/** The latency that a share q of the usable answers does not exceed, from the instant the user meant to send. */
export function latencyQuantile(name: string, title: string, q: number, share: string): Metric {
  return {
    name,
    title,
    about: `Latency that ${share} of the usable answers do not exceed, from the instant the user meant to send.`,
    quantity: 'durationNs',
    better: -1,
    of: 'client',
    evaluate: (run, address) => run.latency(address).quantile(q),
  };
}
