/**
 * The transcendental functions of the simulator. Math.log and its like differ in the last bit between engines, and one
 * bit is enough to send two runs of one seed apart. These use only operations that IEEE 754 and ECMAScript specify
 * exactly, hence give the same bits everywhere.
 *
 * Reductions and coefficients of `ln` and `exp`: fdlibm 5.3 (Sun Microsystems, e_log.c and e_exp.c).
 */
import { assert } from './assert.ts';

const LN2_HIGH = 6.9314718036912381649e-1; // 33 digits, so that its product with an exponent is exact
const LN2_LOW = 1.90821492927058770002e-10;
const ONE_OVER_LN2 = 1.442695040888963387;
export const LN2 = LN2_HIGH + LN2_LOW;
/** Coefficients of the series of 2^r: ln(2)^n / n!. */
const SERIES_1 = LN2;
const SERIES_2 = (SERIES_1 * LN2) / 2;
const SERIES_3 = (SERIES_2 * LN2) / 3;
const SERIES_4 = (SERIES_3 * LN2) / 4;
const SQRT_HALF_HIGH_WORD = 0x3fe6a09e;
const TWO_TO_54 = 0x40000000000000;
const TWO_THIRDS_HIGH = upperHalf(2 / 3);
const TWO_THIRDS_LOW = (2 - 3 * TWO_THIRDS_HIGH) / 3;

// One double seen as two words, for reading exponents. Nothing is kept in it between two calls.
const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

const POWERS_OF_TWO = new Float64Array(2046);
POWERS_OF_TWO[1022] = 1;
for (let k = 1; k <= 1023; k++) POWERS_OF_TWO[1022 + k] = 2 * POWERS_OF_TWO[1021 + k]!;
for (let k = 1; k <= 1022; k++) POWERS_OF_TWO[1022 - k] = 0.5 * POWERS_OF_TWO[1023 - k]!;

/** Sign, exponent and the upper twenty digits of a double, as an int32. */
export function highWordOf(x: number): number {
  double[0] = x;
  return words[HIGH]!;
}

/** The natural logarithm of x >= 0, within 1 ulp. */
export function ln(x: number): number {
  if (!(x > 0 && x < Infinity)) return x === 0 ? -Infinity : x > 0 ? x : NaN;
  const k = exponentOf(x);
  const f = significandOf(x, k) - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940941908 + w * (0.2222219843214978396 + w * 0.1531383769920937332));
  const odd = z * (0.666666666666673513 + w * (0.2857142874366239149 + w * (0.1818357216161805012 + w * 0.1479819860511658591)));
  const half = 0.5 * f * f;
  return k * LN2_HIGH - (half - (s * (half + even + odd) + k * LN2_LOW) - f);
}

/** The exponential function, within 1 ulp. */
export function exp(x: number): number {
  return expOf(x, 0);
}

