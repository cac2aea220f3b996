/*
 * Goal: the timing wheel is a priority queue that keeps the order of ties, whatever is scheduled, cancelled and held back.
 * Method: the same operations on the wheel and on a queue too simple to be wrong; then sizes at which only the order can
 * be checked; then the cases at which wheels are known to break.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventQueue } from '../../sim/kernel/event-queue.ts';
import { property, scaled } from '../support/random-cases.ts';
import { NaiveQueue } from './naive-queue.ts';

const TICK_NS = 1024;
const WINDOW_NS = 2 ** 22;
const SECOND_LEVEL_NS = 2 ** 34;
const EPOCH_NS = 2 ** 40;
const LAST = Number.MAX_SAFE_INTEGER;

type Operation =
  | { readonly kind: 'schedule'; readonly ahead: number }
  | { readonly kind: 'cancel'; readonly which: number }
  | { readonly kind: 'pop'; readonly ahead: number };

/** Distances in time that fall on, just before and just after the edges of every level. */
const ahead = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0, 0, 0, 1, 2) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 3 * TICK_NS }) },
  fc.tuple(fc.constantFrom(TICK_NS, WINDOW_NS, SECOND_LEVEL_NS, EPOCH_NS), fc.integer({ min: -2, max: 2 })).map(([edge, by]) => edge + by),
  fc.integer({ min: 0, max: 20_000 }),
  fc.integer({ min: 0, max: 5 * WINDOW_NS }),
  fc.integer({ min: 0, max: 5 * SECOND_LEVEL_NS }),
  fc.integer({ min: 0, max: 5 * EPOCH_NS }),
  fc.maxSafeNat(),
);

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('schedule' as const), ahead }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pop' as const), ahead: fc.oneof(ahead, fc.constant(Infinity)) }) },
);

describe('beside the naive queue', () => {
  property('any few operations give the same events in the same order', [fc.array(operation, { maxLength: 120 })], compare, 1500);

  test('long random schedules with many ties, cancels and limits give the same events in the same order', () => {
    const reaches = [0, 1, 3, 63, 500, 5000, WINDOW_NS, 10 * WINDOW_NS, SECOND_LEVEL_NS, 10 * SECOND_LEVEL_NS, EPOCH_NS, 20 * EPOCH_NS, LAST];
    for (let seed = 1; seed <= scaled(60); seed++) {
      const random = lcg(seed);
      const operations: Operation[] = [];
      for (let i = 0; i < 2500; i++) {
        const reach = reaches[random(reaches.length)]!;
        const kind = random(10);
        if (kind < 5) operations.push({ kind: 'schedule', ahead: random(reach + 1) });
        else if (kind < 6) operations.push({ kind: 'cancel', which: random(1000) });
        else operations.push({ kind: 'pop', ahead: kind < 8 ? Infinity : random(reach + 1) });
      }
      compare(operations);
    }
  });
});

describe('at size', () => {
  test('a million events, a third of them cancelled, come out in time order and ties in insertion order', () => {
    const random = lcg(7);
    const queue = new EventQueue();
    const expected: { readonly at: number; readonly a: number }[] = [];
    const handles: number[] = [];
    for (let a = 0; a < scaled(1_000_000); a++) {
      const at = random(3) === 0 ? random(1000) * 1_000_000 : random(2 ** 40);
      handles.push(queue.schedule(at, 0, a));
      expected.push({ at, a });
    }
    const kept = expected.filter(({ a }) => a % 3 !== 1);
    for (const { a } of expected) if (a % 3 === 1) queue.cancel(handles[a]!);
    kept.sort((x, y) => x.at - y.at || x.a - y.a);
    expect(queue.size).toBe(kept.length);
    const wrong = kept.findIndex(({ at, a }) => !queue.pop(Infinity) || queue.time !== at || queue.a !== a);
    expect(wrong).toBe(-1);
    expect(queue.pop(Infinity)).toBe(false);
    expect(queue.size).toBe(0);
  });

  test('bursts of 100,000 at one instant and at one a few nanoseconds earlier stay in order and take linear time', () => {
    const at = 5 * SECOND_LEVEL_NS + 37;
    const queue = new EventQueue();
    // The later instant first: a list kept sorted by walking back would take 10^10 steps here.
    for (let a = 0; a < 100_000; a++) queue.schedule(at + 20, 1, a);
    for (let a = 0; a < 100_000; a++) queue.schedule(at, 0, a);
    let wrong = 0;
    for (let a = 0; a < 100_000; a++) {
      if (!queue.pop(at + 1) || queue.time !== at || queue.a !== a) wrong++;
      // Followers without delay, while both bursts are open.
      queue.schedule(at, 2, a);
    }
    for (let a = 0; a < 100_000; a++) if (!queue.pop(at + 1) || queue.target !== 2 || queue.a !== a) wrong++;
    expect(queue.pop(at + 20)).toBe(false);
    for (let a = 0; a < 100_000; a++) if (!queue.pop(at + 21) || queue.target !== 1 || queue.a !== a) wrong++;
    expect(wrong).toBe(0);
    expect(queue.size).toBe(0);
  });

  test('ten million timers set and cancelled leave no memory behind', () => {
    const queue = new EventQueue();
    const handles = Array.from({ length: 100 }, (_, i) => queue.schedule(1_000_000_000 + i, 0, i));
    let highest = 0;
    const renewals = scaled(10_000_000);
    for (let i = 0; i < renewals; i++) {
      queue.cancel(handles[i % 100]!);
      handles[i % 100] = queue.schedule(1_000_000_000 + i, 0, i);
      highest = Math.max(highest, handles[i % 100]!);
    }
    expect(queue.size).toBe(100);
    expect(highest).toBeLessThanOrEqual(100);
  });
});

