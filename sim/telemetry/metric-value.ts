/** Unit of a metric: a count, nanoseconds, a share of 0..1, events per second, or a plain factor. */
export type MetricQuantity = 'count' | 'durationNs' | 'ratio' | 'ratePerSec' | 'factor';

/** A number that describes a whole run, ready for tables and comparisons. */
export interface MetricValue {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly quantity: MetricQuantity;
  /** NaN: not defined for this run; Infinity in a duration: never. */
  readonly value: number;
  /** Which direction is better: 1 more, -1 less, 0 neither. */
  readonly better: number;
}
