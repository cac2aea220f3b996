/** Counts how often each item has been changed, for optimistic locking. Items are small numbers; memory follows the largest seen. */
export class ItemVersions {
  #versions = new Int32Array(64);

  of(item: number): number {
    return item < this.#versions.length ? this.#versions[item]! : 0;
  }

  /** Changes an item. @returns false when it is no longer the version that the caller has read; nothing is changed then */
  advance(item: number, version: number): boolean {
    if (this.of(item) !== version) return false;
    if (item >= this.#versions.length) this.#grow(item + 1);
    this.#versions[item] = version + 1;
    return true;
  }

  #grow(items: number): void {
    const versions = new Int32Array(Math.max(items, 2 * this.#versions.length));
    versions.set(this.#versions);
    this.#versions = versions;
  }
}
