import type { CallWindow } from './call-window.ts';

const FAILED = 1;
const SLOW = 2;

/**
 * The last `size` calls, as a ring of two bits for each.
 * Source: Resilience4j 2.4 (FixedSizeSlidingWindowMetrics).
 */
export class CountWindow implements CallWindow {
  readonly #ring: Uint8Array;
  #next = 0;
  total = 0;
  failed = 0;
  slow = 0;

  /** @param size calls, at least 1 */
  constructor(size: number) {
    this.#ring = new Uint8Array(size);
  }

  record(_nowNs: number, failed: boolean, slow: boolean): void {
    const oldest = this.#ring[this.#next]!;
    if (this.total < this.#ring.length) this.total++;
    // A place that has never been used holds 0, which takes nothing away.
    this.failed += (failed ? 1 : 0) - (oldest & FAILED);
    this.slow += (slow ? 1 : 0) - (oldest & SLOW) / SLOW;
    this.#ring[this.#next] = (failed ? FAILED : 0) | (slow ? SLOW : 0);
    this.#next = this.#next + 1 === this.#ring.length ? 0 : this.#next + 1;
  }

  clear(): void {
    this.#ring.fill(0);
    this.#next = 0;
    this.total = 0;
    this.failed = 0;
    this.slow = 0;
  }
}
