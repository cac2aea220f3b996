/**
 * Goal: a table by key finds what was added and not removed, throws out the idle entry that was used least recently, and
 * never one that is not idle.
 * Method: random operations, beside a list in the order of last use.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Keyed, KeyedEntries } from '../../sim/resilience/keyed-entries.ts';
import { fuzzSeed } from '../support/fuzz-seed.ts';

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
    for (const { key, what } of operations) {
      const known = list.find((one) => one.key === key);
      const found = table.find(key);
      expect(found?.key).toBe(known?.key);
      if (known !== undefined) list = list.filter((one) => one !== known);
      if (what === 'remove') {
        if (found !== null) table.remove(found);
        continue;
      }
      if (found === null && list.length >= max) {
        const oldest = list.find(({ isIdle }) => isIdle);
        if (oldest === undefined) spared++;
        else thrownOut++;
        list = list.filter((one) => one !== oldest);
      }
      const entry = found ?? table.add(key);
      if (what === 'use') table.rest(entry);
      else table.hold(entry);
      list.push({ key, isIdle: what === 'use' });
      most = Math.max(most, list.length);
      expect(table.size).toBe(list.length);
    }
    for (const { key, isIdle } of list) expect(table.find(key)).toMatchObject({ key, isIdle });
    expect(made, 'entries are used again').toBeLessThanOrEqual(most);
  });
  fc.assert(law, { seed: fuzzSeed, numRuns: 300 });
  expect([thrownOut > 1000, spared > 50]).toEqual([true, true]);
});
