/** A number that describes a whole run, ready for tables and comparisons. */
export interface MetricValue {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly quantity: 'count' | 'durationNs' | 'ratio' | 'ratePerSec' | 'factor';
  /** NaN: not defined for this run; Infinity in a duration: never. */
  readonly value: number;
  /** Which direction is better: 1 more, -1 less, 0 neither. */
  readonly better: number;
}
