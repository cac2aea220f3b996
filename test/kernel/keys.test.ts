/*
 * Goal: draws under different keys and purposes behave as if independent and uniform, however alike the keys' names are.
 * Method: for every way in which two draws of a simulation are neighbours (next request, next attempt, parent and child,
 * a purpose that differs in one bit, ...) 2^16 pairs are tested for correlation, for joint uniformity on a grid, and for
 * agreement of their lowest and highest bits. All inputs are fixed, so that nothing here is a matter of luck. The same
 * battery must find the weaknesses of three generators that look reasonable.
 */
import { describe, expect, test } from 'vitest';
import {
  absorbAddress, addressHash, childKey, drawBits, mix, purposeOf, uniform, uniform53, writeRunKey,
} from '../../sim/kernel/keys.ts';
import { chiSquareZ, correlationZ, ksDistance } from './statistics.ts';

const PAIRS = 1 << 16;
const GRID = 16;
const WORST_Z = 4.5;
const SERVICE = purposeOf('service');
const JITTER = purposeOf('jitter');

describe('pairs of draws', () => {
  const run = keySlab();
  const [root, owner, call, other, send] = [0, 1, 2, 3, 4];
  writeRunKey(run, root, 'pairs');

  /** The draw at the end of a path of words below the run's key. */
  const at = (path: readonly number[], purpose: number): number => {
    childKey(run, owner, root, path[0]!);
    for (let i = 1; i < path.length; i++) childKey(run, owner, owner, path[i]!);
    return drawBits(run, owner, purpose);
  };

  const site = addressHash('api/orders');
  const neighbours: Record<string, (i: number) => readonly [number, number]> = {
    'one request and the next': (i) => [at([i], SERVICE), at([i + 1], SERVICE)],
    'requests far apart': (i) => [at([i], SERVICE), at([i + 0x10000], SERVICE)],
    'requests that differ in the top bit': (i) => [at([i], SERVICE), at([i | 0x80000000], SERVICE)],
    'a request and its negative': (i) => [at([i], SERVICE), at([-i - 1], SERVICE)],
    'one attempt and the next': (i) => [at([i, site, 0], SERVICE), at([i, site, 1], SERVICE)],
    'attempts of neighbouring requests': (i) => [at([i, site, 1], SERVICE), at([i + 1, site, 0], SERVICE)],
    'parent and child': (i) => [at([i], SERVICE), at([i, 0], SERVICE)],
    'parent and grandchild': (i) => [at([i], SERVICE), at([i, 0, 0], SERVICE)],
    'a child named by the purpose': (i) => [at([i], SERVICE), at([i, SERVICE], SERVICE)],
    'swapped path': (i) => [at([i, i + 1], SERVICE), at([i + 1, i], SERVICE)],
    'two sites of a request': (i) => [at([i, site], SERVICE), at([i, addressHash('api/stock')], SERVICE)],
    'two purposes of a key': (i) => [at([i], SERVICE), at([i], JITTER)],
    'consecutive draws of a purpose': (i) => [at([i], SERVICE), at([i], SERVICE + 1)],
    'purposes that differ in their top bit': (i) => [at([i], SERVICE), at([i], SERVICE ^ 0x20000000)],
    'purposes that differ in their lowest bit': (i) => [at([i], SERVICE), at([i], SERVICE ^ 0x100)],
    'the words of a key': (i) => {
      childKey(run, call, root, i);
      return [run[2 * call]!, run[2 * call + 1]!];
    },
    'a word of a key and its draw': (i) => {
      childKey(run, call, root, i);
      return [run[2 * call]! ^ run[2 * call + 1]!, drawBits(run, call, SERVICE)];
    },
    'links of an ever longer chain': (i) => {
      if (i === 0) childKey(run, send, root, 0);
      const before = drawBits(run, send, SERVICE);
      childKey(run, send, send, 0);
      return [before, drawBits(run, send, SERVICE)];
    },
    'raw small keys': (i) => {
      run[2 * call] = i;
      run[2 * call + 1] = 0;
      run[2 * other] = 0;
      run[2 * other + 1] = i;
      return [drawBits(run, call, SERVICE), drawBits(run, other, SERVICE)];
    },
  };

  test.each(Object.entries(neighbours))('%s', (_name, pair) => {
    expect(worstZ(pair)).toBeLessThan(WORST_Z);
  });

  test('seeds that are small numbers', () => {
    const seeds = keySlab();
    const pair = (i: number): readonly [number, number] => {
      writeRunKey(seeds, 0, String(i));
      writeRunKey(seeds, 1, String(i + 1));
      return [drawBits(seeds, 0, SERVICE), drawBits(seeds, 1, SERVICE)];
    };
    expect(worstZ(pair, 1 << 13)).toBeLessThan(WORST_Z);
  });

  test('the battery finds one mix of a linear combination, keys without a mix, and a product without a mix', () => {
    const linear = (i: number): readonly [number, number] => [mix(31 * i + 7 * 31), mix(31 * (i + 7))];
    const unmixed = (i: number): readonly [number, number] => [i * 0x10001, (i + 1) * 0x10001];
    const product = (i: number): readonly [number, number] => [Math.imul(mix(i), 0x9e3779b1), Math.imul(mix(i) ^ 0x80000000, 0x9e3779b1)];
    expect(worstZ(linear)).toBeGreaterThan(100);
    expect(worstZ(unmixed)).toBeGreaterThan(100);
    expect(worstZ(product)).toBeGreaterThan(100);
  });
});

