/**
 * Calls and failures of the present period and of a fixed number of periods before it, all of the same length and in
 * step with a clock. Sums are kept, so that asking costs nothing.
 */
export class RollingCounts {
  /** Calls in all periods, the present one included. */
  calls = 0;
  failures = 0;
  readonly #periodNs: number;
  readonly #callsOf: Int32Array;
  readonly #failuresOf: Int32Array;
  /** When period 0 began. */
  #originNs = 0;
  /** Number of the present period. */
  #period = 0;

  /** @param periods how many are counted, the present one included */
  constructor(periods: number, periodNs: number) {
    this.#periodNs = periodNs;
    this.#callsOf = new Int32Array(periods);
    this.#failuresOf = new Int32Array(periods);
  }

  get callsNow(): number {
    return this.#callsOf[this.#period % this.#callsOf.length]!;
  }

  get failuresNow(): number {
    return this.#failuresOf[this.#period % this.#failuresOf.length]!;
  }

  get periodEndsAtNs(): number {
    return this.#originNs + (this.#period + 1) * this.#periodNs;
  }

  /** Begins the periods that have begun by now, each at its first instant, and forgets those that are too old. */
  moveTo(nowNs: number): void {
    const period = Math.floor((nowNs - this.#originNs) / this.#periodNs);
    const steps = Math.min(period - this.#period, this.#callsOf.length);
    for (let step = 1; step <= steps; step++) this.#forget((this.#period + step) % this.#callsOf.length);
    this.#period = period;
  }

  addCall(): void {
    this.#callsOf[this.#period % this.#callsOf.length]!++;
    this.calls++;
  }

  addFailure(): void {
    this.#failuresOf[this.#period % this.#failuresOf.length]!++;
    this.failures++;
  }

  /** Forgets everything; period 0 begins now. */
  restart(nowNs: number): void {
    this.#callsOf.fill(0);
    this.#failuresOf.fill(0);
    this.calls = 0;
    this.failures = 0;
    this.#originNs = nowNs;
    this.#period = 0;
  }

  #forget(at: number): void {
    this.calls -= this.#callsOf[at]!;
    this.failures -= this.#failuresOf[at]!;
    this.#callsOf[at] = 0;
    this.#failuresOf[at] = 0;
  }
}
