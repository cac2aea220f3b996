import { area, line, scaleLinear } from 'd3';
import type { Hatch } from '../outcome-class.ts';
import type { ColourName, Palette } from '../palette.ts';
import type { Bins } from './bins.ts';

/** A stretch of time that is shaded in every chart, because a fault was on. */
export interface Band {
  readonly fromNs: number;
  readonly toNs: number;
}

/** Room for the labels of the vertical axis, and around the data. */
export const GUTTER_LEFT = 96;
export const GUTTER_RIGHT = 14;
export const GUTTER_TOP = 6;
export const AXIS_HEIGHT = 20;

const FONT_SIZE = 11;
const DASHES = [5, 4];

export type Vertical = (value: number) => number;

/**
 * A canvas with a time axis, on which charts draw in data terms. All methods draw at once; coordinates are CSS pixels.
 */
export class Plot {
  readonly context: CanvasRenderingContext2D;
  readonly palette: Palette;
  readonly width: number;
  readonly height: number;
  /** The data area. */
  readonly left = GUTTER_LEFT;
  readonly right: number;
  readonly top = GUTTER_TOP;
  readonly bottom: number;
  readonly fromNs: number;
  readonly toNs: number;
  readonly #font: string;
  readonly #hatches: HatchMaker;

  constructor(
    context: CanvasRenderingContext2D,
    size: { readonly width: number; readonly height: number },
    time: Band,
    looks: { readonly palette: Palette; readonly font: string; readonly hatches: HatchMaker },
  ) {
    this.context = context;
    this.palette = looks.palette;
    this.width = size.width;
    this.height = size.height;
    this.right = size.width - GUTTER_RIGHT;
    this.bottom = size.height - AXIS_HEIGHT;
    this.fromNs = time.fromNs;
    this.toNs = time.toNs;
    this.#font = looks.font;
    this.#hatches = looks.hatches;
  }

  x(timeNs: number): number {
    return this.left + ((timeNs - this.fromNs) / (this.toNs - this.fromNs)) * (this.right - this.left);
  }

  /** Empties the canvas and draws what every chart has: shaded faults and the time axis. */
  begin(bands: readonly Band[]): void {
    const { context, palette } = this;
    context.clearRect(0, 0, this.width, this.height);
    context.save();
    context.globalAlpha = 0.09;
    context.fillStyle = palette.fault;
    for (const { fromNs, toNs } of bands) {
      const [from, to] = [Math.max(this.x(fromNs), this.left), Math.min(this.x(toNs), this.right)];
      if (to > from) context.fillRect(from, this.top, to - from, this.bottom - this.top);
    }
    context.restore();
    this.#drawTimeAxis();
  }

  /** Draws with the data area as the limit. */
  clipped(draw: () => void): void {
    const { context } = this;
    context.save();
    context.beginPath();
    context.rect(this.left, this.top - 2, this.right - this.left, this.bottom - this.top + 4);
    context.clip();
    draw();
    context.restore();
  }

  /** A vertical scale with labelled grid lines. */
  scale(max: number, format: (value: number) => string, ticks = 3): Vertical {
    const scale = scaleLinear([0, max || 1], [this.bottom, this.top]);
    for (const tick of scale.ticks(ticks)) this.gridLine(scale(tick), format(tick));
    return (value) => scale(value);
  }

  gridLine(y: number, label: string): void {
    const { context, palette } = this;
    context.strokeStyle = palette.line;
    context.lineWidth = 1;
    context.setLineDash([]);
    context.beginPath();
    context.moveTo(this.left, Math.round(y) + 0.5);
    context.lineTo(this.right, Math.round(y) + 0.5);
    context.stroke();
    this.label(label, this.left - 8, y, 'right');
  }

