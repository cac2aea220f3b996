import { assert } from './assert.ts';

/*
 * One record is 32 bytes of one growing buffer: its time as a double, then six int32. Records are numbered from 1; the
 * number 0 ends lists, so that fresh (zeroed) memory is an empty queue.
 */
const NEXT = 2;
const PREVIOUS = 3;
const SLOT = 4;
const TARGET = 5;
const ARGUMENT = 6;
const FREE = -1;
const FIRST_CAPACITY = 256;

/*
 * Slots of all levels share one numbering, in the order of their time: the lowest slot that is not empty holds the next
 * event. Each level starts at a multiple of 1,024, the reach of one word of the summary.
 */
const OPEN = 0; //        1,024 slots of 1 ns: the slot of level 0 that is being read, opened up
const LEVEL_0 = 1024; //  4,096 slots of 1,024 ns
const LEVEL_1 = 5120; //  4,096 slots of 4.2 ms
const LEVEL_2 = 9216; //     64 slots of 17.2 s: one epoch of 18 minutes
const FAR = 10240; //     8,192 slots of one epoch each: all instants below 2^53 ns
const FAR_SLOTS_AT_FIRST = 32;

const TICK_NS = 1024;
const TICKS_PER_NS = 1 / TICK_NS;
const EPOCH_NS = 0x10000000000;
const EPOCHS_PER_NS = 1 / EPOCH_NS;

/**
 * The future events of a simulation: a hierarchical timing wheel over integer nanoseconds up to 2^53 - 1.
 *
 * Scheduling, cancelling and reading cost O(1) each: an event is linked into the list of one slot, and moves at most four
 * times to a finer one as its time comes near. Events of one instant come out in the order in which they were scheduled.
 * That needs no sequence numbers: at any moment all events of one instant are in the same list, and lists keep their order
 * when they are moved. Nothing is ever sorted or scanned, so that 100,000 events at one instant, or at two instants a few
 * nanoseconds apart, cost no more per event than a few. Nothing is allocated per event.
 *
 * After the hierarchical timing wheels of Varghese and Lauck (1987).
 */
export class EventQueue {
  /** Time of the event that `pop` returned last, in nanoseconds. */
  time = 0.5;
  /** What that event is addressed to: `component << 8 | kind`. */
  target = 0;
  /** That event's argument. */
  a = 0;
  /** Number of events scheduled and neither popped nor cancelled. */
  size = 0;

  #times: Float64Array;
  #words: Int32Array;
  #free = 0;
  #used = 1;

  /** First and last record of slot s, at [2 * s] and [2 * s + 1]. */
  #ends = new Int32Array(2 * FAR);
  /** One bit per slot: not empty. */
  #filled = new Int32Array(FAR / 32);
  /** One bit per word of `#filled`: not zero. */
  #summary = new Int32Array(FAR / 1024);
  /** One bit per word of `#summary`, without those of the far level: not zero. */
  #top = 0;

  /** Start of the epoch in which the queue is being read, in nanoseconds. */
  #epoch = 0.5;
  /** The tick in which the queue is being read, counted from the epoch's start. All earlier ticks are empty. */
  #cursor = 0;
  /** No event may be scheduled before this instant: the event popped last, or a later limit at which `pop` stopped. */
  #floor = 0.5;

  /* Arguments of `#insert` and `#advance`. V8 boxes a large double that is passed to a function which it does not inline. */
  #at = 0.5;
  #limit = 0.5;

  constructor() {
    const buffer = new ArrayBuffer(FIRST_CAPACITY * 32);
    this.#times = new Float64Array(buffer);
    this.#words = new Int32Array(buffer);
    this.time = 0;
    this.#epoch = 0;
    this.#floor = 0;
  }

  /**
   * Schedules an event.
   * @param at virtual time in whole nanoseconds, at most 2^53 - 1; not before the event popped last, nor before a limit at
   *   which `pop` has stopped
   * @param target `component << 8 | kind`   @param a any int32; below 2^30 in absolute value it is never boxed
   * @returns a handle for `cancel`, a small integer above 0, valid until the event is popped or cancelled
   */
  schedule(at: number, target: number, a: number): number {
    this.#at = at;
    return this.#insert(target, a);
  }

