/**
 * Goal: a run depends on its scenario, its variant and its seed, and on nothing else: not on the pieces in which it is
 * run, on the thread, on what ran before it in the same process, or on what runs at the same time.
 * Method: fingerprints, and a digest of everything recorded, of every variant of every world, run in all these ways.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../sim/catalogue/units.ts';
import { compile } from '../../sim/scenario/compile.ts';
import { bundleEngine } from '../support/engine-bundle.ts';
import { inWorkerThread } from '../support/engine-hosts.ts';
import { fuzzSeed } from '../support/random-cases.ts';
import { documentOf } from '../support/run-scenario.ts';
import { type Extent, goOn, type Pieces, printOf, printsOf } from './prints.ts';
import { allWorlds, madeUpWorlds } from './worlds.ts';

const BEGINNING: Extent = { ns: 100 * SECOND, events: 15_000 };
const alone = printsOf(allWorlds, BEGINNING);

test.each<Pieces>([{ events: 997 }, { ns: 250 * MILLISECOND, events: 100 }])('in pieces of %o, and in another order', (pieces) => {
  const prints = printsOf(allWorlds.toReversed(), BEGINNING, pieces);
  expect(prints).toEqual(allWorlds.toReversed().flatMap(({ name }) => alone.filter(({ world }) => world === name)));
});

test.each<Pieces>([{ events: 1 }, { ns: 100_003 }])('in the smallest pieces, %o', (pieces) => {
  const names = madeUpWorlds.map(({ name }) => name);
  expect(printsOf(madeUpWorlds, BEGINNING, pieces)).toEqual(alone.filter(({ world }) => names.includes(world)));
});

test('in another thread, bundled for browsers', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'engine-'));
  try {
    await bundleEngine(folder, allWorlds);
    expect(await inWorkerThread(folder, BEGINNING, { events: 5_003 })).toEqual(alone);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test(`taking turns at random (FUZZ_SEED=${fuzzSeed})`, () => {
  const runs = allWorlds.flatMap(({ name, text }) =>
    documentOf(text).variants.flatMap(({ name: variant, scenario }) => {
      const shortened = { ...scenario, durationNs: Math.min(scenario.durationNs, BEGINNING.ns) };
      // The same one twice, so that two engines are at the same place of the same world.
      return [1, 2].map(() => ({ name, variant, simulation: compile(shortened, { variant, seed: '' }) }));
    }),
  );
  const sizes = fc.sample(fc.integer({ min: 1, max: 2_000 }), { seed: fuzzSeed, numRuns: 1_000 });
  let going = runs;
  for (let turn = 0; going.length > 0; turn++) {
    going = going.filter(({ simulation }, at) => !goOn(simulation, BEGINNING, { events: sizes[(turn * 31 + at) % sizes.length]! }));
  }
  const prints = runs.map(({ name, variant, simulation }) => printOf(name, variant, simulation.record()));
  expect(prints).toEqual(alone.flatMap((print) => [print, print]));
});

test('looking at a run changes nothing', () => {
  for (const { name, text } of madeUpWorlds) {
    const { name: variant, scenario } = documentOf(text).variants[0]!;
    const simulation = compile(scenario, { variant, seed: '' });
    while (!goOn(simulation, BEGINNING, { ns: 50 * MILLISECOND })) {
      simulation.record();
      simulation.framesFrom(0);
      simulation.engine.audit();
      simulation.engine.held();
    }
    expect(printOf(name, variant, simulation.record())).toEqual(alone.find((print) => print.world === name));
  }
});
