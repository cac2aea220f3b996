/**
 * How requests come about. Open loops have a rate over time: arrivals come where the accumulated rate crosses the sum of
 * gaps drawn under the keys of the arrivals, so that a traffic multiplier moves instants without changing anyone's luck.
 * Closed loops have users who wait for their answer and think before the next request.
 */
import type { AnyMakes, Makes } from '../catalogue/definition.ts';
import type { Fields, Sampled } from '../catalogue/param.ts';

/** The rate on one stretch of time, from `fromPerSec` to `toPerSec` in a straight line. */
export interface RateSegment {
  /** Infinity for the last one. */
  readonly forNs: number;
  readonly fromPerSec: number;
  readonly toPerSec: number;
}

export type Arrivals =
  | { readonly kind: 'open'; readonly segments: readonly RateSegment[]; readonly gaps: 'poisson' | 'constant' }
  | { readonly kind: 'burst'; readonly size: number; readonly atNs: number; readonly everyNs: number; readonly spreadNs: number }
  | { readonly kind: 'closed'; readonly users: number; readonly think: Sampled; readonly rampUpNs: number };

export type ArrivalsDefinition<F extends Fields = Fields> = Makes<F, Arrivals>;
export type AnyArrivalsDefinition = AnyMakes<Arrivals, void>;

export function defineArrivals<const F extends Fields>(definition: ArrivalsDefinition<F>): ArrivalsDefinition<F> {
  return definition;
}

const NS_PER_SEC = 1_000_000_000;

/** Walks the segments of a rate: how long until a given number of expected arrivals has passed. */
export class RateClock {
  readonly #segments: readonly RateSegment[];
  /** The segment of the instant that was asked about last, and where it starts. */
  #at = 0;
  #startNs = 0;
  /** Arrivals per nanosecond in the stretch that has no end, if there is one. */
  readonly #lastPerNs: number;

  constructor(segments: readonly RateSegment[]) {
    this.#segments = segments;
    this.#lastPerNs = (segments.at(-1)?.fromPerSec ?? 0) / NS_PER_SEC;
  }

  /** Arrivals expected between two instants, both at or after the present segment. Does not move. */
  expected(fromNs: number, toNs: number): number {
    let sum = 0;
    let startNs = this.#startNs;
    for (let i = this.#at; i < this.#segments.length; i++) {
      const segment = this.#segments[i]!;
      const endNs = startNs + segment.forNs;
      const from = Math.max(fromNs, startNs);
      const to = Math.min(toNs, endNs);
      if (to > from) sum += ((rateAt(segment, from - startNs) + rateAt(segment, to - startNs)) / 2) * ((to - from) / NS_PER_SEC);
      startNs = endNs;
      if (startNs >= toNs) break;
    }
    return sum;
  }

  /**
   * The instant at which `arrivals` more are expected after `fromNs`; Infinity when the rate ends before. Moves to the
   * segment of `fromNs`, which may never go back; not further, since a change of traffic may ask again before that instant.
   */
  after(fromNs: number, arrivals: number): number {
    const segment = this.#segments[this.#at];
    // The last stretch of most profiles, and the whole of a constant rate.
    if (segment !== undefined && segment.forNs === Infinity) return this.#lastPerNs === 0 ? Infinity : fromNs + arrivals / this.#lastPerNs;
    return this.#afterSegments(fromNs, arrivals);
  }

  #afterSegments(fromNs: number, arrivals: number): number {
    while (this.#at < this.#segments.length && this.#startNs + this.#segments[this.#at]!.forNs <= fromNs) {
      this.#startNs += this.#segments[this.#at]!.forNs;
      this.#at++;
    }
    let left = arrivals;
    let from = fromNs;
    let startNs = this.#startNs;
    for (let i = this.#at; i < this.#segments.length; i++) {
      const segment = this.#segments[i]!;
      const endNs = startNs + segment.forNs;
      const within = timeFor(segment, from - startNs, left);
      if (from + within <= endNs) return from + within;
      left -= this.expected(from, endNs);
      from = endNs;
      startNs = endNs;
    }
    return Infinity;
  }
}

function slopePerNs(segment: RateSegment): number {
  return segment.forNs === Infinity ? 0 : (segment.toPerSec - segment.fromPerSec) / segment.forNs;
}

function rateAt(segment: RateSegment, offsetNs: number): number {
  return segment.fromPerSec + slopePerNs(segment) * offsetNs;
}

/** Nanoseconds from `offsetNs` until the line has accumulated `arrivals`; Infinity when it never does. */
function timeFor(segment: RateSegment, offsetNs: number, arrivals: number): number {
  const rate = rateAt(segment, offsetNs) / NS_PER_SEC;
  const slope = slopePerNs(segment) / NS_PER_SEC;
  if (slope === 0) return rate === 0 ? Infinity : arrivals / rate;
  // slope/2 · t² + rate · t = arrivals, solved in the form that does not cancel.
  const discriminant = rate * rate + 2 * slope * arrivals;
  return discriminant < 0 ? Infinity : (2 * arrivals) / (rate + Math.sqrt(discriminant));
}
