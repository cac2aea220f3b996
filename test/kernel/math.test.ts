/*
 * Goal: the elementary functions are as precise as those of the platform, and the same everywhere.
 * Method: beside correctly rounded references, made with 60 decimal digits; beside Math over many random arguments, which
 * may differ by one unit in the last place; and by the powers that must be exact.
 */
import { describe, expect, test } from 'vitest';
import { exp, exp2, ln, pow } from '../../sim/kernel/math.ts';
import { scaled } from '../support/random-cases.ts';

const LN: readonly (readonly [x: number, result: number])[] = [
  [1e-300, -690.7755278982137], [5e-324, -744.4400719213812], [0.5, -0.6931471805599453],
  [0.7071067811865475, -0.34657359027997275], [0.7071067811865477, -0.3465735902799724], [0.9999999999999999, -1.1102230246251565e-16],
  [1.0000000000000002, 2.2204460492503128e-16], [1.4142135623730951, 0.3465735902799727], [2, 0.6931471805599453],
  [2.718281828459045, 1], [10, 2.302585092994046], [1000000000, 20.72326583694641],
  [123456789.123, 18.631401767164316], [1.7976931348623157e+308, 709.782712893384], [0.1, -2.3025850929940455],
  [0.99, -0.01005033585350145], [1.01, 0.009950330853168092], [1.9818345762021954, 0.6840229693580598],
  [2.302824871003969, 0.8341365740929509], [2.4470226270273807, 0.8948720312618289], [2.844615766198036, 1.0454280026395224],
  [2.297726151797813, 0.8319200042653528], [2.7902774909966257, 1.0261410500261177], [0.3783141163657598, -0.9720304327716802],
  [1.5571811668208846, 0.44287724242266924],
];

const EXP: readonly (readonly [x: number, result: number])[] = [
  [-745, 5e-324], [-708.4, 2.217119081664265e-308], [-1, 0.36787944117144233],
  [-1e-10, 0.9999999999], [1e-300, 1], [1e-10, 1.0000000001],
  [0.34657359027997264, 1.414213562373095], [0.3465735902799727, 1.4142135623730951], [0.5, 1.6487212707001282],
  [1, 2.718281828459045], [2, 7.38905609893065], [10, 22026.465794806718],
  [100, 2.6881171418161356e+43], [709.7, 1.6549840276802644e+308], [709.782712893384, 1.7976931348622732e+308],
  [17.734268679932548, 50337892.42214403], [5.958982125476968, 387.2157864946704], [16.036019670024906, 9212019.622522304],
  [-15.471761413874226, 1.9085317651111323e-07], [-1.2372380887134504, 0.29018457622724925], [-10.137086695206786, 3.958395513343812e-05],
  [1.7504343694372153, 5.7571028424901485], [2.9576475171240304, 19.25262696474105],
];

const POW: readonly (readonly [x: number, y: number, result: number])[] = [
  [2, 0.5, 1.4142135623730951], [1.5, 7, 17.0859375],
  [10, -3, 0.001], [0.1, 0.1, 0.7943282347242815],
  [1e-300, 1.01, 9.99999999999994e-304], [1.0000000001, 1000000000000, 2.6881393700484107e+43],
  [0.9999999, -30000000, 20.085539904302205], [3.7, 200.5, 8.403218872326093e+113],
  [1e+300, 0.001, 1.9952623149688797], [5e-324, 0.5, 2.2227587494850775e-162],
  [2.5, -0.4, 0.6931448431551464], [0.75, 31.25, 0.00012464202064561876],
  [1.1, 7000, 5.607846372419733e+289], [123.456, -100, 7.05959581893146e-210],
  [0.141010753993133, -28.327019953615185, 1.256460732704653e+24], [2.802028836450992, 41.63453718085519, 4.268886612258725e+18],
  [7.659597261775126, -34.03957876419618, 7.979991417173023e-31], [7.973498444397733, -36.123258160109685, 2.6884596070731373e-33],
  [6.178350679456505, -37.33007674497303, 2.996862572690942e-30], [0.027730873403321095, 37.14047447242821, 1.482270308787627e-58],
  [2.1024692611262275, -28.451883077526773, 6.572545345788097e-10], [9.824386877170994, 37.240776543680184, 8.999652952721784e+36],
  [2.9001586257917955, 46.14779889500835, 2.1864826741074433e+21], [5.396842454019398, 17.783047725059234, 10463475016438.904],
];

