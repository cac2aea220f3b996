import { SECOND } from '../../catalogue/units.ts';
import type { CallWindow } from './call-window.ts';

/** Numbers kept for each second, side by side in one array. */
const TOTAL = 0;
const FAILED = 1;
const SLOW = 2;
const NUMBERS = 3;

/**
 * The calls of the present second and of the `size - 1` seconds before it. Seconds begin where the seconds of the wall
 * clock do, not at the first call, so the window is between `size - 1` and `size` seconds long.
 * Source: Resilience4j 2.4 (SlidingTimeWindowMetrics).
 */
export class TimeWindow implements CallWindow {
  readonly #size: number;
  readonly #epochOffsetNs: number;
  /** One group of numbers for each second of the window. Second s lies at s modulo the size. */
  readonly #seconds: Int32Array;
  #present = -1;
  total = 0;
  failed = 0;
  slow = 0;

  /** @param size seconds, at least 1   @param epochOffsetNs what the wall clock showed, after a full second, at time 0 */
  constructor(size: number, epochOffsetNs: number) {
    this.#size = size;
    this.#epochOffsetNs = epochOffsetNs;
    this.#seconds = new Int32Array(size * NUMBERS);
  }

  record(nowNs: number, failed: boolean, slow: boolean): void {
    this.moveTo(nowNs);
    const at = (this.#present % this.#size) * NUMBERS;
    this.#add(at + TOTAL, 1);
    if (failed) this.#add(at + FAILED, 1);
    if (slow) this.#add(at + SLOW, 1);
    this.total++;
    if (failed) this.failed++;
    if (slow) this.slow++;
  }

  /** Forgets the seconds that have left the window by now. */
  moveTo(nowNs: number): void {
    const second = Math.floor((nowNs + this.#epochOffsetNs) / SECOND);
    const left = Math.min(second - this.#present, this.#size);
    for (let i = 0; i < left; i++) this.#forget(((second - i) % this.#size) * NUMBERS);
    this.#present = second;
  }

  clear(): void {
    this.#seconds.fill(0);
    this.total = 0;
    this.failed = 0;
    this.slow = 0;
  }

  #add(at: number, count: number): void {
    this.#seconds[at] = this.#seconds[at]! + count;
  }

  #forget(at: number): void {
    this.total -= this.#seconds[at + TOTAL]!;
    this.failed -= this.#seconds[at + FAILED]!;
    this.slow -= this.#seconds[at + SLOW]!;
    this.#seconds.fill(0, at, at + NUMBERS);
  }
}
