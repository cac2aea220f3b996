/**
 * Randomness addressed by keys instead of drawn from a sequence.
 *
 * A key is 64 bits: two int32 in an Int32Array slab, at [2 * slot] and [2 * slot + 1]. Full 32-bit words never live in
 * object fields, because engines with 31-bit small integers would box them. A key names one thing in one run (a request,
 * a send, a component); its children are named by words, and its draws by purposes. A draw therefore depends on what it
 * is for and on nothing else: not on how many draws came before it, in which order, or in which variant of a system.
 *
 * `childKey` is a three-round Feistel network over the public 32-bit mix of Ellis ("lowbias32"), so that for one word no
 * two keys have the same child. A draw is two rounds of the mix.
 */
import seedrandom from 'seedrandom';

const GOLDEN = 0x9e3779b1;
const ROUND = 0x5bf03635;
const LOW_30_BITS = 0x3fffffff;
const TWO_TO_MINUS_32 = 1 / 0x100000000;
const TWO_TO_MINUS_52 = 1 / 0x10000000000000;

/** A bijection on 32 bits in which each input bit flips each output bit with probability close to one half. */
export function mix(x: number): number {
  x ^= x >>> 16;
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  return x ^ (x >>> 16);
}

/**
 * Writes the child of key `from` that is named by the int32 `word` to slot `to`; the two slots may be the same.
 * @param word an arrival number, a call site's `addressHash`, the ordinal of a send, ...
 */
export function childKey(keys: Int32Array, to: number, from: number, word: number): void {
  let a = keys[2 * from]!;
  let b = keys[2 * from + 1]!;
  b ^= mix(a + word);
  a ^= mix(b + Math.imul(word, GOLDEN));
  b ^= mix(a ^ ROUND);
  keys[2 * to] = a;
  keys[2 * to + 1] = b;
}

/**
 * 32 random bits, as an int32, for one purpose of the key in slot `at`.
 * @param purpose a `purposeOf` constant, plus the number of the draw (0..255) where one quantity needs several.
 */
export function drawBits(keys: Int32Array, at: number, purpose: number): number {
  return mix(mix(keys[2 * at]! + Math.imul(purpose, GOLDEN)) + keys[2 * at + 1]!);
}

/** A uniform number with 32 random bits, strictly between 0 and 1. See `drawBits` for the arguments. */
export function uniform(keys: Int32Array, at: number, purpose: number): number {
  return ((drawBits(keys, at, purpose) >>> 0) + 0.5) * TWO_TO_MINUS_32;
}

/** A uniform number with 52 random bits, strictly between 0 and 1, for the rare use that looks far into a tail. */
export function uniform53(keys: Int32Array, at: number, purpose: number): number {
  let a = keys[2 * at]!;
  let b = keys[2 * at + 1]!;
  b ^= mix(a + purpose);
  a ^= mix(b + Math.imul(purpose, GOLDEN));
  b ^= mix(a ^ ROUND);
  // One bit short of a double's 53, so that adding one half to the integer is exact and 1 is never reached.
  return ((a >>> 6) * 0x4000000 + (b >>> 6) + 0.5) * TWO_TO_MINUS_52;
}

/**
 * Writes the key of a whole run to slot `to`.
 * @param seed the scalar's source text. A number and its text are two different seeds to seedrandom, yet `seed: 7` in a
 *   file and `--seed 7` on the command line must mean the same world: numbers are therefore turned into text.
 */
export function writeRunKey(keys: Int32Array, to: number, seed: string | number): void {
  const text = String(seed);
  const generator = seedrandom(text);
  keys[2 * to] = generator.int32();
  keys[2 * to + 1] = generator.int32();
  // seedrandom repeats a short text until it fills its state, so that it takes 1, 11 and 111 for one seed.
  absorbAddress(keys, to, to, text);
}

/**
 * Writes to slot `to` the key that `address` names under key `from`. Costs one child per character: for set-up, not for
 * the hot path.
 */
export function absorbAddress(keys: Int32Array, to: number, from: number, address: string): void {
  keys[2 * to] = keys[2 * from]!;
  keys[2 * to + 1] = keys[2 * from + 1]!;
  for (let i = 0; i < address.length; i++) childKey(keys, to, to, address.charCodeAt(i));
  // Without a negative word at the end, request number 50 of `api` would have the key of an entity called `api2`.
  childKey(keys, to, to, ~address.length);
}

/** The word by which a call site or an entity is named under its owner: a hash of its address, 30 bits, never negative. */
export function addressHash(address: string): number {
  const scratch = new Int32Array(2);
  absorbAddress(scratch, 0, 0, address);
  return (scratch[0]! ^ scratch[1]!) & LOW_30_BITS;
}

/**
 * The number by which draws for one purpose are told apart from draws of the same key for any other; to be computed
 * once, at start-up. Never negative, below 2^30, its low 8 bits zero: they number the draws of one quantity.
 */
export function purposeOf(name: string): number {
  return addressHash(name) & ~0xff;
}