/** e^(x + tail), where the tail is less than one unit in the last place of x. */
function expOf(x: number, tail: number): number {
  if (!(x > -746)) return x <= -746 ? 0 : NaN;
  if (x > 710) return Infinity;
  const k = Math.floor(x * ONE_OVER_LN2 + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW - tail;
  const r = high - low;
  const t = r * r;
  const c = r - t * (1.66666666666666019037e-1 + t * (-2.77777777770155933842e-3
    + t * (6.61375632143793436117e-5 + t * (-1.6533902205465251539e-6 + t * 4.13813679705723846039e-8))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  if (k > 1023) return y * 2 * powerOfTwo(k - 1);
  return k < -1021 ? y * powerOfTwo(k + 1000) * powerOfTwo(-1000) : y * powerOfTwo(k);
}

const EXP2_CELLS = 64;
const CELL_POWERS = new Float64Array(EXP2_CELLS);
for (let cell = 0; cell < EXP2_CELLS; cell++) CELL_POWERS[cell] = exp((cell / EXP2_CELLS) * LN2);

/**
 * 2 to the power of x, to 12 digits, without a division: for draws, whose own error is larger.
 * @param x between -1000 and 1000
 */
export function exp2(x: number): number {
  // x = cell / 64 + r, where |r| <= 1/128; the last term of 2^r's series that is left out is below 4e-14.
  const cell = Math.floor(x * EXP2_CELLS + 0.5) | 0;
  const r = x - cell / EXP2_CELLS;
  const series = 1 + r * (SERIES_1 + r * (SERIES_2 + r * (SERIES_3 + r * SERIES_4)));
  return series * CELL_POWERS[cell & (EXP2_CELLS - 1)]! * powerOfTwo(cell >> 6);
}

/**
 * x to the power of y, within 1 ulp; powers that a double can hold are exact.
 * @param x finite, not negative   @param y finite
 */
export function pow(x: number, y: number): number {
  assert(x >= 0 && x < Infinity, 'the base of a power is finite and not negative');
  assert(y > -Infinity && y < Infinity, 'the exponent of a power is finite');
  if (y === 0 || x === 1) return 1;
  if (x === 0) return y > 0 ? 0 : Infinity;
  // From here on x is at least 1e-16 away from 1.
  if (Math.abs(y) > TWO_TO_54 * 0x1000) return x > 1 === y > 0 ? Infinity : 0;

  // ln(x) = k ln 2 + ln m, and ln m = 2/3 s (3 + s^2 + r) where s = (m - 1) / (m + 1) and r is the rest of the series of
  // artanh. Up to y ln(x) every quantity is kept in two parts, since an error in it is an error of the result times y ln(x).
  const k = exponentOf(x);
  const m = significandOf(x, k);
  const g = m + 1;
  const gHigh = upperHalf(g);
  const gLow = g - gHigh + (m - (g - 1));
  const s = (m - 1) / g;
  const sHigh = upperHalf(s);
  const sLow = (m - 1 - sHigh * gHigh - sHigh * gLow) / g;

  const square = sHigh * sHigh;
  const rest = restOfArtanh(s * s) + sLow * (sHigh + s);
  const sumHigh = upperHalf(3 + square + rest);
  const sumLow = rest - (sumHigh - 3 - square);

  const product = sHigh * sumHigh;
  const productRest = sLow * sumHigh + sumLow * s;
  const artanhHigh = upperHalf(product + productRest);
  const artanhLow = productRest - (artanhHigh - product);

  const lnM = artanhHigh * TWO_THIRDS_HIGH;
  const lnMRest = artanhHigh * TWO_THIRDS_LOW + artanhLow * (2 / 3);
  const lnX = k * LN2_HIGH + lnM;
  const lnXRest = lnM - (lnX - k * LN2_HIGH) + (lnMRest + k * LN2_LOW);

  const lnHigh = upperHalf(lnX);
  const yHigh = upperHalf(y);
  const power = yHigh * lnHigh;
  const powerRest = (y - yHigh) * lnHigh + y * (lnX - lnHigh + lnXRest);
  const sum = power + powerRest;
  return expOf(sum, powerRest - (sum - power));
}

/** 3 (z^2 / 5 + z^3 / 7 + ...) for z below 0.0295, with a relative error below 2^-60. */
function restOfArtanh(z: number): number {
  let sum = 0;
  for (let odd = 27; odd >= 5; odd -= 2) sum = sum * z + 3 / odd;
  return sum * z * z;
}

/** x without the lower half of its digits: products of two such numbers are exact. For |x| below 2^996. (Veltkamp.) */
function upperHalf(x: number): number {
  const shifted = x * 0x8000001;
  return shifted - (shifted - x);
}

/** The k for which x = 2^k * m, with m between sqrt(1/2) and sqrt(2). For finite x > 0. */
function exponentOf(x: number): number {
  let high = highWordOf(x);
  let offset = 1023;
  if (high < 0x100000) {
    high = highWordOf(x * TWO_TO_54);
    offset += 54;
  }
  return ((high + (0x3ff00000 - SQRT_HALF_HIGH_WORD)) >> 20) - offset;
}

/** x / 2^k, for the k that `exponentOf` gives. */
function significandOf(x: number, k: number): number {
  if (k < -1000) return x * TWO_TO_54 * powerOfTwo(-54 - k);
  return k > 1000 ? x * powerOfTwo(-1000) * powerOfTwo(1000 - k) : x * powerOfTwo(-k);
}

/** 2^k, for k from -1022 to 1023. From a table: writing an exponent's word and reading it back as a double is slower. */
function powerOfTwo(k: number): number {
  return POWERS_OF_TWO[k + 1022]!;
}
