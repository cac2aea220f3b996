/**
 * The instants at which something happened, as far back as a window reaches: an exact sliding log. The ring grows to the
 * most that ever happened within one window, and no further.
 */
export class RecentTimes {
  readonly #windowNs: number;
  #ring = new Float64Array(16);
  #first = 0;
  #length = 0;

  constructor(windowNs: number) {
    this.#windowNs = windowNs;
  }

  add(nowNs: number): void {
    if (this.#length === this.#ring.length) this.#grow();
    this.#ring[(this.#first + this.#length++) % this.#ring.length] = nowNs;
  }

  /** How often it happened within the window that ends now; what is exactly one window old has left it. */
  count(nowNs: number): number {
    while (this.#length > 0 && this.#ring[this.#first]! <= nowNs - this.#windowNs) {
      this.#first = (this.#first + 1) % this.#ring.length;
      this.#length--;
    }
    return this.#length;
  }

  /** The earliest instant that is still in the window, as of the last `count`. Only where that was above 0. */
  get earliest(): number {
    return this.#ring[this.#first]!;
  }

  #grow(): void {
    const ring = new Float64Array(2 * this.#ring.length);
    for (let i = 0; i < this.#length; i++) ring[i] = this.#ring[(this.#first + i) % this.#ring.length]!;
    this.#ring = ring;
    this.#first = 0;
  }
}
