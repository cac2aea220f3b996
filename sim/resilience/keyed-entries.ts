/** What an entry of a table by key carries for the table; a pattern adds what it keeps for the key. */
export interface Keyed<E> {
  key: number;
  /** The next entry of the same bucket. */
  chained: E | null;
  /** Neighbours in the order of last use, for entries that may be thrown out. */
  older: E | null;
  newer: E | null;
  /** May be thrown out when the table is full. */
  isIdle: boolean;
}

const BUCKETS_MIN = 16;

/**
 * Entries by key, at most so many; when there is no room, the idle entry that was used least recently goes. Entries that
 * are not idle, such as those of work under way, stay whatever the limit. Entries are pooled: memory grows to the largest
 * number that was ever held, and then nothing is allocated any more.
 */
export class KeyedEntries<E extends Keyed<E>> {
  readonly #max: number;
  readonly #make: () => E;
  #buckets: (E | null)[] = Array.from({ length: BUCKETS_MIN }, () => null);
  readonly #free: E[] = [];
  #oldest: E | null = null;
  #newest: E | null = null;
  size = 0;

  constructor(max: number, make: () => E) {
    this.#max = max;
    this.#make = make;
  }

  find(key: number): E | null {
    let entry = this.#buckets[this.#bucketOf(key)] as E | null;
    while (entry !== null && entry.key !== key) entry = entry.chained;
    return entry;
  }

  /** Adds an entry for a key that has none. It is not idle, and of what the pattern keeps nothing is set. */
  add(key: number): E {
    if (this.size >= this.#max && this.#oldest !== null) this.remove(this.#oldest);
    if (this.size === this.#buckets.length) this.#grow();
    const entry = this.#free.pop() ?? this.#make();
    const bucket = this.#bucketOf(key);
    entry.key = key;
    entry.chained = this.#buckets[bucket]!;
    entry.isIdle = false;
    this.#buckets[bucket] = entry;
    this.size++;
    return entry;
  }

  /** The entry has just been used, and may be thrown out from now on. */
  rest(entry: E): void {
    if (entry.isIdle) this.#unlist(entry);
    entry.isIdle = true;
    entry.older = this.#newest;
    entry.newer = null;
    if (this.#newest === null) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
  }

  /** The entry must stay until it rests again. */
  hold(entry: E): void {
    if (entry.isIdle) this.#unlist(entry);
    entry.isIdle = false;
  }

  remove(entry: E): void {
    if (entry.isIdle) this.#unlist(entry);
    const bucket = this.#bucketOf(entry.key);
    let before = this.#buckets[bucket]!;
    if (before === entry) this.#buckets[bucket] = entry.chained;
    else {
      while (before.chained !== entry) before = before.chained!;
      before.chained = entry.chained;
    }
    entry.chained = null;
    this.size--;
    this.#free.push(entry);
  }

  #unlist(entry: E): void {
    if (entry.older === null) this.#oldest = entry.newer;
    else entry.older.newer = entry.newer;
    if (entry.newer === null) this.#newest = entry.older;
    else entry.newer.older = entry.older;
  }

  /** Keys are whole numbers below 2^53; their two halves are stirred together. */
  #bucketOf(key: number): number {
    let bits = (key % 0x100000000 | 0) ^ Math.imul((key / 0x100000000) | 0, 0x9e3779b1);
    bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
    bits ^= bits >>> 15;
    return bits & (this.#buckets.length - 1);
  }

  #grow(): void {
    const old = this.#buckets;
    this.#buckets = Array.from({ length: old.length * 2 }, () => null);
    for (let entry of old) {
      while (entry !== null) {
        const next: E | null = entry.chained;
        const bucket = this.#bucketOf(entry.key);
        entry.chained = this.#buckets[bucket]!;
        this.#buckets[bucket] = entry;
        entry = next;
      }
    }
  }
}
