/** Goal: a wrong word leads to the one that was meant, and a word that means nothing leads nowhere. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearest } from '../../sim/scenario/nearest.ts';
import { cases, fuzzSeed } from '../support/random-cases.ts';

const words = ['maxAttempts', 'backoff', 'jitter', 'retryOn', 'timeout', 'slidingWindowSize', 'p50', 'p99', 'leastRequest', 'circuitBreaker'];

test.each([
  ['maxAttempt', 'maxAttempts'],
  ['maxatempts', 'maxAttempts'],
  ['max_attempts', 'maxAttempts'],
  ['max-attempts', 'maxAttempts'],
  ['Max Attempts', 'maxAttempts'],
  ['maxAttempts', 'maxAttempts'],
  ['bakcoff', 'backoff'],
  ['back', 'backoff'],
  ['jiter', 'jitter'],
  ['gitter', 'jitter'],
  ['timout', 'timeout'],
  ['sliding', 'slidingWindowSize'],
  ['p98', 'p99'],
  ['least_requests', 'leastRequest'],
  ['circuit', 'circuitBreaker'],
  ['attempts', undefined],
  ['colour', undefined],
  ['x', undefined],
  ['', undefined],
  ['p', undefined],
  ['a'.repeat(1e6), undefined],
])('%s', (word, meant) => {
  expect(nearest(word, words)).toBe(meant);
});

test('a word that could abbreviate two is left alone', () => {
  expect(nearest('retry', ['retryBudget', 'retryOnTimeout'])).toBe(undefined);
});

test(`one letter too many, too few or another is always forgiven in a long word, seed ${fuzzSeed}`, () => {
  const letter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'.split(''));
  fc.assert(
    fc.property(fc.string({ unit: letter, minLength: 6, maxLength: 20 }), fc.nat(), letter, fc.constantFrom('add', 'drop', 'change', 'swap'), (word, n, other, edit) => {
      const at = n % (word.length - 1);
      const rest = word.slice(at + 1);
      const damaged = {
        add: word.slice(0, at) + other + word.slice(at),
        drop: word.slice(0, at) + rest,
        change: word.slice(0, at) + other + rest,
        swap: word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2),
      }[edit];
      expect(nearest(damaged, ['something-else', word])).toBe(word);
    }),
    cases(300),
  );
});
