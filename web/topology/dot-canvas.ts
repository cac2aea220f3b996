import type { Palette } from '../palette.ts';
import type { Fit } from './fit.ts';
import { DotKind, visitDots } from './dots.ts';
import { type EdgePath, placeOnPath } from './edge-path.ts';
import type { Flow } from './flow.ts';

const RADIUS = 3;
/** A diamond looks as large as a circle when it reaches a little further. */
const DIAMOND_REACH = 4.1;
const HOLE = 0.5;
/** Dense flows take several lanes, so that their dots do not cover one another. */
const MAX_LANES = 3;
const DOTS_PER_LANE = 14;
const LANE_GAP = 5;
const KINDS = Object.keys(DotKind).length;

/** One edge with what flows over it. */
export interface DottedEdge {
  readonly path: EdgePath;
  readonly flow: Flow;
  readonly seed: number;
  /** The most that is ever under way at once. */
  readonly peak: number;
}

/** Draws the dots of one arm: filled for first sends, hollow for retries; round when answered, diamonds when not. */
export class DotCanvas {
  /** For each kind, first sends and retries apart: x and y of its dots, one after another. */
  readonly #places: number[][] = Array.from({ length: KINDS * 2 }, () => []);
  readonly #place = { x: 0, y: 0 };

  draw(
    context: CanvasRenderingContext2D,
    edges: readonly DottedEdge[],
    view: { readonly timeNs: number; readonly travelNs: number; readonly worth: number; readonly fit: Fit; readonly palette: Palette },
  ): number {
    const { scale, x: left, y: top } = view.fit;
    const place = this.#place;
    for (const places of this.#places) places.length = 0;
    for (const { path, flow, seed, peak } of edges) {
      const lanes = Math.min(Math.ceil(peak / view.worth / DOTS_PER_LANE), MAX_LANES);
      visitDots(flow, view.timeNs, view.travelNs, view.worth, seed, (dot, kind, isRetry, share) => {
        placeOnPath(path, share, place, ((dot % lanes) - (lanes - 1) / 2) * LANE_GAP);
        this.#places[kind * 2 + (isRetry ? 1 : 0)]!.push(left + place.x * scale, top + place.y * scale);
      });
    }
    const { palette } = view;
    const colours = [palette.ok, palette.failed, palette.timeout, palette.wasted];
    let count = 0;
    this.#places.forEach((places, at) => {
      if (places.length === 0) return;
      count += places.length / 2;
      const kind = at >> 1;
      const isRound = kind === DotKind.answered || kind === DotKind.pending;
      fillShapes(context, places, isRound, 1, colours[kind]!);
      if (at % 2 === 1) fillShapes(context, places, isRound, HOLE, palette.panel);
    });
    return count;
  }
}

function fillShapes(context: CanvasRenderingContext2D, places: readonly number[], isRound: boolean, size: number, colour: string): void {
  context.fillStyle = colour;
  context.beginPath();
  for (let at = 0; at < places.length; at += 2) {
    const [x, y] = [places[at]!, places[at + 1]!];
    if (isRound) {
      context.moveTo(x + RADIUS * size, y);
      context.arc(x, y, RADIUS * size, 0, 2 * Math.PI);
    } else {
      const reach = DIAMOND_REACH * size;
      context.moveTo(x, y - reach);
      context.lineTo(x + reach, y);
      context.lineTo(x, y + reach);
      context.lineTo(x - reach, y);
      context.closePath();
    }
  }
  context.fill();
}
