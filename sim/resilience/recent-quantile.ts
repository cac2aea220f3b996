/** Quantiles of the latest values, exact: beside the values in order of arrival they are kept in order of size. */
export class RecentQuantile {
  readonly #recent: Float64Array;
  readonly #sorted: Float64Array;
  #next = 0;
  length = 0;

  /** @param size how many values are remembered */
  constructor(size: number) {
    this.#recent = new Float64Array(size);
    this.#sorted = new Float64Array(size);
  }

  add(value: number): void {
    const size = this.#recent.length;
    if (this.length === size) this.#forget(this.#recent[this.#next]!);
    this.#recent[this.#next] = value;
    this.#next = (this.#next + 1) % size;
    const at = this.#placeOf(value);
    this.#sorted.copyWithin(at + 1, at, this.length++);
    this.#sorted[at] = value;
  }

  /** The smallest value that at least this share does not exceed; 0 when there is none.  @param share in 0..1 */
  quantile(share: number): number {
    return this.length === 0 ? 0 : this.#sorted[Math.max(0, Math.ceil(share * this.length) - 1)]!;
  }

  #forget(value: number): void {
    const at = this.#placeOf(value);
    this.#sorted.copyWithin(at, at + 1, this.length--);
  }

  /** Where the first value stands that is not smaller. */
  #placeOf(value: number): number {
    let from = 0;
    let to = this.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#sorted[middle]! < value) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
