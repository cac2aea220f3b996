/*
 * Goal: one order of events, actions and samples, whichever way the run is cut into pieces.
 * Method: scripted stories for the order within an instant; then a random system, whose handlers schedule, cancel and
 * insert actions by keyed draws, is run whole and in random pieces, and the complete diaries must be equal.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Kernel, targetOf } from '../../sim/kernel/kernel.ts';
import { childKey, drawBits, writeRunKey } from '../../sim/kernel/keys.ts';
import { cases, fuzzSeed, property } from '../support/random-cases.ts';

describe('within one instant', () => {
  test('the sample comes first, then control entries, then events, each kind in insertion order', () => {
    const { kernel, diary, schedule } = scripted(100);
    schedule(100, 1);
    schedule(100, 2);
    kernel.scheduleAction(100, 7);
    kernel.scheduleAction(100, 8);
    kernel.run(101);
    expect(diary).toEqual(['sample 100', 'act 7 @100', 'act 8 @100', 'on 1 @100', 'on 2 @100']);
  });

  test('an action that an event inserts runs before the events that are left', () => {
    const { kernel, diary, schedule, whenHandling } = scripted();
    whenHandling.set(1, () => kernel.scheduleAction(kernel.now, 9));
    schedule(50, 1);
    schedule(50, 2);
    kernel.run(Infinity);
    expect(diary).toEqual(['on 1 @50', 'act 9 @50', 'on 2 @50']);
  });

  test('effects are carried out after each event and each action, before anything else happens', () => {
    const { kernel, diary, schedule } = scripted();
    kernel.afterEvent = { drain: () => void diary.push('drain') };
    schedule(10, 1);
    schedule(10, 2);
    kernel.scheduleAction(20, 3);
    kernel.run(Infinity);
    expect(diary).toEqual(['on 1 @10', 'drain', 'on 2 @10', 'drain', 'act 3 @20', 'drain']);
  });
});

describe('the end of a run', () => {
  test('is before the events and actions of its instant, but after the sample', () => {
    const { kernel, diary, schedule } = scripted(50);
    schedule(99, 1);
    schedule(100, 2);
    expect(kernel.run(100)).toBe('reached');
    expect(kernel.now).toBe(100);
    expect(diary).toEqual(['sample 50', 'on 1 @99', 'sample 100']);
    kernel.scheduleAction(100, 5);
    kernel.run(100);
    kernel.run(101);
    expect(diary.slice(3)).toEqual(['act 5 @100', 'on 2 @100']);
  });

  test('by budget leaves the clock at the last event, and what was left is done on resumption', () => {
    const { kernel, diary, schedule } = scripted();
    for (let i = 1; i <= 5; i++) schedule(10 * i, i);
    expect(kernel.run(1000, 2)).toBe('budget');
    expect(kernel.now).toBe(20);
    expect(kernel.dispatched).toBe(2);
    schedule(20, 6);
    expect(kernel.run(1000)).toBe('reached');
    expect(kernel.now).toBe(1000);
    expect(diary).toEqual(['on 1 @10', 'on 2 @20', 'on 6 @20', 'on 3 @30', 'on 4 @40', 'on 5 @50']);
  });

  test('without a limit comes when nothing is left, and leaves the clock at the last event', () => {
    const { kernel, diary, schedule } = scripted(25);
    schedule(60, 1);
    expect(kernel.run(Infinity)).toBe('reached');
    expect(kernel.now).toBe(60);
    expect(diary).toEqual(['sample 25', 'sample 50', 'on 1 @60']);
  });

  test('cannot be in the past', () => {
    const { kernel } = scripted();
    kernel.run(100);
    expect(() => kernel.run(99)).toThrow('past');
    expect(() => kernel.scheduleAction(99, 0)).toThrow('past');
    expect(() => kernel.schedule(99, 0, 0)).toThrow('past');
  });
});

test('step runs one event or action at a time', () => {
  const { kernel, diary, schedule } = scripted(5);
  schedule(10, 1);
  kernel.scheduleAction(12, 2);
  expect(kernel.step()).toBe(true);
  expect(kernel.now).toBe(10);
  expect(kernel.step()).toBe(true);
  expect(kernel.step()).toBe(false);
  expect(diary).toEqual(['sample 5', 'sample 10', 'on 1 @10', 'act 2 @12']);
});

test('events reach the component and the kind to which they are addressed', () => {
  const kernel = new Kernel();
  const seen: string[] = [];
  for (const name of ['x', 'y', 'z']) kernel.register({ on: (kind, a) => void seen.push(`${name} ${kind} ${a}`) });
  kernel.schedule(1, targetOf(2, 255), -5);
  kernel.schedule(2, targetOf(0, 0), 2 ** 31 - 1);
  kernel.run(Infinity);
  expect(seen).toEqual(['z 255 -5', 'x 0 2147483647']);
  expect(() => targetOf(0, 256)).toThrow('8 bits');
  expect(() => targetOf(-1, 0)).toThrow('22 bits');
});

test('the dispatch digest tells two runs apart that differ in one event', () => {
  const digestOf = (a: number): string => {
    const { kernel, schedule } = scripted();
    schedule(10, 1);
    schedule(20, a);
    kernel.run(30);
    return kernel.dispatchDigest.hex();
  };
  expect(digestOf(2)).toBe(digestOf(2));
  expect(digestOf(2)).not.toBe(digestOf(3));
});

describe('cut into pieces', () => {
  const UNTIL = 20_000;

  test(`by instants, budgets and single steps, a run is the same run (FUZZ_SEED=${fuzzSeed})`, () => {
    const piece = fc.oneof(
      fc.record({ ahead: fc.nat({ max: 300 }), budget: fc.constant(Infinity) }),
      fc.record({ ahead: fc.nat({ max: 5000 }), budget: fc.nat({ max: 20 }) }),
    );
    let events = 0;
    fc.assert(
      fc.property(fc.nat({ max: 1000 }), fc.array(piece, { maxLength: 80 }), (seed, pieces) => {
        const whole = randomSystem(seed);
        whole.kernel.run(UNTIL);
        const cut = randomSystem(seed);
        for (const { ahead, budget } of pieces) cut.kernel.run(Math.min(cut.kernel.now + ahead, UNTIL), budget);
        cut.kernel.run(UNTIL);
        expect(cut.diary).toEqual(whole.diary);
        expect(cut.kernel.dispatchDigest.hex()).toBe(whole.kernel.dispatchDigest.hex());
        events += whole.diary.length;
      }),
      cases(150),
    );
    expect(events).toBeGreaterThan(cases(150).numRuns * 200);
  });

  test('step by step, a run is the same run', () => {
    const whole = randomSystem(3);
    whole.kernel.run(UNTIL);
    const stepped = randomSystem(3);
    while (stepped.kernel.step(UNTIL));
    expect(stepped.diary).toEqual(whole.diary);
  });

  property('an action inserted live is the same action written down beforehand', [fc.nat({ max: 1000 }), fc.nat({ max: UNTIL - 1 })], (seed, at) => {
    const written = randomSystem(seed);
    written.kernel.scheduleAction(at, 1000);
    written.kernel.run(UNTIL);
    const live = randomSystem(seed);
    live.kernel.run(at);
    live.kernel.scheduleAction(at, 1000);
    live.kernel.run(UNTIL);
    expect(live.kernel.dispatchDigest.hex()).toBe(written.kernel.dispatchDigest.hex());
  });
});

/** A kernel with one component that writes down what happens. */
function scripted(bucketNs = Infinity): {
  kernel: Kernel; diary: string[]; schedule: (at: number, a: number) => void; whenHandling: Map<number, () => void>;
} {
  const kernel = new Kernel(bucketNs);
  const diary: string[] = [];
  const whenHandling = new Map<number, () => void>();
  const component = kernel.register({
    on(_kind, a) {
      diary.push(`on ${a} @${kernel.now}`);
      whenHandling.get(a)?.();
    },
  });
  kernel.bucketSampler = { sample: (boundaryNs) => void diary.push(`sample ${boundaryNs}`) };
  kernel.actionHandler = { act: (action) => void diary.push(`act ${action} @${kernel.now}`) };
  return { kernel, diary, whenHandling, schedule: (at, a) => void kernel.schedule(at, targetOf(component, 0), a) };
}

