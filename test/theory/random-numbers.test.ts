/**
 * Goal: chance comes from seedrandom as published, and what reaches the users of a scenario has the distribution that
 * its text names.
 * Method: published outputs, bit for bit; quantiles of the latency of a station on which nobody ever waits, which is its
 * service time.
 */
import seedrandom from 'seedrandom';
import { expect, test } from 'vitest';
import { absorbAddress, writeRunKey } from '../../sim/kernel/keys.ts';
import { disagreements } from './disagreements.ts';
import * as theory from './references.ts';
import { quantiles, replicate, scenarioText } from './replicate.ts';

test('A6: seedrandom gives its published numbers', () => {
  // README of seedrandom 3.0.5.
  const arc4 = seedrandom('hello.');
  expect([arc4(), arc4()]).toEqual([0.9282578795792454, 0.3752569768646784]);
});

test('A6: the key of a run begins with what seedrandom gives for its seed', () => {
  const [fromSeed, key] = [0, 1];
  const keys = new Int32Array(4);
  const arc4 = seedrandom('hello.');
  keys[0] = arc4.int32();
  keys[1] = arc4.int32();
  // A key is made of the first eight bytes, a number of the first seven: 48 bits of it are not touched by rounding.
  expect((keys[0] >>> 0) * 2 ** 16 + (keys[1] >>> 16)).toBe(Math.floor(0.9282578795792454 * 2 ** 48));
  // From there the text of the seed leads on, because seedrandom takes a text and its repetition for one seed.
  absorbAddress(keys, fromSeed, fromSeed, 'hello.');
  writeRunKey(keys, key, 'hello.');
  expect([keys[2], keys[3]]).toEqual([keys[0], keys[1]]);
});

const service = (title: string, work: string): string =>
  scenarioText(
    title,
    55,
    `system:
  users: {kind: client, arrivals: {poisson: 1000/s}, calls: station}
  station: {kind: service, threads: unlimited, handler: [work: {${work}}]}
`,
  );

for (const { expected, work } of [
  { expected: theory.A7.exponential, work: 'exponential: 100ms' },
  { expected: theory.A7.lognormal, work: 'lognormal: {mean: 100ms, cv: 1}' },
  { expected: theory.A7.lognormalByQuantiles, work: 'lognormal: {p50: 70.7107ms, p99: 490.492ms}' },
]) {
  test(`A7: ${expected.title}`, () => {
    const runs = replicate(service(expected.title, work));
    const measured = {
      mean: runs.map((run) => run.meanSojourn('users')),
      p50: quantiles(runs, 'users', 0.5),
      p99: quantiles(runs, 'users', 0.99),
      p999: quantiles(runs, 'users', 0.999),
    };
    expect(disagreements(expected, runs, 'users', measured)).toEqual([]);
  });
}
