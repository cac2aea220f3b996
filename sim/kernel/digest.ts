const C1 = 0x9e3779b1;
const C2 = 0x85ebca77;
const C3 = 0xc2b2ae3d;
const C4 = 0x27d4eb2f;
const C5 = 0x165667b1;
const TWO_TO_MINUS_32 = 1 / 0x100000000;

/**
 * A rolling fingerprint of 64 bits over a sequence of small records.
 *
 * Two int32 lanes, each multiplied and rotated per record and then crossed. The rotations matter: a top bit never leaves
 * the top bit under multiplication alone, which makes word-wise FNV-1a collide on almost every second small edit.
 * The multipliers are the odd primes of xxHash.
 */
export class Digest {
  readonly #lanes = new Int32Array(2);
  /** Argument of `#mixIn`. V8 boxes a large double that is passed to a function which it does not inline. */
  #time = 0.5;

  constructor() {
    this.reset();
  }

  /** Back to the fingerprint of the empty sequence. */
  reset(): void {
    this.#lanes[0] = C5;
    this.#lanes[1] = C3;
  }

  /**
   * Appends one record.
   * @param time an integer with |time| < 2^53, usually nanoseconds
   * @param k an int32, for an event `component << 8 | kind`
   * @param a an int32, for an event its argument
   */
  absorb(time: number, k: number, a: number): void {
    this.#time = time;
    this.#mixIn(k, a);
  }

  #mixIn(k: number, a: number): void {
    const lanes = this.#lanes;
    const time = this.#time;
    const low = time | 0;
    const high = (time * TWO_TO_MINUS_32) | 0;
    let p = lanes[0]!;
    let q = lanes[1]!;
    p = Math.imul(p ^ low ^ Math.imul(k, C1), C2);
    p = ((p << 15) | (p >>> 17)) + a;
    q = Math.imul(q + low + Math.imul(a, C3), C4);
    q = ((q << 13) | (q >>> 19)) ^ k ^ Math.imul(high, C5);
    lanes[0] = p ^ q;
    lanes[1] = q + Math.imul(p, C1);
  }

  /**
   * Appends one settled request: what happened to a user. All arguments but the time are int32.
   * @param settledAtNs virtual time of the settlement
   */
  absorbRequest(number: number, requestClass: number, settledAtNs: number, code: number, quality: number): void {
    this.absorb(settledAtNs, code, number);
    this.absorb(quality, requestClass, number);
  }

  /** The two lanes. */
  words(): readonly [number, number] {
    return [this.#lanes[0]!, this.#lanes[1]!];
  }

  /** Another digest that has absorbed the same. */
  copy(): Digest {
    const copy = new Digest();
    copy.#lanes.set(this.#lanes);
    return copy;
  }

  /** The fingerprint as 16 hexadecimal digits. */
  hex(): string {
    return hexWord(this.#lanes[0]!) + hexWord(this.#lanes[1]!);
  }
}

function hexWord(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
