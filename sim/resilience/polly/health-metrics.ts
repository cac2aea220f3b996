/** Into how many windows the sampling duration is divided, unless these would be shorter than the least. */
const WINDOWS = 10;
const WINDOW_MIN_NS = 20_000_000;
/** .NET counts time in ticks of 100 ns. */
const TICK_NS = 100;
/** One more may be there while the oldest is leaving, and another one because windows are rounded down to ticks. */
const RING = WINDOWS + 2;

/**
 * What Polly counts: results of recent calls, in windows that begin when something is counted after the previous one has
 * aged, and that leave as a whole. A sampling duration that is too short to be divided is one window, which begins with
 * the circuit and whenever it closes.
 */
export class HealthMetrics {
  successes = 0;
  failures = 0;
  readonly #samplingNs: number;
  readonly #isSingle: boolean;
  readonly #windowNs: number;
  readonly #startedAtNs = new Float64Array(RING);
  readonly #successesOf = new Int32Array(RING);
  readonly #failuresOf = new Int32Array(RING);
  #oldest = 0;
  #windows = 0;

  constructor(samplingNs: number) {
    this.#samplingNs = samplingNs;
    this.#isSingle = samplingNs < WINDOWS * WINDOW_MIN_NS;
    this.#windowNs = this.#isSingle ? samplingNs : Math.floor(samplingNs / TICK_NS / WINDOWS) * TICK_NS;
    this.reset(0);
  }

  get throughput(): number {
    return this.successes + this.failures;
  }

  /** 0..1 */
  get failureRatio(): number {
    return this.throughput === 0 ? 0 : this.failures / this.throughput;
  }

  addSuccess(nowNs: number): void {
    this.#successesOf[this.#present(nowNs)]!++;
    this.successes++;
  }

  addFailure(nowNs: number): void {
    this.#failuresOf[this.#present(nowNs)]!++;
    this.failures++;
  }

  reset(nowNs: number): void {
    while (this.#windows > 0) this.#forgetOldest();
    if (this.#isSingle) this.#begin(nowNs);
  }

  /** Index of the window in which something is counted now. */
  #present(nowNs: number): number {
    if (this.#windows === 0 || nowNs - this.#startedAtNs[this.#newest]! >= this.#windowNs) this.#begin(nowNs);
    while (nowNs - this.#startedAtNs[this.#oldest]! >= this.#samplingNs) this.#forgetOldest();
    return this.#newest;
  }

  get #newest(): number {
    return (this.#oldest + this.#windows - 1) % RING;
  }

  #begin(nowNs: number): void {
    this.#windows++;
    this.#startedAtNs[this.#newest] = nowNs;
    this.#successesOf[this.#newest] = 0;
    this.#failuresOf[this.#newest] = 0;
  }

  #forgetOldest(): void {
    this.successes -= this.#successesOf[this.#oldest]!;
    this.failures -= this.#failuresOf[this.#oldest]!;
    this.#oldest = (this.#oldest + 1) % RING;
    this.#windows--;
  }
}
