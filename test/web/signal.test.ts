/**
 * Goal: an effect sees every change once, in a consistent state, and nothing that did not change.
 * Method: a random network of signals and derived values beside plain functions over the same numbers, and small cases by
 * hand for what a network cannot show (cleaning up, batches, disposal).
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batch, computed, effect, type Readable, signal } from '../../web/signal.ts';
import { property } from '../support/random-cases.ts';

describe('signals', () => {
  property('a network of derived values agrees with plain functions', [
    fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 1, maxLength: 6 }),
    fc.array(fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 3 }), { maxLength: 12 }),
  ], (links, changes) => {
    const inputs = [signal(0), signal(1), signal(2)];
    const nodes: Readable<number>[] = [...inputs];
    const plain: (() => number)[] = inputs.map((input) => () => input.peek());
    for (const [a, b] of links) {
      const left = a % nodes.length;
      const right = b % nodes.length;
      const [readLeft, readRight, plainLeft, plainRight] = [nodes[left]!, nodes[right]!, plain[left]!, plain[right]!];
      // Even sums read only one side, so that what is followed changes from run to run.
      nodes.push(computed(() => (readLeft() % 2 === 0 ? readLeft() >> 1 : readLeft() + readRight())));
      plain.push(() => (plainLeft() % 2 === 0 ? plainLeft() >> 1 : plainLeft() + plainRight()));
    }
    const last = nodes.at(-1)!;
    const expected = plain.at(-1)!;
    const seen: number[] = [];
    const dispose = effect(() => void seen.push(last()));
    const wanted = [expected()];
    for (const change of changes) {
      batch(() => change.forEach(([input, value]) => inputs[input]!.set(value)));
      if (expected() !== wanted.at(-1)) wanted.push(expected());
    }
    expect(seen).toEqual(wanted);
    dispose();
    inputs.forEach((input) => input.set(99));
    expect(seen).toEqual(wanted);
  });

  test('an effect sees both sides of a diamond changed', () => {
    const base = signal(1);
    const double = computed(() => base() * 2);
    const triple = computed(() => base() * 3);
    const seen: string[] = [];
    effect(() => void seen.push(`${double()},${triple()}`));
    base.set(2);
    expect(seen).toEqual(['2,3', '4,6']);
  });

  test('cleans up before each new run and at the end', () => {
    const value = signal('a');
    const log: string[] = [];
    const dispose = effect(() => {
      const now = value();
      log.push(`+${now}`);
      return () => log.push(`-${now}`);
    });
    value.set('b');
    dispose();
    expect(log).toEqual(['+a', '-a', '+b', '-b']);
  });

  test('derives again only after a change of what it read', () => {
    const value = signal(1);
    const other = signal(1);
    let derivations = 0;
    const sign = computed(() => Math.sign(value()));
    const derived = computed(() => {
      derivations++;
      return sign();
    });
    const seen: number[] = [];
    effect(() => void seen.push(derived() + other()));
    value.set(2);
    other.set(2);
    derived();
    expect(derivations).toBe(1);
    expect(seen).toEqual([2, 3]);
  });

  test('peek does not follow', () => {
    const followed = signal(0);
    const peeked = signal(0);
    let runs = 0;
    effect(() => {
      followed();
      peeked.peek();
      runs++;
    });
    peeked.set(1);
    expect(runs).toBe(1);
    followed.set(1);
    expect(runs).toBe(2);
  });

  test('effects that set off one another for ever are an error', () => {
    const value = signal(0);
    expect(() => effect(() => value.set(value() + 1))).toThrow('without end');
  });
});
