/**
 * Goal: every chart draws any record, finished, growing or empty, within its bounds and on the same scales for all arms;
 * what its sentence says is what the numbers say.
 * Method: all charts of the registry on a recording context, over records of several lengths; sentences against sums made
 * here; folded bins against the buckets they stand for.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Recording } from '../../web/arm/recording.ts';
import { largest, means, peaks, rates } from '../../web/charts/bins.ts';
import type { ArmView } from '../../web/charts/chart.ts';
import { faultBands, union } from '../../web/charts/fault-bands.ts';
import { GUTTER_LEFT, Plot } from '../../web/charts/plot.ts';
import { CHARTS } from '../../web/charts/registry.ts';
import { groupDigits } from '../../web/format.ts';
import { outcomeClassOf } from '../../web/outcome-class.ts';
import { ARM_COLOURS, ARM_LETTERS, type Palette } from '../../web/palette.ts';
import { property } from '../support/random-cases.ts';
import { protectedByBreaker, recordingOf, unprotected } from './support/fake-ports.ts';
import { fakeRun, framesOf } from './support/fake-run.ts';
import { recordingContext } from './support/recording-context.ts';
import { emptySystem } from './support/systems.ts';

const stormy = fakeRun(unprotected);
const stormyRecord = recordingOf(stormy);
const calm = fakeRun(protectedByBreaker);
const calmRecord = recordingOf(calm);

const stormyFrames = framesOf(stormy, 1, 50);
const calmFrames = framesOf(calm, 1, 50);

/** The beginning of the stormy run. */
function begun(buckets: number): Recording {
  const recording = new Recording(stormy.ready);
  for (const frame of stormyFrames) if (frame.firstBucket < buckets) recording.append(frame);
  return recording;
}

/** The calm run with more requests offered in its first minute, and the same answers. */
function crowded(factor: number): Recording {
  const recording = new Recording(calm.ready);
  const offered = recording.column('shoppers', 'offered');
  const minute = 60e9 / recording.bucketNs;
  for (const frame of calmFrames) {
    const rows = frame.rows.map((value, at) => (at % recording.series.length === offered && frame.firstBucket < minute ? value * factor : value));
    recording.append({ ...frame, rows });
  }
  return recording;
}

function views(recordings: readonly Recording[]): ArmView[] {
  return recordings.map((recording, at) => ({ letter: ARM_LETTERS[at]!, colour: ARM_COLOURS[at]!, dashed: at === 0, recording }));
}

const palette = new Proxy({}, { get: (_, name) => String(name) }) as Palette;

function draw(chart: (typeof CHARTS)[number], arms: readonly ArmView[], arm: number): ReturnType<typeof recordingContext>['calls'] {
  const { context, calls } = recordingContext();
  const height = chart.height(arms[0]!.recording.system) + 26;
  const looks = { palette, font: 'Inter', hatches: (_: unknown, colour: string) => colour };
  const plot = new Plot(context, { width: 700, height }, { fromNs: 0, toNs: 240e9 }, looks);
  plot.begin(faultBands(arms[arm]!.recording));
  chart.picture(arms, 5).draw(plot, arm);
  return calls;
}

