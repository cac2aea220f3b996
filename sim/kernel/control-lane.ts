import { assert } from './assert.ts';

/**
 * The few things that are done to a running system from outside it: faults, interventions, changed parameters, actions
 * triggered by a condition. They are kept beside the event queue because all those of one instant run before any model
 * event of that instant, however and whenever they were inserted. An intervention made live, the same one replayed, and
 * the same one written in the scenario file are then the same run.
 */
export class ControlLane {
  /** Instant of the next entry in nanoseconds; Infinity when there is none. Kept as a field: read once per event. */
  next = Infinity;

  readonly #entries: { readonly at: number; readonly action: number }[] = [];

  get size(): number {
    return this.#entries.length;
  }

  /**
   * Adds an entry, behind those of the same instant.
   * @param at virtual time in nanoseconds   @param action what to do, in the caller's own numbering
   */
  insert(at: number, action: number): void {
    assert(Number.isSafeInteger(at), 'a control entry needs an instant in whole nanoseconds');
    const entries = this.#entries;
    let place = entries.length;
    while (place > 0 && entries[place - 1]!.at > at) place--;
    entries.splice(place, 0, { at, action });
    this.next = entries[0]!.at;
  }

  /** Instant of the next entry in nanoseconds; Infinity when there is none. */
  peek(): number {
    return this.next;
  }

  /** Removes the first entry, which must be due at `at`, and returns its action. */
  take(at: number): number {
    assert(at === this.next, 'a control entry is taken at its own instant');
    const entry = this.#entries.shift();
    assert(entry !== undefined, 'the control lane is empty');
    this.next = this.#entries[0]?.at ?? Infinity;
    return entry.action;
  }
}
