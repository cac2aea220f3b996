/** Numbers for people: SI prefixes, at most three significant digits, always with their unit. */
import type { MetricValue } from '../sim/worker/protocol.ts';

const SECOND_NS = 1e9;
const MINUTE_NS = 60e9;
const NOTHING = '–';

/** At most three significant digits, no exponent, no trailing zeros. */
function threeDigits(value: number): string {
  const abs = Math.abs(value);
  const decimals = abs >= 99.95 ? 0 : abs >= 9.995 ? 1 : 2;
  return String(Number(value.toFixed(decimals))).replace('-', '−');
}

/** `950`, `1.25k`, `3.7M`. */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return NOTHING;
  const abs = Math.abs(value);
  if (abs >= 999_500) return `${threeDigits(value / 1e6)}M`;
  if (abs >= 9_995) return `${threeDigits(value / 1e3)}k`;
  return abs >= 99.95 ? groupDigits(Math.round(value)) : threeDigits(value);
}

/** Every digit, in groups of three: `84,210`. */
export function groupDigits(value: number): string {
  return String(Math.round(value))
    .replace('-', '−')
    .replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

export function formatRate(perSecond: number): string {
  return Number.isFinite(perSecond) ? `${formatCount(perSecond)}/s` : NOTHING;
}

/** `250 µs`, `12.4 ms`, `1.9 s`, `4 min`; Infinity is `never`. */
export function formatDuration(ns: number): string {
  if (Number.isNaN(ns)) return NOTHING;
  const abs = Math.abs(ns);
  if (abs === Infinity) return 'never';
  if (abs >= 120 * SECOND_NS) return `${threeDigits(ns / MINUTE_NS)} min`;
  if (abs >= 0.9995 * SECOND_NS) return `${threeDigits(ns / SECOND_NS)} s`;
  if (abs >= 999_500) return `${threeDigits(ns / 1e6)} ms`;
  if (abs >= 999.5) return `${threeDigits(ns / 1e3)} µs`;
  return ns === 0 ? '0 s' : `${threeDigits(ns)} ns`;
}

/** An instant of the run, with one decimal, or as many as a resolution finer than that needs: `48.0 s`, `48.05 s`. */
export function formatInstant(ns: number, resolutionNs = 1e8): string {
  const decimals = resolutionNs % 1e8 === 0 ? 1 : resolutionNs % 1e7 === 0 ? 2 : 3;
  const unit = 10 ** decimals;
  return `${(Math.floor((ns / 1e9) * unit + 1e-6) / unit).toFixed(decimals)} s`;
}

/** `0.25x`, `4x`, `100x`. */
export function formatFactor(factor: number): string {
  return Number.isFinite(factor) ? `${threeDigits(factor)}×` : NOTHING;
}

export function formatShare(share: number): string {
  return Number.isFinite(share) ? `${threeDigits(share * 100)} %` : NOTHING;
}

export type Quantity = MetricValue['quantity'];

export function formatQuantity(value: number, quantity: Quantity): string {
  switch (quantity) {
    case 'count':
      return Number.isFinite(value) ? groupDigits(value) : NOTHING;
    case 'durationNs':
      return formatDuration(value);
    case 'ratio':
      return formatShare(value);
    case 'ratePerSec':
      return formatRate(value);
    case 'factor':
      return formatFactor(value);
  }
}

/** With an explicit sign; `0` stays bare. Shares differ by percentage points: `+20 %` of 50 % could be 60 % or 70 %. */
export function formatDifference(value: number, quantity: Quantity): string {
  const text = quantity === 'ratio' ? `${threeDigits(value * 100)} points` : formatQuantity(value, quantity);
  return value > 0 && text !== NOTHING && text !== 'never' ? `+${text}` : text;
}