describe('single draws', () => {
  const keys = keySlab();
  writeRunKey(keys, 0, 'single');

  test('are uniform over 1,024 cells in every group of ten bits, and by Kolmogorov-Smirnov', () => {
    const count = 1 << 20;
    const cells = [0, 11, 22].map(() => new Int32Array(1024));
    const sample = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      childKey(keys, 1, 0, i);
      const bits = drawBits(keys, 1, SERVICE);
      cells.forEach((counts, part) => counts[(bits >>> (11 * part)) & 1023]!++);
      sample[i] = uniform(keys, 1, SERVICE);
    }
    for (const counts of cells) expect(Math.abs(chiSquareZ(counts))).toBeLessThan(4);
    // 1.63 / sqrt(n) is exceeded in 1 % of uniform samples.
    expect(ksDistance(sample, (x) => x)).toBeLessThan(1.63 / Math.sqrt(count));
  });

  test('are never 0 or 1, at either resolution', () => {
    const extremes = keySlab();
    let least = 1;
    let greatest = 0;
    for (let i = 0; i < 200_000; i++) {
      childKey(extremes, 1, 0, i);
      const u = uniform53(extremes, 1, SERVICE);
      least = Math.min(least, u);
      greatest = Math.max(greatest, u);
    }
    expect(least).toBeGreaterThan(0);
    expect(least).toBeLessThan(1e-4);
    expect(greatest).toBeLessThan(1);
    expect(greatest).toBeGreaterThan(1 - 1e-4);
    // The all-zero key draws mix(mix(0) + 0) = 0 for purpose 0: the smallest number that can be drawn.
    expect(uniform(new Int32Array(2), 0, 0)).toBe(2 ** -33);
  });

  test('of 53 bits are uniform and independent of the 32-bit draw', () => {
    const count = 1 << 16;
    const wide = new Float64Array(count);
    const narrow = new Float64Array(count);
    const low = new Int32Array(1024);
    for (let i = 0; i < count; i++) {
      childKey(keys, 1, 0, i);
      wide[i] = uniform53(keys, 1, SERVICE);
      narrow[i] = uniform(keys, 1, SERVICE);
      low[(wide[i]! * 2 ** 52) % 1024 | 0]!++;
    }
    expect(ksDistance(wide, (x) => x)).toBeLessThan(1.63 / Math.sqrt(count));
    expect(Math.abs(chiSquareZ(low))).toBeLessThan(4);
    expect(Math.abs(correlationZ(wide, narrow))).toBeLessThan(4);
  });
});

