/** Numbers for things that come and go, so that a tag can name one; a number that came back is given out again. */
export class Slots<T> {
  readonly #items: (T | null)[] = [];
  readonly #free: number[] = [];

  /** @returns the number of the item */
  add(item: T): number {
    const slot = this.#free.pop() ?? this.#items.length;
    this.#items[slot] = item;
    return slot;
  }

  get(slot: number): T {
    return this.#items[slot]!;
  }

  remove(slot: number): void {
    this.#items[slot] = null;
    this.#free.push(slot);
  }
}