  /** Small muted text, vertically centred; cut short when it is wider than `room`. */
  label(text: string, x: number, y: number, align: CanvasTextAlign, room = this.left - 10, colour: ColourName = 'muted'): void {
    const { context } = this;
    context.font = `${FONT_SIZE}px ${this.#font}`;
    context.fillStyle = this.palette[colour];
    context.textAlign = align;
    context.textBaseline = 'middle';
    context.fillText(this.#shortened(text, room), x, y);
  }

  line(bins: Bins, y: Vertical, style: { readonly colour: ColourName; readonly width?: number; readonly dashed?: boolean; readonly halo?: boolean }): void {
    const { context, palette } = this;
    const path = line<number>()
      .defined((value) => Number.isFinite(value))
      .x((_, at) => this.x((at + 0.5) * bins.binNs))
      .y((value) => y(value))
      .context(context);
    context.lineJoin = 'round';
    context.setLineDash([]);
    const width = style.width ?? 1.6;
    if (style.halo === true) {
      context.strokeStyle = palette.panel;
      context.lineWidth = width + 2.4;
      context.beginPath();
      path(bins.values);
      context.stroke();
    }
    context.strokeStyle = palette[style.colour];
    context.lineWidth = width;
    context.setLineDash(style.dashed === true ? DASHES : []);
    context.beginPath();
    path(bins.values);
    context.stroke();
    context.setLineDash([]);
  }

  /** Fills between two lines of equal bins. */
  between(low: Bins, high: Bins, y: Vertical, fill: string | CanvasPattern): void {
    const path = area<number>()
      .x((_, at) => this.x((at + 0.5) * high.binNs))
      .y0((_, at) => y(low.values[at]!))
      .y1((value) => y(value))
      .context(this.context);
    this.context.fillStyle = fill;
    this.context.beginPath();
    path(high.values);
    this.context.fill();
  }

  /** Fills from a base upward, each bin flat; bins without a value stay empty. */
  steps(bins: Bins, base: number, y: Vertical, fill: string | CanvasPattern): void {
    const { context } = this;
    const { values, binNs } = bins;
    context.fillStyle = fill;
    context.beginPath();
    for (let bin = 0; bin < values.length; ) {
      const value = values[bin]!;
      let end = bin + 1;
      while (end < values.length && values[end] === value) end++;
      // Whole pixels, so that no seams show between neighbours.
      const left = Math.round(this.x(bin * binNs));
      if (Number.isFinite(value)) context.rect(left, y(value), Math.max(Math.round(this.x(end * binNs)) - left, 1), base - y(value));
      bin = end;
    }
    context.fill();
  }

  fill(colour: ColourName, hatch: Hatch = 'solid'): string | CanvasPattern {
    return this.#hatches(this.context, this.palette[colour], this.palette.panel, hatch);
  }

  #drawTimeAxis(): void {
    const { context, palette } = this;
    const seconds = scaleLinear([this.fromNs / 1e9, this.toNs / 1e9], [this.left, this.right]);
    context.strokeStyle = palette.edge;
    context.lineWidth = 1;
    context.setLineDash([]);
    context.beginPath();
    context.moveTo(this.left, this.bottom + 0.5);
    context.lineTo(this.right, this.bottom + 0.5);
    const ticks = seconds.ticks(Math.max(Math.floor((this.right - this.left) / 90), 2));
    for (const tick of ticks) {
      const x = Math.round(seconds(tick)) + 0.5;
      context.moveTo(x, this.bottom);
      context.lineTo(x, this.bottom + 4);
    }
    context.stroke();
    for (const tick of ticks) {
      const x = seconds(tick);
      const align = x > this.right - 12 ? 'right' : 'center';
      this.label(`${tick} s`, align === 'right' ? this.right : x, this.bottom + 12, align);
    }
  }

  #shortened(text: string, room: number): string {
    if (this.context.measureText(text).width <= room) return text;
    let kept = text.length - 1;
    while (kept > 1 && this.context.measureText(`${text.slice(0, kept)}…`).width > room) kept--;
    return `${text.slice(0, kept)}…`;
  }
}

/** Makes the fill of a hatch: the colour itself, or a pattern of it on the ground. */
export type HatchMaker = (context: CanvasRenderingContext2D, colour: string, ground: string, hatch: Hatch) => string | CanvasPattern;
