import type { Plot, Vertical } from './plot.ts';

/** Height of one lane and the space between two. */
const LANE_HEIGHT = 26;
const LANE_GAP = 6;

/** Height of so many lanes in CSS pixels. */
export function lanesHeight(count: number): number {
  return count * LANE_HEIGHT + Math.max(count - 1, 0) * LANE_GAP;
}

/** Where a lane lies on its plot. */
export interface Lane {
  readonly top: number;
  readonly bottom: number;
  /** Vertical scale from 0 to `max` within the lane. */
  scale(max: number): Vertical;
}

/** The lane at a place from the top, with its name in the gutter, and a note under it. */
export function laneAt(plot: Plot, at: number, name: string, note = ''): Lane {
  const top = plot.top + at * (LANE_HEIGHT + LANE_GAP);
  const bottom = top + LANE_HEIGHT;
  const middle = (top + bottom) / 2;
  plot.label(name, plot.left - 8, note === '' ? middle : middle - 6, 'right', plot.left - 10, 'ink');
  if (note !== '') plot.label(note, plot.left - 8, middle + 7, 'right');
  const { context } = plot;
  context.strokeStyle = plot.palette.line;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(plot.left, bottom + 0.5);
  context.lineTo(plot.right, bottom + 0.5);
  context.stroke();
  return { top, bottom, scale: (max) => (value) => bottom - (Math.min(value, max) / (max || 1)) * LANE_HEIGHT };
}
