import type { MetricQuantity } from '../telemetry/metric-value.ts';

const DURATION_UNITS = [
  ['ns', 1],
  ['us', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
] as const;

/** A value the way people read it: `12.3 ms`, `99.95 %`, `1,234`; `never` for an endless time, `-` for an undefined one. */
export function formatValue(value: number, quantity: MetricQuantity): string {
  if (Number.isNaN(value)) return '-';
  if (!Number.isFinite(value)) return value > 0 ? 'never' : '-never';
  switch (quantity) {
    case 'count':
      return formatNumber(value);
    case 'durationNs':
      return formatTime(value);
    case 'ratio':
      return formatShare(value);
    case 'ratePerSec':
      return `${formatNumber(value)}/s`;
    case 'factor':
      return `${value.toFixed(2)}x`;
  }
}

/** A mean and how far its interval reaches, in one unit: `10.5 ±0.2 ms`, or the mean alone when nothing varies. */
export function formatMean(mean: number, reach: number, quantity: MetricQuantity, plusMinus: string): string {
  const text = formatValue(mean, quantity);
  if (reach === 0) return text;
  const [, number = '', unit = ''] = /^(-?[\d.,]+)(.*)$/.exec(text) ?? [];
  const decimals = number.split('.')[1]?.length ?? 0;
  // The written number and its unit tell how large one unit is, whatever the quantity.
  const size = quantity === 'durationNs' ? (DURATION_UNITS.find(([name]) => unit === ` ${name}`)?.[1] ?? 1) : quantity === 'ratio' ? 0.01 : 1;
  return `${number} ${plusMinus}${(reach / size).toFixed(decimals)}${unit}`;
}

/** A difference, always with its sign; shares differ by percentage points. */
export function formatDifference(value: number, quantity: MetricQuantity): string {
  const isPoints = quantity === 'ratio' && Number.isFinite(value);
  const text = isPoints ? `${(value * 100).toFixed(2)} pp` : formatValue(value, quantity);
  // What rounds to nothing has no sign.
  if (/^-?[0.]+\D*$/.test(text)) return text.replace('-', '');
  return value > 0 ? `+${text}` : text;
}

/** With commas between thousands, and decimals only where they say something. */
function formatNumber(value: number): string {
  const digits = Number.isInteger(value) || Math.abs(value) >= 1000 ? 0 : 1;
  const [whole = '', fraction] = value.toFixed(digits).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Three digits in the largest unit of which there is at least one; minutes are left to the reader. */
function formatTime(ns: number): string {
  if (ns === 0) return '0 s';
  const [unit, size] = DURATION_UNITS.findLast(([, each]) => Math.abs(ns) >= each) ?? DURATION_UNITS[0];
  const amount = ns / size;
  const digits = unit === 'ns' || Math.abs(amount) >= 100 ? 0 : Math.abs(amount) >= 10 ? 1 : 2;
  return `${amount.toFixed(digits)} ${unit}`;
}

/** Two decimals, or as many as it takes not to round a small loss away. */
function formatShare(share: number): string {
  const percent = share * 100;
  if (percent === 0 || percent === 100) return `${percent} %`;
  const digits = [2, 3, 4, 5].find((each) => percent > 100 || Number(percent.toFixed(each)) < 100) ?? 6;
  return `${percent.toFixed(digits)} %`;
}
