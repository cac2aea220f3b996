/**
 * Goal: the same scenario gives the same results, bit for bit, in every JavaScript engine, in a page as in a worker,
 * however the run is cut into pieces.
 * Method: one bundle of the engine runs every variant of every world here, in worker threads, Chromium, Firefox and
 * JavaScriptCore, in pieces of different sizes; fingerprints and a digest of everything recorded are compared.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MILLISECOND } from '../../sim/catalogue/units.ts';
import { printsOf, type RunPrint, WITH_FAULTS } from '../determinism/prints.ts';
import { allWorlds } from '../determinism/worlds.ts';
import { type Engine, findEngine, missingReason } from '../support/browser.ts';
import { bundleEngine } from '../support/engine-bundle.ts';
import { inBrowser, inJavaScriptCore, inWorkerThread } from '../support/engine-hosts.ts';

const TIMEOUT = 180_000;
let folder: string;
let here: RunPrint[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'engine-'));
  await bundleEngine(folder, allWorlds);
  here = printsOf(allWorlds, WITH_FAULTS);
}, TIMEOUT);

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs with an engine of this machine, or skips the test with the reason. */
function engineTest(engine: Engine, run: (program: string) => Promise<void>): void {
  test(engine, { timeout: TIMEOUT }, async ({ skip }) => {
    const program = findEngine(engine);
    if (program === undefined) return skip(missingReason(engine));
    await run(program);
  });
}

test('a worker thread', { timeout: TIMEOUT }, async () => {
  expect(await inWorkerThread(folder, WITH_FAULTS, { events: 50_021 })).toEqual(here);
});

engineTest('chromium', async (program) => {
  const { page, worker } = await inBrowser('chromium', program, folder, WITH_FAULTS, { page: { ns: 700 * MILLISECOND }, worker: { events: 4_099 } });
  expect(page).toEqual(here);
  expect(worker).toEqual(here);
});

engineTest('firefox', async (program) => {
  const { page, worker } = await inBrowser('firefox', program, folder, WITH_FAULTS, { page: { events: 20_011 }, worker: { ns: 333 * MILLISECOND, events: 1_009 } });
  expect(page).toEqual(here);
  expect(worker).toEqual(here);
});

engineTest('jsc', async (program) => {
  expect(await inJavaScriptCore(program, folder, WITH_FAULTS, { ns: 130 * MILLISECOND })).toEqual(here);
});

test('every world was run', () => {
  expect(new Set(here.map(({ world }) => world))).toEqual(new Set(allWorlds.map(({ name }) => name)));
  expect(new Set(here.map(({ dispatch }) => dispatch)).size).toBe(here.length);
});