  /** Removes an event that is still to come. Nothing of it stays behind. */
  cancel(handle: number): void {
    const slot = this.#words[(handle << 3) + SLOT];
    assert(slot !== undefined && slot !== FREE && handle > 0, 'only an event that is still to come can be cancelled');
    this.#unlink(handle, slot);
    this.#release(handle);
  }

  /** When an event that is still to come is due, in nanoseconds. */
  dueAt(handle: number): number {
    return this.#times[handle << 2]!;
  }

  /**
   * Removes the next event and shows it in `time`, `target` and `a`, if its time is before `limit`. Otherwise returns
   * false and moves nothing, so that events may still be scheduled from `limit` on.
   * @param limit virtual time in nanoseconds; Infinity for no limit
   */
  pop(limit: number): boolean {
    this.#limit = limit;
    return this.#advance();
  }

  #insert(target: number, a: number): number {
    const at = this.#at;
    assert(at >= this.#floor, 'an event cannot be scheduled in the past');
    assert(Math.floor(at) === at && at <= Number.MAX_SAFE_INTEGER, 'an event needs an instant in whole nanoseconds');
    const record = this.#allocate();
    this.#times[record << 2] = at;
    this.#words[(record << 3) + TARGET] = target;
    this.#words[(record << 3) + ARGUMENT] = a;
    this.#append(record, this.#slotOf(record));
    this.size++;
    return record;
  }

  #advance(): boolean {
    const limit = this.#limit;
    while (this.size > 0) {
      const slot = this.#firstFilled();
      const record = this.#ends[2 * slot]!;
      const at = this.#times[record << 2]!;
      if (slot < LEVEL_0 || this.#words[(record << 3) + NEXT] === 0) {
        // In the first slot that is not empty, a lone event needs no finer slot to be known as the next of all.
        if (at >= limit) return this.#refuse();
        this.#unlink(record, slot);
        this.time = this.#floor = at;
        this.target = this.#words[(record << 3) + TARGET]!;
        this.a = this.#words[(record << 3) + ARGUMENT]!;
        this.#release(record);
        return true;
      }
      if (!this.#enter(slot)) return this.#refuse();
    }
    return this.#refuse();
  }

  /** Notes that nothing before the limit is left. Always false, for the caller to return. */
  #refuse(): false {
    if (this.#limit > this.#floor && this.#limit < Infinity) this.#floor = this.#limit;
    return false;
  }

  /** Moves the cursor to the start of a slot and its events to finer slots, unless it starts at the limit or later. */
  #enter(slot: number): boolean {
    const epoch = slot >= FAR ? (slot - FAR) * EPOCH_NS : this.#epoch;
    const tick = this.#startTickOf(slot);
    if (epoch + tick * TICK_NS >= this.#limit) return false;
    this.#epoch = epoch;
    this.#cursor = tick;

    // In the order of the list, so that ties stay in order.
    let record = this.#ends[2 * slot]!;
    this.#ends[2 * slot] = 0;
    this.#ends[2 * slot + 1] = 0;
    this.#markEmpty(slot);
    while (record !== 0) {
      const next = this.#words[(record << 3) + NEXT]!;
      this.#append(record, this.#slotOf(record));
      record = next;
    }
    return true;
  }

  /** The first tick of a slot that lies ahead, counted from its epoch's start. */
  #startTickOf(slot: number): number {
    if (slot >= FAR) return 0;
    if (slot >= LEVEL_2) return (slot - LEVEL_2) << 24;
    if (slot >= LEVEL_1) return (this.#cursor & ~0xffffff) | ((slot - LEVEL_1) << 12);
    return (this.#cursor & ~0xfff) | (slot - LEVEL_0);
  }

  /** The slot in which an event belongs, as seen from the cursor. */
  #slotOf(record: number): number {
    const ahead = this.#times[record << 2]! - this.#epoch;
    if (ahead >= EPOCH_NS) return this.#farSlotOf(record);
    const tick = (ahead * TICKS_PER_NS) | 0;
    const differing = tick ^ this.#cursor;
    if (differing === 0) return OPEN + ((ahead - tick * TICK_NS) | 0);
    if (differing < 0x1000) return LEVEL_0 + (tick & 0xfff);
    if (differing < 0x1000000) return LEVEL_1 + ((tick >> 12) & 0xfff);
    return LEVEL_2 + (tick >> 24);
  }

