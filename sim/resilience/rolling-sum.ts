/** Slices of a window; a sum is forgotten with its slice, so a window is at most this part of itself too short. */
const SLICES = 60;

/** A sum over a sliding window, in slices of the clock. */
export class RollingSum {
  readonly #sliceNs: number;
  readonly #slices = new Float64Array(SLICES);
  #present = 0;
  #sum = 0;

  constructor(windowNs: number) {
    this.#sliceNs = windowNs / SLICES;
  }

  add(amount: number, nowNs: number): void {
    this.#moveTo(nowNs);
    this.#slices[this.#present % SLICES]! += amount;
    this.#sum += amount;
  }

  value(nowNs: number): number {
    this.#moveTo(nowNs);
    return this.#sum;
  }

  #moveTo(nowNs: number): void {
    const slice = Math.floor(nowNs / this.#sliceNs);
    for (let left = Math.min(slice - this.#present, SLICES); left > 0; left--) {
      const at = (slice - left + 1) % SLICES;
      this.#sum -= this.#slices[at]!;
      this.#slices[at] = 0;
    }
    this.#present = slice;
  }
}
