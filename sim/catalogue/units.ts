/**
 * Units of the scenario language: how a person writes an amount, and the one unit the simulator keeps it in.
 * Durations are kept in nanoseconds, rates in events per second, sizes in bytes, ratios in 0..1.
 */

export const NANOSECOND = 1;
export const MICROSECOND = 1_000;
export const MILLISECOND = 1_000_000;
export const SECOND = 1_000_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Bare numbers count milliseconds, as in most libraries. */
export const BARE_MS = { name: 'ms', factor: MILLISECOND } as const;

/** The word for Infinity. */
export const UNLIMITED = 'unlimited';

/** What an amount measures. */
export type Quantity = 'duration' | 'rate' | 'ratio' | 'size';

const DURATION_UNITS: readonly (readonly [string, number])[] = [
  ['ns', NANOSECOND],
  ['us', MICROSECOND],
  ['µs', MICROSECOND],
  ['ms', MILLISECOND],
  ['s', SECOND],
  ['m', MINUTE],
  ['min', MINUTE],
  ['h', HOUR],
  ['d', DAY],
];
const RATE_UNITS: readonly (readonly [string, number])[] = [
  ['/s', 1],
  ['/m', 1 / 60],
  ['/min', 1 / 60],
  ['/h', 1 / 3600],
];
const RATIO_UNITS: readonly (readonly [string, number])[] = [['%', 0.01]];
const SIZE_UNITS: readonly (readonly [string, number])[] = [
  ['B', 1],
  ['kB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
  ['KiB', 1024],
  ['MiB', 1024 * 1024],
  ['GiB', 1024 * 1024 * 1024],
];

const UNITS: Readonly<Record<Quantity, readonly (readonly [string, number])[]>> = {
  duration: DURATION_UNITS,
  rate: RATE_UNITS,
  ratio: RATIO_UNITS,
  size: SIZE_UNITS,
};

/** Units a person may write for a quantity, for error messages and completion. */
export function unitsOf(quantity: Quantity): readonly string[] {
  return UNITS[quantity].map(([unit]) => unit);
}

const AMOUNT = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*([^\d\s].*?)?\s*$/i;
const MULTIPLIERS: Readonly<Record<string, number>> = { k: 1e3, M: 1e6 };

/**
 * Reads an amount with its unit, such as `250ms`, `900/s`, `1.5k/s`, `99.9%` or `1MiB`.
 * @returns the amount in the simulator's own unit, or a sentence that says what is wrong.
 */
export function parseAmount(text: string, quantity: Quantity): number | string {
  const match = AMOUNT.exec(text);
  const units = unitsOf(quantity).join(', ');
  if (match === null) return `expected a number with a unit (${units}), found "${text}"`;
  const number = Number(match[1]);
  const suffix = match[2] ?? '';
  if (suffix === '') return `"${text}" has no unit; write one of ${units}, for example ${text.trim()}${unitsOf(quantity)[0] ?? ''}`;
  for (const [unit, factor] of UNITS[quantity]) {
    if (suffix === unit) return quantity === 'ratio' ? percent(match[1] ?? '') : roundOwnUnit(number, factor, quantity);
    const multiplier = suffix.endsWith(unit) ? MULTIPLIERS[suffix.slice(0, suffix.length - unit.length)] : undefined;
    if (quantity === 'rate' && multiplier !== undefined) return number * multiplier * factor;
  }
  return `"${suffix}" is not a unit of ${quantity}; expected one of ${units}`;
}

/** Durations are whole nanoseconds; 0.1 ms must be exactly 100,000 ns although 0.1 is not exact in binary. */
function roundOwnUnit(number: number, factor: number, quantity: Quantity): number {
  return quantity === 'duration' ? Math.round(number * factor) : number * factor;
}

/** A share written in percent, as the double nearest to it: 99.9 / 100 would be a little more than 0.999. */
function percent(digits: string): number {
  const [mantissa = '', exponent = '0'] = digits.toLowerCase().split('e');
  return Number(`${mantissa}e${Number(exponent) - 2}`);
}

/** Writes a duration with the largest unit that keeps it short and exact, such as `250ms` or `1.5s`. */
export function formatDuration(ns: number): string {
  if (ns === Infinity) return UNLIMITED;
  if (ns === 0) return '0s';
  const abs = Math.abs(ns);
  for (const [unit, factor] of [['d', DAY], ['h', HOUR], ['m', MINUTE], ['s', SECOND], ['ms', MILLISECOND], ['us', MICROSECOND]] as const) {
    const whole = abs / factor;
    if (whole >= 1 && Number.isInteger(whole * 1000) && (whole < 1000 || unit === 'd')) return `${ns / factor}${unit}`;
  }
  return abs >= SECOND ? `${ns / SECOND}s` : abs >= MILLISECOND ? `${ns / MILLISECOND}ms` : abs >= MICROSECOND ? `${ns / MICROSECOND}us` : `${ns}ns`;
}

/** Writes a value of a quantity the way a person would write it in a scenario file. */
export function formatAmount(value: number, quantity: Quantity): string {
  switch (quantity) {
    case 'duration':
      return formatDuration(value);
    case 'rate':
      return `${value}/s`;
    case 'ratio':
      return `${Number((value * 100).toPrecision(12))}%`;
    case 'size':
      return `${value}B`;
  }
}
