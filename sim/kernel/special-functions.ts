/** Functions of probability that samplers need, with the same bits in every engine. */
import { assert } from './assert.ts';
import { exp, ln, pow } from './math.ts';

const SQRT_TWO_PI = 2.506628274631000502416;

/**
 * The z below which a standard normal variable stays with probability u, to 15 digits. For 0 < u < 1.
 * Source: Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37 (1988).
 */
export function normalQuantile(u: number): number {
  const q = u - 0.5;
  if (Math.abs(q) > 0.425) return q < 0 ? -normalTailQuantile(u) : normalTailQuantile(1 - u);
  const r = 0.180625 - q * q;
  return (
    (q * (((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r
      + 45921.953931549871457) * r + 13731.693765509461125) * r + 1971.5909503065514427) * r + 133.14166789178437745) * r
      + 3.387132872796366608))
    / (((((((5226.495278852854561 * r + 28729.085735721942674) * r + 39307.89580009271061) * r
      + 21213.794301586595867) * r + 5394.1960214247511077) * r + 687.1870074920579083) * r + 42.313330701600911252) * r
      + 1)
  );
}

/** The z above which a standard normal variable lies with probability `tail`, for 0 < tail < 0.075. */
function normalTailQuantile(tail: number): number {
  let r = Math.sqrt(-ln(tail));
  if (r <= 5) {
    r -= 1.6;
    return (
      (((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r
        + 1.27045825245236838258) * r + 3.64784832476320460504) * r + 5.7694972214606914055) * r + 4.6303378461565452959) * r
        + 1.42343711074968357734)
      / (((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r
        + 0.14810397642748007459) * r + 0.68976733498510000455) * r + 1.6763848301838038494) * r + 2.05319162663775882187) * r
        + 1)
    );
  }
  r -= 5;
  return (
    (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r
      + 0.026532189526576123093) * r + 0.29656057182850489123) * r + 1.7848265399172913358) * r + 5.4637849111641143699) * r
      + 6.6579046435011037772)
    / (((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r
      + 7.868691311456132591e-4) * r + 0.0148753612908506148525) * r + 0.13692988092273580531) * r + 0.59983220655588793769) * r
      + 1)
  );
}

/** Density of the standard normal distribution. */
export function normalDensity(z: number): number {
  return exp(-0.5 * z * z) / SQRT_TWO_PI;
}

/** Probability that a standard normal variable exceeds z; to 14 digits, also far into the tail. */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  if (z === Infinity) return 0;
  if (z > 3) {
    // Laplace's continued fraction z + 1/(z + 2/(z + 3/...)), from the inside out.
    let fraction = z;
    for (let n = 120; n > 0; n--) fraction = z + n / fraction;
    return normalDensity(z) / fraction;
  }
  // z + z^3/3 + z^5/(3*5) + ..., times the density, is the probability between 0 and z.
  let sum = 0;
  let term = z;
  for (let odd = 3; sum + term !== sum; odd += 2) {
    sum += term;
    term *= (z * z) / odd;
  }
  return 0.5 - sum * normalDensity(z);
}

/**
 * The gamma function, to 13 digits, for 1 <= x <= 171.
 * Source: Lanczos (1964), with the coefficients of Godfrey (2001) for g = 7 and nine terms.
 */
export function gamma(x: number): number {
  assert(x >= 1 && x <= 171, 'gamma is known between 1 and 171');
  const z = x - 1;
  const series = 0.99999999999980993227684700473478
    + 676.520368121885098567009190444019 / (z + 1)
    - 1259.13921672240287047156078755283 / (z + 2)
    + 771.3234287776530788486528258894 / (z + 3)
    - 176.61502916214059906584551354 / (z + 4)
    + 12.507343278686904814458936853 / (z + 5)
    - 0.13857109526572011689554707 / (z + 6)
    + 9.984369578019570859563e-6 / (z + 7)
    + 1.50563273514931155834e-7 / (z + 8);
  const shifted = z + 7.5;
  // The power is taken in two halves, because it overflows before the result does.
  const half = pow(shifted, (z + 0.5) / 2);
  return SQRT_TWO_PI * half * exp(-shifted) * half * series;
}