/** A system of three components that schedule, cancel and insert actions as their draws say; about 1 event in 20 ns. */
function randomSystem(seed: number): { kernel: Kernel; diary: string[] } {
  const kernel = new Kernel(250);
  const diary: string[] = [];
  const keys = new Int32Array(4);
  writeRunKey(keys, 0, String(seed));
  let serial = 0;
  let timeout = 0;
  const draw = (below: number): number => {
    childKey(keys, 1, 0, serial++);
    return (drawBits(keys, 1, 0) >>> 0) % below;
  };
  const spawn = (): void => {
    if (kernel.queue.size > 50) return;
    const target = targetOf(draw(3), draw(4));
    kernel.schedule(kernel.now + (draw(3) === 0 ? 0 : draw(600)), target, serial);
  };
  for (let component = 0; component < 3; component++) {
    kernel.register({
      on(kind, a) {
        diary.push(`on ${component} ${kind} ${a} @${kernel.now}`);
        if (kind === 3 && component === 2) {
          if (a === -1) timeout = 0;
          if (timeout !== 0) kernel.cancel(timeout);
          timeout = kernel.schedule(kernel.now + 40 + draw(100), targetOf(2, 3), -1);
        }
        if (draw(8) === 0) kernel.scheduleAction(kernel.now + (draw(2) === 0 ? 0 : draw(100)), serial);
        spawn();
        if (draw(3) === 0) spawn();
      },
    });
  }
  kernel.bucketSampler = { sample: (boundaryNs) => void diary.push(`sample ${boundaryNs}`) };
  kernel.actionHandler = {
    act(action) {
      diary.push(`act ${action} @${kernel.now}`);
      if (action % 2 === 0) spawn();
    },
  };
  for (let i = 0; i < 20; i++) spawn();
  return { kernel, diary };
}