test.each([
  ['ln', LN.map(([x, result]) => ulpsApart(ln(x), result))],
  ['exp', EXP.map(([x, result]) => ulpsApart(exp(x), result))],
  ['pow', POW.map(([x, y, result]) => ulpsApart(pow(x, y), result))],
])('%s is within one unit in the last place of the truth', (_name, distances) => {
  expect(Math.max(...distances)).toBeLessThanOrEqual(1);
});

describe('beside Math', () => {
  const draws = Array.from({ length: scaled(200_000) }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 0) / 2 ** 32);
  const anyMagnitude = (u: number): number => (u + 0.5) * 2 ** Math.floor(u * 2090 - 1070);

  test.each<[string, (u: number) => readonly [number, number]]>([
    ['ln', (u) => [ln(anyMagnitude(u)), Math.log(anyMagnitude(u))]],
    ['ln near 1', (u) => [ln(0.5 + u), Math.log(0.5 + u)]],
    ['exp', (u) => [exp(u * 1460 - 748), Math.exp(u * 1460 - 748)]],
    ['exp near 0', (u) => [exp(2 * u - 1), Math.exp(2 * u - 1)]],
    ['pow with moderate exponents', (u) => [pow(10 * u + 1e-9, 20 * u - 7), (10 * u + 1e-9) ** (20 * u - 7)]],
    ['pow with extreme exponents', (u) => [pow(1 + u, 1000 - 2000 * u), (1 + u) ** (1000 - 2000 * u)]],
  ])('%s', (_name, both) => {
    // Math itself may be one unit off, to the other side.
    let worst = 0;
    for (const u of draws) worst = Math.max(worst, ulpsApart(...both(u)));
    expect(worst).toBeLessThanOrEqual(2);
  });
});

test('powers of two for draws have 12 digits over their whole range', () => {
  const worst = (xOf: (i: number) => number): number =>
    Math.max(...Array.from({ length: 100_000 }, (_, i) => Math.abs(exp2(xOf(i)) / 2 ** xOf(i) - 1)));
  expect(worst((i) => i / 50 - 1000)).toBeLessThan(1e-12);
  // Just beside the middles of the cells, where the series is longest.
  expect(worst((i) => (i - 50_000 + 0.5) / 64 + (i % 2 === 0 ? 1e-12 : -1e-12))).toBeLessThan(1e-12);
});

test('powers that a double can hold are exact', () => {
  for (let k = -1074; k <= 1023; k++) expect(pow(2, k)).toBe(2 ** k);
  for (let k = 0; k <= 22; k++) expect(pow(10, k)).toBe(Number(`1e${k}`));
  for (let k = 0; k <= 33; k++) expect(pow(3, k)).toBe(Number(3n ** BigInt(k)));
  for (let k = 0, exact = 1; k <= 32; k++, exact *= 1.5) expect(pow(1.5, k)).toBe(exact);
});

test('the edges of the ranges', () => {
  expect([ln(0), ln(-1), ln(NaN), ln(Infinity), ln(1)]).toEqual([-Infinity, NaN, NaN, Infinity, 0]);
  expect([exp(-Infinity), exp(-745.2), exp(0), exp(709.79), exp(Infinity), exp(NaN)]).toEqual([0, 0, 1, Infinity, Infinity, NaN]);
  expect([pow(0, 2), pow(0, -2), pow(0, 0), pow(5, 0), pow(1, 1e300)]).toEqual([0, Infinity, 1, 1, 1]);
  expect([pow(2, 1e300), pow(0.5, 1e300), pow(2, -1e300), pow(2, 1024), pow(2, -1076)]).toEqual([Infinity, 0, 0, Infinity, 0]);
  expect(() => pow(-1, 2)).toThrow('base');
  expect(() => pow(NaN, 2)).toThrow('base');
  expect(() => pow(2, Infinity)).toThrow('exponent');
});

/** How many doubles lie between two doubles of one sign. */
function ulpsApart(x: number, y: number): number {
  const [a, b] = new BigInt64Array(new Float64Array([x, y]).buffer);
  return Math.abs(Number(a! - b!));
}
