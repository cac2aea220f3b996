import { BARE_MS, MILLISECOND, SECOND } from '../../catalogue/units.ts';
import { duration as durationParam, flag, number, rate } from '../../catalogue/param.ts';
import { type BreakerStrategy, defineStrategy } from './breaker-strategy.ts';

const WINDOWS_MIN = 5;
/** Failures per second that it takes to open the circuit, when no least rate of calls is given. */
const FAILURES_PER_SEC = 5;

/** A ring of short windows. The present one begins with the first result after the one before it is over. */
class Sampling implements BreakerStrategy {
  readonly #threshold: number;
  /** How many windows a result moves the ring on at most. */
  readonly #stepsMax: number;
  readonly #windowNs: number;
  readonly #callsMin: number;
  readonly #failuresOf: Int32Array;
  readonly #callsOf: Int32Array;
  #present = 0;
  #presentSince = -Infinity;
  #failures = 0;
  #calls = 0;

  /** @param callsPerMs the least rate of calls at which the circuit may open   @param oldWindowsStay whether a result moves on by one window at most */
  constructor(threshold: number, durationNs: number, callsPerMs: number, oldWindowsStay: boolean) {
    const windows = Math.max(WINDOWS_MIN, Math.ceil(durationNs / SECOND));
    this.#threshold = threshold;
    this.#stepsMax = oldWindowsStay ? 1 : windows;
    // The library counts in whole milliseconds.
    this.#windowNs = Math.round(durationNs / windows / MILLISECOND) * MILLISECOND;
    this.#callsMin = ((this.#windowNs * windows) / MILLISECOND) * callsPerMs;
    this.#failuresOf = new Int32Array(windows);
    this.#callsOf = new Int32Array(windows);
  }

  success(wasHalfOpen: boolean, nowNs: number): void {
    if (wasHalfOpen) this.#clear();
    this.#push(0, nowNs);
  }

  failure(wasHalfOpen: boolean, nowNs: number): boolean {
    this.#push(1, nowNs);
    return wasHalfOpen || (this.#calls >= this.#callsMin && this.#failures > this.#threshold * this.#calls);
  }

  #push(failures: number, nowNs: number): void {
    const steps = Math.min(this.#stepsMax, Math.floor((nowNs - this.#presentSince) / this.#windowNs));
    for (let step = 0; step < steps; step++) this.#rotate(nowNs);
    this.#failuresOf[this.#present]! += failures;
    this.#callsOf[this.#present]! += 1;
    this.#failures += failures;
    this.#calls++;
  }

  #rotate(nowNs: number): void {
    this.#present = (this.#present + 1) % this.#callsOf.length;
    this.#presentSince = nowNs;
    this.#failures -= this.#failuresOf[this.#present]!;
    this.#calls -= this.#callsOf[this.#present]!;
    this.#failuresOf[this.#present] = 0;
    this.#callsOf[this.#present] = 0;
  }

  #clear(): void {
    this.#failuresOf.fill(0);
    this.#callsOf.fill(0);
    this.#failures = 0;
    this.#calls = 0;
    this.#presentSince = -Infinity;
  }
}

export const sampling = defineStrategy({
  kind: 'sampling',
  title: 'Share of recent calls',
  about: 'Opens when more than a share of the calls of a recent period failed.',
  source: 'cockatiel 4 (SamplingBreaker)',
  params: {
    threshold: number({ about: 'The share of failures above which the circuit opens, between 0 and 1.', min: 0, minExclusive: true, max: 1, maxExclusive: true }),
    duration: durationParam({ about: 'The length of the period.', bareUnit: BARE_MS, min: WINDOWS_MIN * MILLISECOND }),
    minimumRps: rate({
      about: 'With fewer calls per second the circuit does not open; when left out, as many as make five failures a second.',
      bareUnit: { name: '/s', factor: 1 },
      minExclusive: true,
      optional: true,
    }),
    oldWindowsStay: flag({
      about: 'The known defect: after a pause a result takes away only one of the parts of the period that are over, so that failures from before the pause still count, and can open the circuit long after.',
      default: false,
      source: 'cockatiel 4 has it; it is off here unless you want to see it',
    }),
  },
  create: ({ threshold, duration, minimumRps, oldWindowsStay }) => {
    const callsPerMs = minimumRps === undefined ? FAILURES_PER_SEC / (threshold * 1000) : minimumRps / 1000;
    return () => new Sampling(threshold, duration, callsPerMs, oldWindowsStay);
  },
});
