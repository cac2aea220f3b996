/**
 * Goal: a table by key finds what was added and not removed, throws out the idle entry that was used least recently, and
 * never one that is not idle.
 * Method: random operations, beside a list in the order of last use.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Keyed, KeyedEntries } from '../../sim/resilience/keyed-entries.ts';
import { cases, fuzzSeed, scaled } from '../support/random-cases.ts';

interface Entry extends Keyed<Entry> {}

const operation = fc.record({
  // Few keys, so that they meet again; some differ in their upper half only, and one is as large as keys get.
  key: fc.oneof(fc.nat(40), fc.nat(40).map((key) => key * 2 ** 32), fc.constant(2 ** 53 - 1)),
  what: fc.constantFrom('use', 'use', 'use', 'hold', 'remove'),
});

test(`seed ${fuzzSeed}: it holds what a plain list would hold`, () => {
  let thrownOut = 0;
  let spared = 0;
  const law = fc.property(fc.integer({ min: 1, max: 24 }), fc.array(operation, { maxLength: 300, size: 'max' }), (max, operations) => {
    let made = 0;
    const table = new KeyedEntries<Entry>(max, () => {
      made++;
      return { key: 0, chained: null, older: null, newer: null, isIdle: false };
    });
    // Least recently used first.
    let list: { key: number; isIdle: boolean }[] = [];
    let most = 0;
    // Each key that is found or not, and how many entries there are after each use.
    const found: (number | undefined)[] = [];
    const expected: (number | undefined)[] = [];
    for (const { key, what } of operations) {
      const known = list.find((one) => one.key === key);
      const entry = table.find(key);
      found.push(entry?.key);
      expected.push(known?.key);
      if (known !== undefined) list = list.filter((one) => one !== known);
      if (what === 'remove') {
        if (entry !== null) table.remove(entry);
        continue;
      }
      if (entry === null && list.length >= max) {
        const oldest = list.find(({ isIdle }) => isIdle);
        if (oldest === undefined) spared++;
        else thrownOut++;
        list = list.filter((one) => one !== oldest);
      }
      const used = entry ?? table.add(key);
      if (what === 'use') table.rest(used);
      else table.hold(used);
      list.push({ key, isIdle: what === 'use' });
      most = Math.max(most, list.length);
      found.push(table.size);
      expected.push(list.length);
    }
    expect(found).toEqual(expected);
    for (const { key, isIdle } of list) expect(table.find(key)).toMatchObject({ key, isIdle });
    expect(made, 'entries are used again').toBeLessThanOrEqual(most);
  });
  fc.assert(law, cases(300));
  expect([thrownOut > scaled(1000), spared > scaled(50)]).toEqual([true, true]);
});
