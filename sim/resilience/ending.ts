import { Outcome } from './outcome.ts';

/**
 * How a call has ended, as it is passed outward through the layers. An ending never changes, and the common ones are one
 * object each, so that passing one on copies nothing.
 */
export class Ending {
  /** An outcome code, see outcome.ts. */
  readonly code: number;
  /** The code with which it first went wrong, further inside; equal to `code` where it began. */
  readonly cause: number;
  /** Index of the address where it first went wrong; 0 when it did not. */
  readonly origin: number;
  /** Number of the fault that touched it; 0 when none did. */
  readonly fault: number;
  /** Nanoseconds to wait before trying again as the callee asked; NaN when it did not. */
  readonly retryAfter: number;
  /** Quality of the answer, 0..1. */
  readonly quality: number;

  constructor(code: number, cause: number, origin: number, fault: number, retryAfter = NaN, quality = 1) {
    this.code = code;
    this.cause = cause;
    this.origin = origin;
    this.fault = fault;
    this.retryAfter = retryAfter;
    this.quality = quality;
  }
}

/** More codes than there are. */
const CODES = 32;

/** The endings of one run, made once each. Those that carry a quality or a time to wait are made anew when they differ from the last. */
export class Endings {
  readonly ok = new Ending(Outcome.ok, Outcome.ok, 0, 0);
  #lastSpecial = this.ok;
  readonly #known = new Map<number, Ending>([[0, this.ok]]);

  of(code: number, cause: number, origin: number, fault: number): Ending {
    const key = ((fault * 0x100000 + origin) * CODES + cause) * CODES + code;
    let ending = this.#known.get(key);
    if (ending === undefined) this.#known.set(key, (ending = new Ending(code, cause, origin, fault)));
    return ending;
  }

  special(code: number, origin: number, retryAfter: number, quality: number): Ending {
    const last = this.#lastSpecial;
    if (last.code === code && last.origin === origin && Object.is(last.retryAfter, retryAfter) && last.quality === quality) return last;
    return (this.#lastSpecial = new Ending(code, code, origin, 0, retryAfter, quality));
  }
}
