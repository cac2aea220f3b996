/**
 * Goal: a world is made by its seed and by the names of what is in it. How the seed is written, what else is in the file,
 * and in which order, changes nothing for those who were there before.
 * Method: rewritten files. Fingerprints where the whole must be the same; where something is added, all luck and the fate
 * of every request of those who were there before.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { SECOND } from '../../sim/catalogue/units.ts';
import { compile } from '../../sim/scenario/compile.ts';
import { documentOf } from '../support/run-scenario.ts';
import { type Luck, LuckProbe } from './luck-probe.ts';
import { type Extent, printsOf, type RunPrint } from './prints.ts';
import { allWorlds, madeUpWorlds } from './worlds.ts';

const EXTENT: Extent = { ns: 15 * SECOND, events: 8_000 };

/** A scenario file as data; every scalar is a text, as it was written. */
interface File {
  seed?: unknown;
  system: Record<string, object>;
  faults?: object[];
  variants?: Record<string, object>;
}

function fileOf(text: string): File {
  return parse(text, { schema: 'failsafe' }) as File;
}

function rewritten(text: string, change: (file: File) => File): string {
  return JSON.stringify(change(fileOf(text)));
}

function print(text: string): RunPrint[] {
  return printsOf([{ name: '', text }], EXTENT);
}

function requestsOnly(prints: readonly RunPrint[]): object[] {
  return prints.map(({ variant, request, eventsDispatched }) => ({ variant, request, eventsDispatched }));
}

const everything = madeUpWorlds[0]!;

describe('the seed', () => {
  const withSeed = (seed: string): RunPrint[] => print(everything.text.replace('seed: 1\n', `seed: ${seed}\n`));

  test('is its text: 7, "7" and --seed 7 are one world', () => {
    const seven = withSeed('7');
    expect(withSeed('"7"')).toEqual(seven);
    expect(withSeed("'7'")).toEqual(seven);
    const { name, scenario } = documentOf(everything.text).variants[0]!;
    const simulation = compile({ ...scenario, durationNs: Math.min(scenario.durationNs, EXTENT.ns) }, { variant: name, seed: '7' });
    simulation.run(Infinity, EXTENT.events);
    expect(simulation.record().fingerprints).toEqual({ dispatch: seven[0]!.dispatch, request: seven[0]!.request });
  });

  test('makes the world: another seed, another world', () => {
    const seeds = [...Array.from({ length: 20 }, (_, seed) => String(seed)), '07', '77'];
    const worlds = seeds.map((seed) => withSeed(seed)[0]!);
    expect(new Set(worlds.map(({ request }) => request)).size).toBe(seeds.length);
    expect(new Set(worlds.map(({ dispatch }) => dispatch)).size).toBe(seeds.length);
  });
});

describe.each(allWorlds)('$name', ({ text }) => {
  const prints = print(text);

  test('variants do not know of each other', () => {
    const { variants = {} } = fileOf(text);
    const reversed = rewritten(text, (file) => ({ ...file, ...(file.variants && { variants: Object.fromEntries(Object.entries(file.variants).toReversed()) }) }));
    expect(print(withoutExpectations(reversed))).toEqual(prints.toReversed());
    for (const [name, variant] of Object.entries(variants)) {
      const lonely = rewritten(text, (file) => ({ ...file, variants: { [name]: variant } }));
      expect(print(withoutExpectations(lonely))).toEqual(prints.filter((one) => one.variant === name));
    }
  });

  test('components may stand in any order', () => {
    const reversed = rewritten(text, (file) => ({ ...file, system: Object.fromEntries(Object.entries(file.system).toReversed()) }));
    const rotated = rewritten(text, (file) => {
      const [first, ...others] = Object.entries(file.system);
      return { ...file, system: Object.fromEntries([...others, first!]) };
    });
    expect(requestsOnly(print(reversed))).toEqual(requestsOnly(prints));
    expect(requestsOnly(print(rotated))).toEqual(requestsOnly(prints));
  });

  test('the parameters of a component may stand in any order', () => {
    const turned = rewritten(text, (file) => ({
      ...file,
      system: Object.fromEntries(Object.entries(file.system).map(([name, use]) => [name, Object.fromEntries(Object.entries(use).toReversed())])),
    }));
    expect(print(turned)).toEqual(prints);
  });
});

/** Expectations name variants, some of which may have gone. */
function withoutExpectations(json: string): string {
  const { expect: _expect, ...file } = JSON.parse(json) as Record<string, unknown>;
  return JSON.stringify(file);
}

const STRANGERS = {
  strangers: { kind: 'client', arrivals: { poisson: '37/s' }, calls: 'elsewhere', patterns: [{ retry: { jitter: 'full' } }] },
  elsewhere: { kind: 'service', instances: '2', balancer: { algorithm: 'random' }, handler: [{ work: { exponential: '9ms' } }] },
};
const STRANGE_FAULTS = [
  { at: '1s', for: '2s', errorRate: { target: 'elsewhere', rate: '50%' } },
  { at: '2s', for: '1s', kill: { target: 'elsewhere', every: '300ms', restartAfter: '100ms' } },
];

describe.each(allWorlds)('$name, with strangers in it', ({ text }) => {
  let probe: LuckProbe;
  beforeAll(() => {
    probe = new LuckProbe();
  });
  afterAll(() => probe.remove());

  const until = (written: string): Luck => {
    const { base } = documentOf(written);
    return probe.luckOf({ ...base, durationNs: Math.min(base.durationNs, 5 * SECOND), warmupNs: 0 }, Infinity);
  };

  test.each([
    ['at the end', (file: File): File => ({ ...file, system: { ...file.system, ...STRANGERS }, faults: [...(file.faults ?? []), ...STRANGE_FAULTS] })],
    ['at the beginning', (file: File): File => ({ ...file, system: { ...STRANGERS, ...file.system }, faults: [...STRANGE_FAULTS, ...(file.faults ?? [])] })],
  ])('nothing changes for the others: %s', (_where, change) => {
    const before = until(text);
    const after = until(rewritten(text, change));
    expect(after.requests.get('strangers')!.length).toBeGreaterThan(100);
    for (const [client, requests] of before.requests) expect(after.requests.get(client)).toEqual(requests);
    const others = [...after.draws].filter(([name]) => !/^(strangers#|\[(strangers|elsewhere))/.test(name));
    expect(new Map(others)).toEqual(before.draws);
  });
});
