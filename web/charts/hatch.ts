import type { Hatch } from '../outcome-class.ts';
import type { HatchMaker } from './plot.ts';

const TILE = 6;

/** Hatches keep the colour over most of the area, so that it can still be told apart, with lines of the ground in it. */
export const makeHatch: HatchMaker = (context, colour, ground, hatch) => {
  if (hatch === 'solid') return colour;
  const { devicePixelRatio } = window;
  const tile = document.createElement('canvas');
  tile.width = TILE * devicePixelRatio;
  tile.height = TILE * devicePixelRatio;
  const pen = tile.getContext('2d');
  if (pen === null) return colour;
  pen.scale(devicePixelRatio, devicePixelRatio);
  pen.fillStyle = colour;
  pen.fillRect(0, 0, TILE, TILE);
  pen.strokeStyle = ground;
  pen.fillStyle = ground;
  pen.lineWidth = 1;
  pen.globalAlpha = 0.75;
  drawLines(pen, hatch);
  const pattern = context.createPattern(tile, 'repeat');
  pattern?.setTransform(new DOMMatrix().scale(1 / devicePixelRatio));
  return pattern ?? colour;
};

function drawLines(pen: CanvasRenderingContext2D, hatch: Exclude<Hatch, 'solid'>): void {
  const stroke = (...lines: readonly (readonly [number, number, number, number])[]): void => {
    pen.beginPath();
    for (const [x0, y0, x1, y1] of lines) {
      pen.moveTo(x0, y0);
      pen.lineTo(x1, y1);
    }
    pen.stroke();
  };
  switch (hatch) {
    case 'slanted':
      return stroke([-1, 1, 1, -1], [0, TILE, TILE, 0], [TILE - 1, TILE + 1, TILE + 1, TILE - 1]);
    case 'upright':
      return stroke([TILE / 2, 0, TILE / 2, TILE]);
    case 'crossed':
      return stroke([0, TILE, TILE, 0], [0, 0, TILE, TILE]);
    case 'dotted':
      pen.beginPath();
      pen.arc(TILE / 2, TILE / 2, 1.1, 0, 2 * Math.PI);
      return pen.fill();
  }
}
