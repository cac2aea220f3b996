import type { MetricQuantity } from '../metric-value.ts';
import type { RunReader } from './run-reader.ts';

/**
 * What a metric may be asked of: `p99` of the system or of one client. Every metric can be asked of the whole system,
 * where the parts are added up (or their latencies thrown together).
 */
export type MetricScope = 'system' | 'client' | 'site' | 'component' | 'layer' | 'step';

/**
 * One number that describes a run, defined once for the page, the reports and `expect`. Unless a metric says otherwise it
 * looks at the buckets after the warm-up and speaks of requests as users see them, not of attempts.
 */
export interface Metric {
  /** The word that a scenario file uses. */
  readonly name: string;
  readonly title: string;
  /** One sentence that defines it. */
  readonly about: string;
  readonly quantity: MetricQuantity;
  /** Which direction is better: 1 more, -1 less, 0 neither. */
  readonly better: 1 | -1 | 0;
  readonly of: MetricScope;
  /**
   * @param address one part of the system, or '' for all of it
   * @returns in nanoseconds, requests per second, 0..1, or a count; NaN when the run does not define it; Infinity: never
   */
  readonly evaluate: (run: RunReader, address: string) => number;
}
