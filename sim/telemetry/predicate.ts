/** A condition on one metric: `availability >= 95%`. */
export interface Predicate {
  readonly metric: string;
  /** Address that the metric is of; '' = the whole system. */
  readonly of: string;
  readonly comparison: Comparison;
  /** In the metric's own unit; Infinity stands for `never`. */
  readonly value: number;
}

export type Comparison = '>=' | '<=' | '>' | '<' | '=';

/** Whether a value meets a bound. A value that a run does not define (NaN) meets none. */
export function compares(value: number, comparison: Comparison, bound: number): boolean {
  switch (comparison) {
    case '>=':
      return value >= bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '<':
      return value < bound;
    case '=':
      return value === bound;
  }
}
