/** 0.55 of a hundred durations are 55, although their product is a little more. */
const ROUNDING = 1e-9;

/**
 * The last so many durations, kept in order of size as well, so that a quantile costs one look. Adding one costs a move
 * within a short array; nothing is allocated.
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

  /** The smallest duration that at least this share of the durations does not exceed; 0 where there is none. @param share 0..1 */
  quantile(share: number): number {
    return this.length === 0 ? 0 : this.#sorted[Math.max(0, Math.ceil(share * this.length - ROUNDING) - 1)]!;
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