describe('known to break wheels', () => {
  test('an event inserted before the one that a limit held back comes out first', () => {
    const queue = new EventQueue();
    queue.schedule(5_000_000, 1, 1);
    queue.schedule(5_000_000, 1, 2);
    expect(queue.pop(2000)).toBe(false);
    queue.schedule(2000, 2, 3);
    expect(drain(queue)).toEqual([3, 1, 2]);
  });

  test('ties stay in order when one was scheduled from another epoch, another slot of the second level and another window', () => {
    const queue = new EventQueue();
    const at = 3 * EPOCH_NS + 2 * SECOND_LEVEL_NS + 3 * WINDOW_NS + 5;
    queue.schedule(at, 0, 0);
    const approaches = [2 * EPOCH_NS, 3 * EPOCH_NS + 1, at - SECOND_LEVEL_NS, at - WINDOW_NS, at - TICK_NS, at - 1];
    for (const [i, now] of approaches.entries()) {
      queue.schedule(now, 1, -1);
      expect(queue.pop(now + 1)).toBe(true);
      queue.schedule(at, 0, i + 1);
    }
    expect(drain(queue)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test('the last instant of all can be used', () => {
    const queue = new EventQueue();
    queue.schedule(LAST, 0, 2);
    queue.schedule(LAST - 1, 0, 1);
    queue.schedule(LAST, 0, 3);
    expect(queue.pop(LAST - 1)).toBe(false);
    expect(drain(queue)).toEqual([1, 2, 3]);
    expect(queue.time).toBe(LAST);
  });

  test('what cannot be meant is refused', () => {
    const queue = new EventQueue();
    const handle = queue.schedule(100, 0, 0);
    expect(queue.pop(101)).toBe(true);
    expect(() => queue.schedule(99, 0, 0)).toThrow('past');
    expect(() => queue.cancel(handle)).toThrow('still to come');
    expect(() => queue.cancel(0)).toThrow('still to come');
    expect(() => queue.schedule(100.5, 0, 0)).toThrow('whole nanoseconds');
    expect(() => queue.schedule(NaN, 0, 0)).toThrow('past');
    expect(() => queue.schedule(2 ** 53, 0, 0)).toThrow('whole nanoseconds');
    for (const limit of [500, 600]) {
      expect(queue.pop(limit)).toBe(false);
      expect(() => queue.schedule(limit - 1, 0, 0)).toThrow('past');
      queue.schedule(1000, 0, 0);
    }
    expect(queue.schedule(600, 0, 0)).toBeGreaterThan(0);
  });
});

/** Runs the operations on both queues and then empties them; throws at the first difference. */
function compare(operations: readonly Operation[]): void {
  const wheel = new EventQueue();
  const naive = new NaiveQueue();
  const pending: { readonly handle: number; readonly event: ReturnType<NaiveQueue['schedule']> }[] = [];
  let now = 0;
  let serial = 0;

  const popBoth = (limit: number): boolean => {
    const popped = naive.pop(limit);
    if (wheel.pop(limit) !== popped) throw new Error(`pop(${limit}) should have returned ${popped}`);
    if (!popped) return false;
    const got = [wheel.time, wheel.target, wheel.a].join();
    const wanted = [naive.time, naive.target, naive.a].join();
    if (got !== wanted) throw new Error(`popped ${got} instead of ${wanted}`);
    pending.splice(pending.findIndex(({ event }) => event.a === naive.a), 1);
    return true;
  };

  for (const operation of operations) {
    if (operation.kind === 'schedule') {
      const at = Math.min(now + operation.ahead, LAST);
      const target = (at % 1000) << 8;
      pending.push({ handle: wheel.schedule(at, target, serial), event: naive.schedule(at, target, serial) });
      serial++;
    } else if (operation.kind === 'cancel') {
      if (pending.length === 0) continue;
      const [{ handle, event }] = pending.splice(operation.which % pending.length, 1) as [typeof pending[number]];
      wheel.cancel(handle);
      naive.cancel(event);
    } else {
      const limit = now + operation.ahead;
      const bounded = limit > LAST ? Infinity : limit;
      if (popBoth(bounded)) now = naive.time;
      else if (bounded !== Infinity) now = bounded;
    }
    if (wheel.size !== naive.size) throw new Error(`size ${wheel.size} instead of ${naive.size}`);
  }
  while (popBoth(Infinity));
}

/** Pops everything and returns the arguments in their order. */
function drain(queue: EventQueue): number[] {
  const popped: number[] = [];
  while (queue.pop(Infinity)) popped.push(queue.a);
  return popped;
}

/** A small generator for test data: whole numbers below `bound`, up to 2^53. */
function lcg(seed: number): (bound: number) => number {
  let state = seed;
  const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
  return (bound) => Math.floor(((next() * 2 ** 21 + (next() >>> 11)) / 2 ** 53) * bound);
}
