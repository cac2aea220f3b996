/**
 * From 32 random bits to the two distributions that are drawn most. Both functions are quantiles at u = (n + 1/2) / 2^32,
 * where n is the bits read as an unsigned number: they grow with n, and one draw gives one value. Numbers are split into
 * an octave (the number of leading zeros) and a cell of it (the bits that follow), and small tables by octave and cell
 * take the place of divisions and logarithms.
 */
import { LN2, ln } from './math.ts';
import { normalDensity, normalQuantile } from './special-functions.ts';

const OCTAVES = 33;
/** By the number of leading zeros: what brings an integer with so many to [1, 2). */
const ONE_OVER_OCTAVE = new Float64Array(OCTAVES);
for (let zeros = OCTAVES - 1, scale = 2; zeros >= 0; zeros--, scale /= 2) ONE_OVER_OCTAVE[zeros] = scale;

const LN_CELLS = 128;
const ONE_OVER_CENTRE = new Float64Array(LN_CELLS);
const LN_OF_CENTRE = new Float64Array(LN_CELLS);
for (let cell = 0; cell < LN_CELLS; cell++) {
  ONE_OVER_CENTRE[cell] = 1 / (1 + (cell + 0.5) / LN_CELLS);
  LN_OF_CENTRE[cell] = -ln(ONE_OVER_CENTRE[cell]!);
}

/**
 * An exponential variable of mean 1, -ln(1 - u), to 12 digits after the point; at most 22.9.
 * @param bits an int32, all equally likely
 */
export function unitExponential(bits: number): number {
  const complement = ~bits;
  const zeros = Math.clz32(complement);
  const cell = (withHalf(complement, zeros) >>> 24) & (LN_CELLS - 1);
  // 1 - u = 2^-(zeros + 1) m, and m = centre (1 + r).
  const m = ((complement >>> 0) + 0.5) * ONE_OVER_OCTAVE[zeros]!;
  const r = m * ONE_OVER_CENTRE[cell]! - 1;
  return (zeros + 1) * LN2 - LN_OF_CENTRE[cell]! - r * (1 - r * (1 / 2 - r * (1 / 3 - r * (1 / 4))));
}

const NORMAL_CELLS = 16;
/** Four coefficients per octave and cell of the tail's probability t, from 1/2 down to 2^-33. */
const NORMAL_CUBICS = new Float64Array(OCTAVES * NORMAL_CELLS * 4);
for (let zeros = 1, octave = 1 / 4; zeros < OCTAVES; zeros++, octave /= 2) {
  const width = octave / NORMAL_CELLS;
  for (let cell = 0; cell < NORMAL_CELLS; cell++) {
    // The cubic that has the quantile's value and slope at both ends of the cell; the slope is -1 / density.
    const start = -normalQuantile(octave + cell * width);
    const end = -normalQuantile(octave + (cell + 1) * width);
    const startSlope = -width / normalDensity(start);
    const endSlope = -width / normalDensity(end);
    const first = 4 * (zeros * NORMAL_CELLS + cell);
    NORMAL_CUBICS[first] = start;
    NORMAL_CUBICS[first + 1] = startSlope;
    NORMAL_CUBICS[first + 2] = 3 * (end - start) - 2 * startSlope - endSlope;
    NORMAL_CUBICS[first + 3] = 2 * (start - end) + startSlope + endSlope;
  }
}

/**
 * A standard normal variable, to 7 digits after the point; between -6.34 and 6.34.
 * @param bits an int32, all equally likely
 */
export function unitNormal(bits: number): number {
  // The distance to the nearer end of the range, t = (tail + 1/2) / 2^32, gives |z|.
  const tail = bits ^ (bits >> 31);
  const zeros = Math.clz32(tail);
  const cell = (withHalf(tail, zeros) >>> 27) & (NORMAL_CELLS - 1);
  const x = (tail + 0.5) * ONE_OVER_OCTAVE[zeros]! * NORMAL_CELLS - NORMAL_CELLS - cell;
  const first = 4 * (zeros * NORMAL_CELLS + cell);
  const z = NORMAL_CUBICS[first]! + x * (NORMAL_CUBICS[first + 1]!
    + x * (NORMAL_CUBICS[first + 2]! + x * NORMAL_CUBICS[first + 3]!));
  // The upper half of the unsigned numbers are the negative ones. The sign without a branch, which nobody could predict.
  return z * ((~bits >> 31) | 1);
}

/** The digits of n + 1/2 moved to the left as far as n's leading zeros go, so that the leading one is at the top. */
function withHalf(n: number, zeros: number): number {
  return (n << zeros) | ((1 << zeros) >>> 1);
}
