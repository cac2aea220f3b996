/*
 * Goal: entries come out by time, and those of one instant in the order in which they were inserted.
 * Method: random insertions and takings, beside a list that is sorted (stably) anew each time.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ControlLane } from '../../sim/kernel/control-lane.ts';
import { property } from '../support/random-cases.ts';

const instantOrTaking = fc.option(fc.integer({ min: 0, max: 10 }));

property('entries come out by time, ties in insertion order', [fc.array(instantOrTaking, { maxLength: 60 })], (steps) => {
  const lane = new ControlLane();
  let model: { readonly at: number; readonly action: number }[] = [];
  const taken: number[] = [];
  const expected: number[] = [];
  for (const [action, at] of steps.entries()) {
    if (at !== null) {
      lane.insert(at, action);
      model = [...model, { at, action }].sort((a, b) => a.at - b.at);
    } else if (model.length > 0) {
      taken.push(lane.take(lane.peek()));
      expected.push(model.shift()!.action);
    }
    expect(lane.peek()).toBe(model[0]?.at ?? Infinity);
    expect(lane.size).toBe(model.length);
  }
  expect(taken).toEqual(expected);
});

test('an entry can be taken at its own instant only', () => {
  const lane = new ControlLane();
  expect(() => lane.take(Infinity)).toThrow('empty');
  lane.insert(5, 1);
  expect(() => lane.take(4)).toThrow('own instant');
  expect(() => lane.insert(5.5, 1)).toThrow('whole nanoseconds');
});
