import { DAY } from '../catalogue/units.ts';
import type { Backoff } from './backoff/backoff.ts';
import type { Call, Effects } from './pattern.ts';

/** Without a limit of its own an exponential backoff would leave the range of the clock. */
const OPEN_MAX_NS = DAY;

/** How long a breaker stays open: always equally long, or longer with each failed trial. */
export class OpenTime {
  readonly #fixedNs: number;
  readonly #backoff: Backoff | undefined;
  /** Open periods since the breaker was last closed. */
  #periods = 0;
  #previousNs = 0.5;

  /** @param backoff takes the place of the fixed time; its first retry is the first open period */
  constructor(fixedNs: number, backoff: Backoff | undefined) {
    this.#fixedNs = fixedNs;
    this.#backoff = backoff;
  }

  /** Whole nanoseconds of the open period that begins. @param call whose failure begins it; draws are its own */
  next(call: Call, fx: Effects): number {
    if (this.#backoff === undefined) return this.#fixedNs;
    this.#periods++;
    this.#previousNs = this.#backoff.delayNs(this.#periods, this.#previousNs, call, fx);
    return Math.round(Math.min(this.#previousNs, this.#backoff.maxNs, OPEN_MAX_NS));
  }

  /** The breaker has closed. */
  reset(): void {
    this.#periods = 0;
  }
}