  #farSlotOf(record: number): number {
    const slot = FAR + Math.floor(this.#times[record << 2]! * EPOCHS_PER_NS);
    if (2 * slot >= this.#ends.length) this.#growFarLevel(slot);
    return slot;
  }

  #append(record: number, slot: number): void {
    const words = this.#words;
    const ends = this.#ends;
    const last = ends[2 * slot + 1]!;
    words[(record << 3) + NEXT] = 0;
    words[(record << 3) + PREVIOUS] = last;
    words[(record << 3) + SLOT] = slot;
    ends[2 * slot + 1] = record;
    if (last !== 0) {
      words[(last << 3) + NEXT] = record;
    } else {
      ends[2 * slot] = record;
      this.#markFilled(slot);
    }
  }

  #unlink(record: number, slot: number): void {
    const words = this.#words;
    const ends = this.#ends;
    const next = words[(record << 3) + NEXT]!;
    const previous = words[(record << 3) + PREVIOUS]!;
    if (next !== 0) words[(next << 3) + PREVIOUS] = previous;
    else ends[2 * slot + 1] = previous;
    if (previous !== 0) words[(previous << 3) + NEXT] = next;
    else ends[2 * slot] = next;
    if (next === 0 && previous === 0) this.#markEmpty(slot);
  }

  #firstFilled(): number {
    const top = this.#top;
    const group = top !== 0 ? lowestBit(top) : this.#firstFarGroup();
    const word = (group << 5) | lowestBit(this.#summary[group]!);
    return (word << 5) | lowestBit(this.#filled[word]!);
  }

  /** Read once per epoch at most, and most systems live in one or two. */
  #firstFarGroup(): number {
    let group = FAR >> 10;
    while (this.#summary[group] === 0) group++;
    return group;
  }

  #markFilled(slot: number): void {
    this.#filled[slot >> 5]! |= 1 << slot;
    this.#summary[slot >> 10]! |= 1 << (slot >> 5);
    if (slot < FAR) this.#top |= 1 << (slot >> 10);
  }

  #markEmpty(slot: number): void {
    if ((this.#filled[slot >> 5]! &= ~(1 << slot)) !== 0) return;
    if ((this.#summary[slot >> 10]! &= ~(1 << (slot >> 5))) !== 0) return;
    if (slot < FAR) this.#top &= ~(1 << (slot >> 10));
  }

  #allocate(): number {
    const record = this.#free;
    if (record !== 0) {
      this.#free = this.#words[(record << 3) + NEXT]!;
      return record;
    }
    if (this.#used << 3 === this.#words.length) this.#growRecords();
    return this.#used++;
  }

  #release(record: number): void {
    this.#words[(record << 3) + SLOT] = FREE;
    this.#words[(record << 3) + NEXT] = this.#free;
    this.#free = record;
    this.size--;
  }

  #growRecords(): void {
    const buffer = new ArrayBuffer(2 * this.#words.byteLength);
    const words = new Int32Array(buffer);
    words.set(this.#words);
    this.#words = words;
    this.#times = new Float64Array(buffer);
  }

  /** Makes room for far slots up to `slot`, and as many again. Few runs ever look further ahead than an hour. */
  #growFarLevel(slot: number): void {
    let slots = FAR_SLOTS_AT_FIRST;
    while (FAR + slots <= slot) slots *= 2;
    this.#ends = enlarged(this.#ends, 2 * (FAR + slots));
    this.#filled = enlarged(this.#filled, (FAR + slots) >> 5);
    this.#summary = enlarged(this.#summary, (FAR + slots + 1023) >> 10);
  }
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

function enlarged(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}
