/**
 * The yardstick: a well-made priority queue of the usual kind. A 4-ary heap over typed arrays, ordered by time and then by
 * insertion, without cancellation. It runs in the same process as the queue that is measured, so that only the ratio counts.
 */
export class FourAryHeap {
  time = 0.5;
  target = 0;
  a = 0;
  size = 0;

  #serial = 0;
  #times = new Float64Array(256);
  #serials = new Float64Array(256);
  #targets = new Int32Array(256);
  #arguments = new Int32Array(256);

  schedule(at: number, target: number, a: number): void {
    if (this.size === this.#times.length) this.#grow();
    const times = this.#times;
    // The new event has the highest serial number, so that it passes its parents only by an earlier time.
    let place = this.size++;
    while (place > 0) {
      const parent = (place - 1) >> 2;
      if (times[parent]! <= at) break;
      this.#move(parent, place);
      place = parent;
    }
    times[place] = at;
    this.#serials[place] = this.#serial++;
    this.#targets[place] = target;
    this.#arguments[place] = a;
  }

  pop(limit: number): boolean {
    if (this.size === 0 || this.#times[0]! > limit) return false;
    this.time = this.#times[0]!;
    this.target = this.#targets[0]!;
    this.a = this.#arguments[0]!;
    const last = --this.size;
    const times = this.#times;
    const serials = this.#serials;
    const at = times[last]!;
    const serial = serials[last]!;
    let place = 0;
    for (;;) {
      const firstChild = 4 * place + 1;
      if (firstChild >= last) break;
      const pastChildren = Math.min(firstChild + 4, last);
      let least = firstChild;
      for (let child = firstChild + 1; child < pastChildren; child++) {
        if (times[child]! < times[least]! || (times[child] === times[least] && serials[child]! < serials[least]!)) least = child;
      }
      if (at < times[least]! || (at === times[least] && serial < serials[least]!)) break;
      this.#move(least, place);
      place = least;
    }
    this.#move(last, place);
    return true;
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from]!;
    this.#serials[to] = this.#serials[from]!;
    this.#targets[to] = this.#targets[from]!;
    this.#arguments[to] = this.#arguments[from]!;
  }

  #grow(): void {
    const length = 2 * this.#times.length;
    this.#times = copyInto(new Float64Array(length), this.#times);
    this.#serials = copyInto(new Float64Array(length), this.#serials);
    this.#targets = copyInto(new Int32Array(length), this.#targets);
    this.#arguments = copyInto(new Int32Array(length), this.#arguments);
  }
}

function copyInto<T extends Float64Array | Int32Array>(to: T, from: T): T {
  to.set(from);
  return to;
}