describe('keys', () => {
  test('of a million requests and attempts never meet', () => {
    const keys = keySlab();
    writeRunKey(keys, 0, 'collisions');
    const seen = new Float64Array(1_000_000);
    for (let request = 0; request < 100_000; request++) {
      childKey(keys, 1, 0, request);
      for (let attempt = 0; attempt < 10; attempt++) {
        childKey(keys, 2, 1, attempt);
        // 53 of the 64 bits: two of a million meet by chance in one of 18,000 runs.
        seen[10 * request + attempt] = (keys[4]! >>> 0) * 2 ** 21 + (keys[5]! >>> 11);
      }
    }
    seen.sort();
    expect(seen.findIndex((word, i) => i > 0 && word === seen[i - 1])).toBe(-1);
  });

  test('for one word are a permutation: 200,000 neighbouring parents have as many children', () => {
    const keys = keySlab();
    const children = new Set<string>();
    for (let i = 0; i < 200_000; i++) {
      keys[0] = i >> 9;
      keys[1] = i & 511;
      childKey(keys, 1, 0, 12345);
      children.add(`${keys[2]},${keys[3]}`);
    }
    expect(children.size).toBe(200_000);
  });

  test('may be derived in place', () => {
    const keys = keySlab();
    writeRunKey(keys, 0, 'place');
    childKey(keys, 1, 0, 99);
    childKey(keys, 0, 0, 99);
    expect([keys[0], keys[1]]).toEqual([keys[2], keys[3]]);
  });

  test('of an address are no keys of requests: number 50 of `api` is not `api2`', () => {
    const keys = keySlab();
    absorbAddress(keys, 1, 0, 'api');
    childKey(keys, 1, 1, '2'.charCodeAt(0));
    absorbAddress(keys, 2, 0, 'api2');
    expect([keys[2], keys[3]]).not.toEqual([keys[4], keys[5]]);
  });

  test('of addresses depend on every character and on the run', () => {
    const keys = keySlab();
    const words = new Set<string>();
    const addresses = ['', 'a', 'b', 'ab', 'ba', 'api/orders', 'api/orders/', 'api/orderS', 'é', '\u{1f600}'];
    for (const seed of ['1', '2']) {
      writeRunKey(keys, 0, seed);
      for (const address of addresses) {
        absorbAddress(keys, 1, 0, address);
        words.add(`${keys[2]},${keys[3]}`);
      }
    }
    expect(words.size).toBe(2 * addresses.length);
  });
});

describe('hashes of names', () => {
  const names = Array.from({ length: 2000 }, (_, i) => `svc${i % 50}/call${Math.floor(i / 50)}`);

  test('are small integers, and purposes leave the low 8 bits to the draws', () => {
    for (const name of names) {
      expect(addressHash(name)).toBe(addressHash(name) & 0x3fffffff);
      expect(purposeOf(name)).toBe(purposeOf(name) & 0x3fffff00);
    }
  });

  test('of 2,000 similar addresses differ', () => {
    expect(new Set(names.map(addressHash)).size).toBe(2000);
  });
});

test('seeds differ, also where one repeats another', () => {
  const keys = keySlab();
  const seeds = [...Array.from({ length: 3000 }, (_, i) => String(i)), 'ab', 'abab', 'ababab', 'x'.repeat(256), 'x'.repeat(257), ''];
  const words = seeds.map((seed) => {
    writeRunKey(keys, 0, seed);
    return `${keys[0]},${keys[1]}`;
  });
  expect(new Set(words).size).toBe(seeds.length);
});

test('a seed is text, and its key is the same in every version', () => {
  const keys = keySlab();
  writeRunKey(keys, 0, 'retry-storm');
  writeRunKey(keys, 1, '7');
  absorbAddress(keys, 2, 0, 'shoppers');
  childKey(keys, 3, 2, 41);
  writeRunKey(keys, 4, 7);
  expect(Array.from(keys.subarray(0, 8))).toEqual([
    1881222825, 1110756007, -1262836210, 96514822, -1584206242, -48338316, -472242663, -1468855489,
  ]);
  expect([keys[8], keys[9]]).toEqual([keys[2], keys[3]]);
  expect(drawBits(keys, 3, SERVICE)).toBe(-675168736);
  expect(uniform53(keys, 3, SERVICE)).toBe(0.5888225003365398);
  expect(SERVICE).toBe(372897280);
});

function keySlab(): Int32Array {
  return new Int32Array(2 * 8);
}

/** The worst z-score of one battery over pairs of int32. */
function worstZ(pair: (i: number) => readonly [number, number], pairs = PAIRS): number {
  const x = new Float64Array(pairs);
  const y = new Float64Array(pairs);
  const grid = new Int32Array(GRID * GRID);
  let lowBitsAgree = 0;
  let topBitsAgree = 0;
  for (let i = 0; i < pairs; i++) {
    const [a, b] = pair(i);
    x[i] = ((a >>> 0) + 0.5) / 2 ** 32;
    y[i] = ((b >>> 0) + 0.5) / 2 ** 32;
    grid[Math.floor(x[i]! * GRID) * GRID + Math.floor(y[i]! * GRID)]!++;
    lowBitsAgree += ~(a ^ b) & 1;
    topBitsAgree += ~(a ^ b) >>> 31;
  }
  const agreementZ = (agreeing: number): number => (2 * agreeing - pairs) / Math.sqrt(pairs);
  const scores = [correlationZ(x, y), chiSquareZ(grid), agreementZ(lowBitsAgree), agreementZ(topBitsAgree)];
  return Math.max(...scores.map(Math.abs));
}
