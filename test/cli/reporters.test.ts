/**
 * Goal: reports fit where they are shown, say what the results say, and survive what has no number.
 * Method: results of simulations that are known beforehand, in few and many variants, with and without an interruption.
 */
import { describe, expect, it } from 'vitest';
import { reporters } from '../../sim/cli/reporters/registry.ts';
import { json, type JsonReport } from '../../sim/cli/reporters/json.ts';
import type { FileReport } from '../../sim/cli/reporters/reporter.ts';
import { summary } from '../../sim/cli/reporters/summary.ts';
import { shortenedName } from '../../sim/cli/reporters/table.ts';
import { drawTimelines } from '../../sim/cli/reporters/timeline.ts';
import { PLAIN, type Style } from '../../sim/cli/style.ts';
import { questionsOf } from '../../sim/experiment/question.ts';
import { reportOf } from '../../sim/experiment/report.ts';
import { ResultSet } from '../../sim/experiment/result-set.ts';
import { resultOf, type Timeline } from '../../sim/experiment/run.ts';
import type { Expectation, Scenario } from '../../sim/scenario/scenario.ts';
import type { RunEnd } from '../../sim/telemetry/record.ts';
import { fakeRecord } from '../experiment/fake-record.ts';

const MARKED: Style = { unicode: true, paint: (as, text) => `<${as}>${text}</>` };
const ASCII: Style = { unicode: false, paint: (_as, text) => text };

function expectation(text: string, given: Partial<Expectation>): Expectation {
  return { text, variant: 'base', minus: '', mostly: false, metric: 'availability', of: '', comparison: '>=', value: 0.88, ...given };
}

interface Setting {
  readonly variants?: readonly string[];
  readonly seeds?: readonly string[];
  readonly comparing?: boolean;
  readonly expectations?: readonly Expectation[];
  /** Runs that are missing. */
  readonly missing?: (variant: string, seed: string) => boolean;
  readonly end?: RunEnd;
}

function report({ variants = ['base', 'worse'], seeds = ['1'], comparing = false, expectations = [], missing = () => false, end }: Setting): FileReport {
  const objective = { of: 'users', metric: 'availability', comparison: '>=', value: 0.895 } as const;
  const scenario: Scenario = {
    title: 'A scenario',
    story: '',
    seed: '1',
    durationNs: 10e9,
    warmupNs: 1e9,
    bucketNs: 1e9,
    maxEvents: 1e9,
    components: [],
    network: {},
    faults: [],
    variants: variants.map((name) => ({ name, about: `about ${name}` })),
    objectives: [objective],
    expectations,
  };
  const questions = questionsOf(scenario);
  const results = new ResultSet(variants, seeds, questions);
  for (const variant of variants) {
    for (const seed of seeds) {
      if (!missing(variant, seed)) results.add(resultOf(fakeRecord(variant, seed, end), questions));
    }
  }
  return { ...reportOf(scenario, results), file: 'a.yaml', comparing, replay: (arms, seed) => `repeat ${arms.join(',')} ${seed}` };
}

const twenty = Array.from({ length: 20 }, (_, at) => String(at + 1));

