interface NaiveEvent {
  readonly at: number;
  readonly target: number;
  readonly a: number;
}

/** The event queue as one would explain it: look through all events for the earliest, first come first out. */
export class NaiveQueue {
  time = 0;
  target = 0;
  a = 0;
  readonly #events: NaiveEvent[] = [];

  get size(): number {
    return this.#events.length;
  }

  schedule(at: number, target: number, a: number): NaiveEvent {
    const event = { at, target, a };
    this.#events.push(event);
    return event;
  }

  cancel(event: NaiveEvent): void {
    this.#events.splice(this.#events.indexOf(event), 1);
  }

  pop(limit: number): boolean {
    let first: NaiveEvent | undefined;
    for (const event of this.#events) if (first === undefined || event.at < first.at) first = event;
    if (first === undefined || first.at >= limit) return false;
    this.cancel(first);
    this.time = first.at;
    this.target = first.target;
    this.a = first.a;
    return true;
  }
}