describe.each(CHARTS)('$id', (chart) => {
  const arms = views([stormyRecord, calmRecord]);

  test('draws every arm within its bounds', () => {
    expect(chart.applies(stormy.ready.system)).toBe(true);
    for (const arm of [0, 1]) {
      const calls = draw(chart, arms, arm);
      expect(calls.length).toBeGreaterThan(20);
      const height = chart.height(stormy.ready.system) + 26;
      const outside = calls
        .filter(({ name }) => ['moveTo', 'lineTo', 'fillText'].includes(name))
        .filter(({ name, args }) => {
          const [x, y] = (name === 'fillText' ? args.slice(1) : args) as [number, number];
          return !(x >= -1 && x <= 701 && y >= -1 && y <= height + 1);
        });
      expect(outside.map(({ name, args }) => `${name}(${args.join(', ')})`)).toEqual([]);
    }
  });

  test('uses the same scale for all arms', () => {
    const labels = [0, 1].map((arm) => draw(chart, arms, arm).filter(({ name }) => name === 'fillText').map(({ args }) => args));
    const gutter = labels.map((all) => all.filter(([, x]) => (x as number) < GUTTER_LEFT));
    expect(gutter[0]).toEqual(gutter[1]);
    expect(gutter[0]!.length).toBeGreaterThan(0);
  });

  test.each([0, 50, 700])('draws a record of %i buckets beside a finished one', (buckets) => {
    const growing = views([begun(buckets), calmRecord]);
    draw(chart, growing, 0);
    const picture = chart.picture(growing, 5);
    expect(picture.summary(0)).not.toMatch(/NaN|undefined|Infinity/);
    for (const { value, format } of picture.measures) {
      expect(format(value(growing[0]!.recording, 2000))).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  test('has the same values to read however coarsely it is drawn', () => {
    const titles = (step: number): string[] => chart.picture(arms, step).measures.map(({ title }) => title);
    expect(titles(Number.MAX_SAFE_INTEGER)).toEqual(titles(1));
  });

  test('says what it shows in a sentence, and explains itself', () => {
    const picture = chart.picture(arms, 5);
    expect(picture.summary(0)).toMatch(/^[A-Z].*\.$/);
    expect(picture.summary(0)).not.toMatch(/NaN|undefined|Infinity/);
    expect(chart.about).toMatch(/^[A-Z].*\.$/);
    expect(picture.measures.length).toBeGreaterThan(0);
  });
});

test('charts have names of their own', () => {
  expect(new Set(CHARTS.map(({ id }) => id)).size).toBe(CHARTS.length);
});

test('a system without anything is shown without charts', () => {
  expect(CHARTS.filter((chart) => chart.applies(emptySystem))).toEqual([]);
});

test('goodput counts the difference exactly', () => {
  const [a, b] = [stormyRecord, calmRecord];
  const good = (recording: Recording): number => {
    let sum = 0;
    for (let bucket = 0; bucket < recording.buckets; bucket++) {
      sum += recording.value(recording.column('shoppers', 'ok'), bucket) + recording.value(recording.column('shoppers', 'degraded'), bucket);
    }
    return sum;
  };
  const goodput = CHARTS.find(({ id }) => id === 'goodput')!;
  const { summary } = goodput.picture(views([a, b]), 5);
  expect(summary(0)).toContain(`B answered ${groupDigits(good(b) - good(a))} requests more than A`);
  const same = goodput.picture(views([a, recordingOf(stormy)]), 5);
  expect(same.summary(0)).toContain(`Both answered ${groupDigits(good(a))} requests`);
});

test('a burst of requests does not press the answers to the ground, and its height is said', () => {
  const goodput = CHARTS.find(({ id }) => id === 'goodput')!;
  const scaleOf = (factor: number): unknown[] => draw(goodput, views([crowded(factor)]), 0).filter(({ name }) => name === 'fillText').map(({ args }) => args);
  const titleOf = (factor: number): string => goodput.picture(views([crowded(factor)]), 5).legend.find(({ title }) => title.startsWith('offered'))!.title;
  expect(titleOf(1)).toBe('offered');
  expect(titleOf(50)).toMatch(/^offered, up to \d.*\/s$/);
  expect(scaleOf(50)).toEqual(scaleOf(500));
  expect(scaleOf(50)).not.toEqual(scaleOf(1));
});

test('requests that have not ended are said not to have ended', () => {
  const outcomes = CHARTS.find(({ id }) => id === 'outcomes')!;
  const summaryOf = (recording: Recording): string => outcomes.picture(views([recording]), 5).summary(0);
  expect(summaryOf(calmRecord)).not.toContain('have not');
  const minute = 60e9 / calmRecord.bucketNs;
  let first = 0;
  for (let bucket = 0; bucket < minute; bucket++) first += calmRecord.value(calmRecord.column('shoppers', 'offered'), bucket);
  expect(summaryOf(crowded(2))).toContain(`of those that have ended; ${groupDigits(first)} have not.`);
});

test('the stack of outcomes is as high as everything that ended', () => {
  const recording = stormyRecord;
  const outcomes = CHARTS.find(({ id }) => id === 'outcomes')!;
  const { measures } = outcomes.picture(views([recording]), 5);
  for (const bucket of [100, 700, 2000]) {
    const stacked = measures.reduce((sum, { value }) => sum + value(recording, bucket), 0);
    const ended = ['ok', 'degraded', 'failed'].reduce((sum, name) => sum + recording.value(recording.column('shoppers', name), bucket), 0);
    expect(stacked).toBeCloseTo(ended * 10, 6);
  }
});

test('an outcome that the page does not know is a failure', () => {
  expect(outcomeClassOf('somethingNew')).toBe(outcomeClassOf('error'));
  expect(outcomeClassOf('timeout')).not.toBe(outcomeClassOf('error'));
});

describe('bins', () => {
  const series = [{ address: 'c', name: 'x', kind: 'counter', quantity: 'count' }] as const;
  const cell = fc.oneof({ weight: 5, arbitrary: fc.nat(1000) }, fc.constant(Number.NaN));

  property('stand for their buckets', [fc.array(cell, { maxLength: 60 }), fc.integer({ min: 1, max: 9 })], (values, step) => {
    const recording = new Recording({ system: emptySystem, series, buckets: 60 });
    const rows = Float64Array.from(values);
    recording.append({ type: 'frame', epoch: 1, firstBucket: 0, buckets: rows.length, rows, bucketDigests: new Int32Array(rows.length * 2), events: [] });
    const folded = { rate: rates(recording, [0], step), peak: peaks(recording, 0, step), mean: means(recording, 0, step) };
    expect(folded.rate.values).toHaveLength(Math.floor(values.length / step));
    folded.rate.values.forEach((rate, bin) => {
      const own = values.slice(bin * step, (bin + 1) * step).filter((value) => !Number.isNaN(value));
      const sum = own.reduce((total, value) => total + value, 0);
      expect(rate).toBeCloseTo((sum / step) * 10, 6);
      if (own.length === 0) {
        expect(folded.peak.values[bin]).toBeNaN();
        expect(folded.mean.values[bin]).toBeNaN();
      } else {
        expect(folded.peak.values[bin]).toBe(Math.max(...own));
        expect(folded.mean.values[bin]).toBeCloseTo(sum / own.length, 6);
      }
    });
    expect(largest([folded.peak], 7)).toBeGreaterThanOrEqual(7);
  });
});

describe('shaded stretches', () => {
  const band = fc.tuple(fc.nat(30), fc.nat(30)).map(([a, b]) => ({ fromNs: Math.min(a, b), toNs: Math.max(a, b) }));

  property('cover the same instants once joined, and lie apart', [fc.array(band, { maxLength: 8 })], (bands) => {
    const joined = union(bands);
    for (let at = 0.5; at < 30; at++) {
      const within = (all: typeof bands): number => all.filter(({ fromNs, toNs }) => fromNs < at && at < toNs).length;
      expect(within(joined)).toBe(within(bands) > 0 ? 1 : 0);
    }
  });

  test('come from what the run reported, and reach as far as it has come', () => {
    expect(faultBands(stormyRecord)).toEqual([
      { fromNs: 60e9, toNs: 80e9 },
      { fromNs: 150e9, toNs: 165e9 },
    ]);
    expect(faultBands(begun(700))).toEqual([{ fromNs: 60e9, toNs: 70e9 }]);
  });
});