describe('every reporter', () => {
  it.each(reporters.map((reporter) => [reporter.name, reporter] as const))('%s shows runs, comparisons and interruptions', (_name, { render }) => {
    const settings: Setting[] = [
      {},
      { seeds: twenty, comparing: true },
      { variants: ['base'] },
      { seeds: twenty, comparing: true, missing: (variant, seed) => variant === 'worse' || Number(seed) > 3 },
      { missing: () => true },
      { end: { kind: 'budgetExceeded', atNs: 5e9, message: 'too many events' } },
    ];
    for (const setting of settings) {
      const text = render([report(setting)], PLAIN);
      expect(text).toContain('A scenario');
      expect(text).not.toMatch(/NaN|undefined|\[object/);
      expect(text.endsWith('\n')).toBe(true);
    }
  });
});

describe('the summary', () => {
  it('fits into 80 columns, with many variants of long names as well', () => {
    const names = ['base', 'a-variant-with-a-very-long-name', ...Array.from({ length: 9 }, (_, at) => `variant-number-${at}`)];
    for (const setting of [{}, { variants: names }, { variants: names, seeds: twenty, comparing: true }] satisfies Setting[]) {
      expect(summary.render([report(setting)], PLAIN).split('\n').filter((line) => line.length > 80)).toEqual([]);
    }
  });

  it('tells apart what it has no room to name in full', () => {
    const text = summary.render([report({ expectations: [expectation('', { metric: 'fullQualityAvailability', of: 'users' })] })], PLAIN);
    expect(text).toMatch(/^fullQualityAvailability\(users\) /m);
    expect(shortenedName('opened(shop/stock/resilience4j)', 30)).toBe('opened(..p/stock/resilience4j)');
    expect(shortenedName('opened(shop/stock/consecutive)', 30)).toBe('opened(shop/stock/consecutive)');
  });

  it('says of which seed it draws the timeline where there are several', () => {
    expect(summary.render([report({})], PLAIN)).toContain('Goodput over time; full height');
    expect(summary.render([report({ seeds: twenty })], PLAIN)).toContain('Goodput over time, seed 1; full height');
  });

  it('has no other characters than ASCII where that is all there is', () => {
    const text = summary.render([report({ seeds: twenty, comparing: true })], ASCII);
    expect(text).toContain('+-');
    expect(text).toMatch(/^[\n -~]*$/);
  });

  it('says which expectations hold, which fail with the command that repeats it, and which are open', () => {
    const expectations = [
      expectation('availability >= 88%', {}),
      expectation('availability >= 95%', { value: 0.95 }),
      expectation('availability >= 5%', { minus: 'worse', value: 0.05 }),
      expectation('availability >= 1%', { variant: 'other', value: 0.01 }),
    ];
    const text = summary.render([report({ expectations })], PLAIN);
    expect(text).toContain('holds  base: availability >= 88%  (89.90 %)');
    expect(text).toContain('FAILS  base: availability >= 95%  (89.90 %)\n       replay: repeat base 1');
    expect(text).toContain('holds  base - worse: availability >= 5%  (+10.00 pp)');
    expect(text).toContain('open   other: availability >= 1%  (other was not run)');
  });

  it('names a seed that breaks an expectation', () => {
    const expectations = [expectation('availability >= 88.5%', { value: 0.885 })];
    const text = summary.render([report({ expectations, seeds: twenty })], PLAIN);
    // Seed n fails 100 + n of 1000 requests.
    expect(text).toContain('FAILS  base: availability >= 88.5%  (15 of 20 seeds; 88.40 % with seed 16)\n       replay: repeat base 16');
  });

  it('tells better from worse only where the interval leaves no doubt', () => {
    const text = summary.render([report({ seeds: twenty, comparing: true })], MARKED);
    expect(text).toMatch(/Availability +-10\.00 pp .*<bad>worse<\/>/);
    expect(text).toMatch(/Lost requests +\+1,000 .*<bad>worse<\/>/);
    expect(text).toMatch(/Offered +0\/s +0\/s \.\. 0\/s\n/);
    const noisy = summary.render([report({ variants: ['base', 'noisy'], seeds: twenty, comparing: true })], MARKED);
    expect(noisy).toMatch(/Availability +0\.00 pp +-\d\.\d\d pp \.\. \+\d\.\d\d pp\n/);
  });

  it('tells full answers from degraded ones where there are any', () => {
    expect(summary.render([report({})], PLAIN)).not.toContain('Full-quality');
    const text = summary.render([report({ variants: ['base', 'degraded'] })], PLAIN);
    expect(text).toMatch(/Availability +89\.90 % +89\.90 %\n/);
    expect(text).toMatch(/Full-quality availability +89\.90 % +84\.90 %\n/);
  });

  it('shows how far objectives were met', () => {
    const text = summary.render([report({ seeds: twenty })], PLAIN);
    expect(text).toMatch(/availability\(users\) >= 89\.50 % +5 of 20 +0 of 20/);
    expect(summary.render([report({})], PLAIN)).toMatch(/availability\(users\) >= 89\.50 % +met +missed/);
  });

  it('says what is missing after an interruption', () => {
    const text = summary.render([report({ seeds: twenty, missing: (_variant, seed) => Number(seed) > 3 })], PLAIN);
    expect(text).toContain('interrupted: 3 + 3 runs finished');
  });

  it('says when a run did not come to its end', () => {
    const text = summary.render([report({ end: { kind: 'budgetExceeded', atNs: 5e9, message: 'too many events' } })], PLAIN);
    expect(text).toContain('base, seed 1: stopped at 5s: too many events\n       replay: repeat base 1');
  });
});

describe('the timeline', () => {
  const timeline = (good: readonly number[], faults: Timeline['faults'] = []): Timeline => ({
    bucketNs: 1e9,
    good: Float64Array.from(good),
    offered: Float64Array.from(good),
    faults,
  });

  it('draws all arms to one scale, and a little of anything as more than nothing', () => {
    const lines = drawTimelines('Goodput', [{ name: 'a', timeline: timeline([8, 8, 4, 4]) }, { name: 'b', timeline: timeline([0, 0.01, 1, 2]) }], 6, 4, PLAIN);
    expect(lines).toEqual(['Goodput; full height is 8/s', 'a     ██▄▄', 'b      ▁▁▂', '      0s4s']);
  });

  it('takes the mean over longer columns and repeats where there are fewer buckets than columns', () => {
    expect(drawTimelines('Goodput', [{ name: 'a', timeline: timeline([8, 0, 4, 4]) }], 3, 2, PLAIN)[1]).toBe('a  ██');
    expect(drawTimelines('Goodput', [{ name: 'a', timeline: timeline([8, 4]) }], 3, 4, PLAIN)[1]).toBe('a  ██▄▄');
  });

  it('marks when faults were on, even for an instant and to the end', () => {
    const faults = [
      { address: 'faults/a', fromNs: 2e9, toNs: 2e9 },
      { address: 'faults/b', fromNs: 6.5e9, toNs: Infinity },
    ];
    const lines = drawTimelines('Goodput', [{ name: 'a', timeline: timeline([1, 1, 1, 1, 1, 1, 1, 1], faults) }], 8, 8, ASCII);
    expect(lines[1]).toBe('faults    =   ==');
  });

  it('draws nothing of nothing', () => {
    expect(drawTimelines('Goodput', [], 6, 10, PLAIN)).toEqual([]);
    expect(drawTimelines('Goodput', [{ name: 'a', timeline: timeline([0, 0]) }], 3, 2, PLAIN)[1]).toBe('a    ');
  });
});

describe('the JSON report', () => {
  const parsed = (setting: Setting) => JSON.parse(json.render([report(setting)], PLAIN)) as JsonReport;

  it('is versioned and holds every run with every metric', () => {
    const { faultline, scenarios } = parsed({ seeds: twenty });
    const scenario = scenarios[0]!;
    expect(faultline).toBe(1);
    expect([scenario.file, scenario.complete, scenario.seeds.length]).toEqual(['a.yaml', true, 20]);
    expect(scenario.variants.map(({ name, about, runs }) => [name, about, runs.length])).toEqual([
      ['base', 'about base', 20],
      ['worse', 'about worse', 20],
    ]);
    const [run] = scenario.variants[0]!.runs;
    expect(Object.keys(run!.metrics)).toEqual(Object.keys(scenario.metrics));
    expect(run!.metrics['availability']).toBeCloseTo(0.899, 12);
    expect(run!.metrics['recovery']).toBeNull();
    expect(run!.timeline!.good).toEqual(Array(10).fill(899));
    expect(run!.timeline!.faults).toContainEqual({ address: 'faults/b', fromNs: 3e9, toNs: 'never' });
    expect(scenario.variants[0]!.runs[1]!.timeline).toBeUndefined();
    expect(scenario.differences).toHaveLength(1);
    expect(scenario.differences[0]!.metrics['availability']!.mean).toBeCloseTo(-0.1, 9);
  });

  it('gives one seed no interval, and verdicts with the command that repeats a failure', () => {
    const { scenarios } = parsed({ expectations: [expectation('availability >= 95%', { value: 0.95 })] });
    expect(scenarios[0]!.variants[0]!.metrics['goodput']).toMatchObject({ mean: 899, low: null, high: null, count: 1 });
    expect(scenarios[0]!.expectations).toMatchObject([{ verdict: 'fail', replay: 'repeat base 1', seeds: [{ seed: '1', holds: false }] }]);
  });
});
