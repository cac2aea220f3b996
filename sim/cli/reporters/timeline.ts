import type { Timeline } from '../../experiment/run.ts';
import { formatDuration, SECOND } from '../../catalogue/units.ts';
import { formatValue } from '../format-value.ts';
import type { Style } from '../style.ts';
import { truncated } from './table.ts';

const BLOCKS = ' ▁▂▃▄▅▆▇█';
const ASCII_BLOCKS = ' .:-=+*%@';

/** A timeline to draw, with its name. */
export interface NamedTimeline {
  readonly name: string;
  readonly timeline: Timeline;
}

/**
 * Goodput over time in one line of text for each arm, all to one scale, below a line that shows when faults were on.
 * @param title what is shown   @param columns characters for the curve   @param labels characters before it
 */
export function drawTimelines(title: string, arms: readonly NamedTimeline[], labels: number, columns: number, style: Style): string[] {
  const first = arms[0]?.timeline;
  if (first === undefined || first.good.length === 0) return [];
  const lengthNs = first.good.length * first.bucketNs;
  const rates = arms.map(({ timeline }) => ratesOf(timeline, columns));
  const top = Math.max(...rates.flat());
  const line = (label: string, drawing: string) => `${truncated(label, labels - 2).padEnd(labels)}${drawing}`;
  const marks = faultMarks(first, lengthNs, columns, style);
  const end = formatDuration(lengthNs);
  return [
    `${title}; full height is ${formatValue(top, 'ratePerSec')}`,
    ...(marks.trim() === '' ? [] : [style.paint('bad', line('faults', marks))]),
    ...arms.map(({ name }, arm) => line(name, rates[arm]!.map((rate) => blockOf(rate, top, style)).join(''))),
    style.paint('dim', line('', `0s${end.padStart(columns - 2)}`)),
  ];
}

/** Mean goodput per second in each column. */
function ratesOf({ good, bucketNs }: Timeline, columns: number): number[] {
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * good.length) / columns);
    const to = Math.max(from + 1, Math.floor(((column + 1) * good.length) / columns));
    const answers = good.slice(from, to).reduce((sum, count) => sum + count, 0);
    return answers / (((to - from) * bucketNs) / SECOND);
  });
}

/** Anything above nothing shows. */
function blockOf(rate: number, top: number, { unicode }: Style): string {
  const blocks = unicode ? BLOCKS : ASCII_BLOCKS;
  const level = rate === 0 ? 0 : Math.max(1, Math.round((rate / top) * (blocks.length - 1)));
  return blocks[level]!;
}

/** Where a fault is on for any part of a column. */
function faultMarks({ faults }: Timeline, lengthNs: number, columns: number, { unicode }: Style): string {
  const isOn = (column: number) => {
    const fromNs = (column * lengthNs) / columns;
    const toNs = ((column + 1) * lengthNs) / columns;
    return faults.some((fault) => fault.fromNs < toNs && (fault.toNs > fromNs || fault.fromNs >= fromNs));
  };
  return Array.from({ length: columns }, (_, column) => (isOn(column) ? (unicode ? '━' : '=') : ' ')).join('');
}
