import type { Palette } from '../palette.ts';
import { DotKind } from './dots.ts';

const RADIUS = 3;
/** A diamond looks as large as a circle when it reaches a little further. */
const DIAMOND_REACH = 4.1;
const HOLE = 0.5;
/** Dots are drawn at quarters of a pixel in both directions: whole pixels would make them stutter. */
const STEPS = 4;
const PLACES = STEPS * STEPS;

/** How many looks a dot can have: each kind, first sends and retries apart. */
export const DOT_LOOKS = Object.keys(DotKind).length * 2;

/** Number of a look, below DOT_LOOKS. */
export function lookOf(kind: DotKind, isRetry: boolean): number {
  return kind * 2 + (isRetry ? 1 : 0);
}

/** How many pixels a dot reaches at most from that of its centre. */
export function dotReach(pixelRatio: number): number {
  return Math.ceil(DIAMOND_REACH * pixelRatio) + 1;
}

/**
 * Every look of a dot as pixels, once for each place that its centre can have within a pixel. Copying them is much faster
 * than drawing shapes: smoothing thousands of outlines in each frame would be most of what the page does.
 */
export class DotSprites {
  /** The pixels of all sprites that are not empty, and where each lies in a picture, counted from that of the centre. */
  readonly #colours: Uint32Array;
  readonly #offsets: Int32Array;
  /** Where each sprite begins in them, and where the last one ends. */
  readonly #starts: readonly number[];
  readonly #width: number;

  /** @param width of the pictures that the dots will be put into, in pixels */
  constructor(palette: Palette, pixelRatio: number, width: number) {
    this.#width = width;
    const reach = dotReach(pixelRatio);
    const side = 2 * reach + 1;
    const canvas = document.createElement('canvas');
    canvas.width = side;
    canvas.height = side;
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    const colours: number[] = [];
    const offsets: number[] = [];
    const starts: number[] = [];
    for (let sprite = 0; sprite < DOT_LOOKS * PLACES; sprite++) {
      context.resetTransform();
      context.clearRect(0, 0, side, side);
      context.translate(reach + ((sprite % STEPS) + 0.5) / STEPS, reach + ((Math.floor(sprite / STEPS) % STEPS) + 0.5) / STEPS);
      context.scale(pixelRatio, pixelRatio);
      drawDot(context, Math.floor(sprite / PLACES), palette);
      starts.push(colours.length);
      new Uint32Array(context.getImageData(0, 0, side, side).data.buffer).forEach((colour, at) => {
        if (colour === 0) return;
        colours.push(colour);
        offsets.push((Math.floor(at / side) - reach) * width + (at % side) - reach);
      });
    }
    this.#colours = Uint32Array.from(colours);
    this.#offsets = Int32Array.from(offsets);
    this.#starts = [...starts, colours.length];
  }

  /** Puts a dot with its centre at a place into a picture, over what is there. It must not reach over an edge. */
  put(look: number, x: number, y: number, picture: Uint32Array): void {
    const column = Math.floor(x);
    const row = Math.floor(y);
    const sprite = look * PLACES + Math.floor((y - row) * STEPS) * STEPS + Math.floor((x - column) * STEPS);
    const centre = row * this.#width + column;
    const end = this.#starts[sprite + 1]!;
    for (let pixel = this.#starts[sprite]!; pixel < end; pixel++) {
      const at = centre + this.#offsets[pixel]!;
      const colour = this.#colours[pixel]!;
      picture[at] = colour >>> 24 === 255 || picture[at] === 0 ? colour : over(colour, picture[at]!);
    }
  }
}

function drawDot(context: CanvasRenderingContext2D, look: number, palette: Palette): void {
  const kind = look >> 1;
  const isRetry = look % 2 === 1;
  fillShape(context, kind, 1, [palette.ok, palette.failed, palette.timeout, palette.wasted][kind]!);
  if (isRetry) fillShape(context, kind, HOLE, palette.panel);
}

function fillShape(context: CanvasRenderingContext2D, kind: number, size: number, colour: string): void {
  context.fillStyle = colour;
  context.beginPath();
  if (kind === DotKind.answered || kind === DotKind.pending) {
    context.arc(0, 0, RADIUS * size, 0, 2 * Math.PI);
  } else {
    const reach = DIAMOND_REACH * size;
    context.moveTo(0, -reach);
    context.lineTo(reach, 0);
    context.lineTo(0, reach);
    context.lineTo(-reach, 0);
  }
  context.fill();
}

/** One pixel over another, both as pictures have them: red in the lowest byte, opacity in the highest. */
function over(above: number, below: number): number {
  const opacity = above >>> 24;
  // Two smooth rims over nothing: close enough, and much faster than right.
  if (below >>> 24 !== 255) return opacity > below >>> 24 ? above : below;
  const mixed = (mask: number): number => (((above & mask) * opacity + (below & mask) * (255 - opacity)) / 255) & mask;
  return 0xff000000 | mixed(0xff0000) | mixed(0x00ff00) | mixed(0x0000ff);
}
