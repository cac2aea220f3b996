/**
 * The last so many durations, kept in order of size as well, so that a percentile costs one look. Adding one costs a
 * move within a short array; nothing is allocated.
 */
export class RecentDurations {
  readonly #inTurn: Float64Array;
  readonly #sorted: Float64Array;
  #oldest = 0;
  length = 0;

  /** @param capacity how many are kept */
  constructor(capacity: number) {
    this.#inTurn = new Float64Array(capacity);
    this.#sorted = new Float64Array(capacity);
  }

  add(durationNs: number): void {
    const capacity = this.#inTurn.length;
    if (this.length === capacity) this.#forgetOldest();
    this.#inTurn[(this.#oldest + this.length) % capacity] = durationNs;
    const at = this.#placeOf(durationNs);
    this.#sorted.copyWithin(at + 1, at, this.length);
    this.#sorted[at] = durationNs;
    this.length++;
  }

  /** The smallest duration that at least so many percent of the durations do not exceed. Only where there is one. @param percent 0..100 */
  percentile(percent: number): number {
    return this.#sorted[Math.max(0, Math.ceil((percent * this.length) / 100) - 1)]!;
  }

  #forgetOldest(): void {
    const at = this.#placeOf(this.#inTurn[this.#oldest]!);
    this.#sorted.copyWithin(at, at + 1, this.length);
    this.#oldest = (this.#oldest + 1) % this.#inTurn.length;
    this.length--;
  }

  /** Index of the first duration in order of size that is not smaller. */
  #placeOf(durationNs: number): number {
    let from = 0;
    let to = this.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#sorted[middle]! < durationNs) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
