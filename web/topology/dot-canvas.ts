import { html } from '../dom.ts';
import type { Palette } from '../palette.ts';
import { DOT_LOOKS, dotReach, DotSprites, lookOf } from './dot-sprites.ts';
import { visitDots } from './dots.ts';
import { type EdgePath, placeOnPath } from './edge-path.ts';
import type { Fit, Size } from './fit.ts';
import type { Flow } from './flow.ts';

/** Dense flows take several lanes, so that their dots do not cover one another. */
const MAX_LANES = 3;
const DOTS_PER_LANE = 14;
const LANE_GAP = 5;

/** One edge with what flows over it. */
export interface DottedEdge {
  readonly path: EdgePath;
  readonly flow: Flow;
  readonly seed: number;
  /** The most that is ever under way at once. */
  readonly peak: number;
}

/** A moment, how long a dot takes over an edge, and how many sends it stands for. */
export interface DotView {
  readonly timeNs: number;
  readonly travelNs: number;
  readonly worth: number;
}

/** The dots of one arm: filled for first sends and hedges, hollow for retries; round when answered, diamonds when not. */
export class DotCanvas {
  readonly element = html('canvas', { 'aria-hidden': 'true' });
  readonly #context = this.element.getContext('2d')!;
  #paper: Paper | null = null;
  /** For each look, x and y of its dots, one after another: failures are drawn over answers. */
  readonly #places: number[][] = Array.from({ length: DOT_LOOKS }, () => []);
  readonly #place = { x: 0, y: 0 };

  clear(): void {
    if (this.#paper === null) return;
    this.#context.clearRect(0, 0, this.element.width, this.element.height);
    this.#paper = null;
  }

  draw(edges: readonly DottedEdge[], { timeNs, travelNs, worth }: DotView, fit: Fit, size: Size, palette: Palette): void {
    const { pixelRatio, margin, sprites, picture, pixels } = this.#paperFor(size, palette);
    const place = this.#place;
    for (const places of this.#places) places.length = 0;
    for (const { path, flow, seed, peak } of edges) {
      const lanes = Math.min(Math.ceil(peak / worth / DOTS_PER_LANE), MAX_LANES);
      visitDots(flow, timeNs, travelNs, worth, seed, (dot, kind, isRetry, share) => {
        placeOnPath(path, share, place, ((dot % lanes) - (lanes - 1) / 2) * LANE_GAP);
        this.#places[lookOf(kind, isRetry)]!.push((fit.x + place.x * fit.scale) * pixelRatio + margin, (fit.y + place.y * fit.scale) * pixelRatio + margin);
      });
    }
    pixels.fill(0);
    this.#places.forEach((places, look) => {
      for (let at = 0; at < places.length; at += 2) sprites.put(look, places[at]!, places[at + 1]!, pixels);
    });
    this.#context.putImageData(picture, -margin, -margin);
  }

  #paperFor(size: Size, palette: Palette): Paper {
    const { devicePixelRatio } = window;
    const [width, height] = [Math.round(size.width * devicePixelRatio), Math.round(size.height * devicePixelRatio)];
    const known = this.#paper;
    if (known?.palette === palette && known.pixelRatio === devicePixelRatio && this.element.width === width && this.element.height === height) return known;
    this.element.width = width;
    this.element.height = height;
    this.#paper = new Paper(width, height, devicePixelRatio, palette);
    return this.#paper;
  }
}

/** A picture in memory, a little larger than its canvas so that dots may reach over the edge; and the dots to put there. */
class Paper {
  readonly palette: Palette;
  readonly pixelRatio: number;
  readonly margin: number;
  readonly sprites: DotSprites;
  readonly picture: ImageData;
  readonly pixels: Uint32Array;

  constructor(width: number, height: number, pixelRatio: number, palette: Palette) {
    this.palette = palette;
    this.pixelRatio = pixelRatio;
    this.margin = dotReach(pixelRatio);
    this.picture = new ImageData(width + 2 * this.margin, height + 2 * this.margin);
    this.pixels = new Uint32Array(this.picture.data.buffer);
    this.sprites = new DotSprites(palette, pixelRatio, this.picture.width);
  }
}
