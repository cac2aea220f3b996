import { pow } from '../kernel/math.ts';

/** How many items there may be: their weights are added up in a table. */
export const POPULARITY_MAX = 1_000_000;

/** Items numbered by popularity from 0: the n-th is asked for in proportion to 1 / n^skew (Zipf's law). */
export class Popularity {
  /** Running sums of the weights. */
  readonly #cumulative: Float64Array;

  constructor(count: number, skew: number) {
    this.#cumulative = new Float64Array(count);
    let sum = 0;
    for (let item = 0; item < count; item++) this.#cumulative[item] = sum += pow(item + 1, -skew);
  }

  /** @param uniform in (0, 1) @returns the item to which it belongs; it grows with `uniform` */
  item(uniform: number): number {
    const cumulative = this.#cumulative;
    let last = cumulative.length - 1;
    const at = uniform * cumulative[last]!;
    let first = 0;
    while (first < last) {
      const middle = (first + last) >>> 1;
      if (cumulative[middle]! > at) last = middle;
      else first = middle + 1;
    }
    return first;
  }
}
