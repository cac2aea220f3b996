import { interpolateCividis, scaleLog } from 'd3';
import { HEAT_BANDS, HEAT_BANDS_PER_DECADE, HEAT_FIRST_NS } from '../../sim/telemetry/series.ts';
import type { Recording } from '../arm/recording.ts';
import { formatDuration } from '../format.ts';
import { means } from './bins.ts';
import type { ArmView, Chart } from './chart.ts';
import { clientColumns, clientsOf } from './columns.ts';
import type { Plot } from './plot.ts';

const PERCENTILES = [
  { name: 'latencyP50', title: 'p50' },
  { name: 'latencyP99', title: 'p99' },
] as const;

/** Edge of a latency band; band 0 begins at 0. */
const bandEdgeNs = (band: number): number => HEAT_FIRST_NS * 10 ** (band / HEAT_BANDS_PER_DECADE);

/** Latency on a logarithmic scale: how many answers in each band, median and 99th percentile. */
export const latency: Chart = {
  id: 'latency',
  title: 'Latency',
  about: 'How long good answers took, on a logarithmic scale: brighter where there were more; median (p50) and the slowest percent (p99).',
  layout: 'perArm',
  applies: (system) => clientsOf(system).length > 0,
  height: () => 112,
  picture(arms, step) {
    const heats = arms.map(({ recording }) => heat(recording, step));
    const bands = usedBands(heats);
    const densest = Math.max(1, ...heats.map(({ most }) => most));
    return {
      legend: [
        { title: 'few to many answers', about: 'each square is a stretch of time and of latency; the more answers fall into it, the brighter', mark: 'heat' },
        { title: 'p50', about: 'half of the answers came faster', colour: 'ink', mark: 'line' },
        { title: 'p99', about: 'all but one in a hundred came faster', colour: 'ink', mark: 'dashes' },
      ],
      measures: PERCENTILES.map(({ name, title }) => ({
        title: `latency ${title}`,
        format: formatDuration,
        value: (recording, bucket) => slowest(recording, name, bucket),
      })),
      draw(plot, arm) {
        const scale = scaleLog([bandEdgeNs(bands.first), bandEdgeNs(bands.last + 1)], [plot.bottom, plot.top]);
        for (const tick of decades(bands)) plot.gridLine(scale(tick), formatDuration(tick));
        const y = (ns: number): number => scale(Math.max(ns, 1));
        plot.clipped(() => {
          drawHeat(plot, heats[arm]!, densest, bands, y);
          const { recording } = arms[arm]!;
          for (const { name } of PERCENTILES) {
            const [column = -1] = clientColumns(recording, [name]);
            plot.line(means(recording, column, step), y, { colour: 'ink', width: 1.4, halo: true, dashed: name === 'latencyP99' });
          }
        });
      },
      summary: (arm) => inWords(arms[arm]!),
    };
  },
};

/** Of several clients, the one that waited longest. */
function slowest(recording: Recording, name: string, bucket: number): number {
  let max = Number.NaN;
  for (const column of clientColumns(recording, [name])) {
    const value = recording.value(column, bucket);
    if (value > max || Number.isNaN(max)) max = value;
  }
  return max;
}

interface Heat {
  readonly bins: number;
  readonly binNs: number;
  /** Answers of bin and band at `bin * HEAT_BANDS + band`. */
  readonly counts: Float64Array;
  readonly most: number;
}

function heat(recording: Recording, step: number): Heat {
  const bins = Math.floor(recording.buckets / step);
  const counts = new Float64Array(bins * HEAT_BANDS);
  let most = 0;
  for (let band = 0; band < HEAT_BANDS; band++) {
    const columns = clientColumns(recording, [`heat.${band}`]);
    if (columns.length === 0) continue;
    for (let bin = 0; bin < bins; bin++) {
      let sum = 0;
      for (let bucket = bin * step; bucket < (bin + 1) * step; bucket++) sum += recording.sum(columns, bucket);
      counts[bin * HEAT_BANDS + band] = sum;
      if (sum > most) most = sum;
    }
  }
  return { bins, binNs: step * recording.bucketNs, counts, most };
}

interface BandRange {
  readonly first: number;
  readonly last: number;
}

/** The bands with any answer in any arm, widened to at least one decade. */
function usedBands(heats: readonly Heat[]): BandRange {
  let first = HEAT_BANDS;
  let last = -1;
  for (const { counts } of heats) {
    counts.forEach((count, at) => {
      if (count === 0) return;
      const band = at % HEAT_BANDS;
      first = Math.min(first, band);
      last = Math.max(last, band);
    });
  }
  if (last < 0) return { first: HEAT_BANDS_PER_DECADE, last: 3 * HEAT_BANDS_PER_DECADE - 1 };
  const missing = Math.max(HEAT_BANDS_PER_DECADE - (last - first + 1), 0);
  return { first: Math.max(first - missing, 0), last };
}

function decades({ first, last }: BandRange): number[] {
  const ticks: number[] = [];
  for (let band = Math.ceil(first / HEAT_BANDS_PER_DECADE) * HEAT_BANDS_PER_DECADE; band <= last + 1; band += HEAT_BANDS_PER_DECADE) {
    ticks.push(bandEdgeNs(band));
  }
  return ticks;
}

const SHADES = 32;
/** The dark end is left out: it would read as a hole where there are few answers. */
const SHADE_COLOURS = Array.from({ length: SHADES }, (_, at) => interpolateCividis(0.25 + (0.75 * at) / (SHADES - 1)));

function drawHeat(plot: Plot, { bins, binNs, counts }: Heat, densest: number, bands: BandRange, y: (ns: number) => number): void {
  const { context } = plot;
  const tops = Array.from({ length: HEAT_BANDS + 1 }, (_, band) => Math.round(y(bandEdgeNs(band))));
  context.save();
  context.globalAlpha = 0.8;
  for (let bin = 0; bin < bins; bin++) {
    const left = Math.floor(plot.x(bin * binNs));
    const right = Math.floor(plot.x((bin + 1) * binNs));
    if (right < plot.left || left > plot.right) continue;
    for (let band = bands.first; band <= bands.last; band++) {
      const count = counts[bin * HEAT_BANDS + band]!;
      if (count === 0) continue;
      context.fillStyle = SHADE_COLOURS[Math.round(Math.sqrt(count / densest) * (SHADES - 1))]!;
      context.fillRect(left, tops[band + 1]!, Math.max(right - left, 1), tops[band]! - tops[band + 1]!);
    }
  }
  context.restore();
}

function inWords({ letter, recording }: ArmView): string {
  let worst = 0;
  let worstBucket = -1;
  const usual: number[] = [];
  for (let bucket = 0; bucket < recording.buckets; bucket++) {
    const p99 = slowest(recording, 'latencyP99', bucket);
    if (p99 > worst) [worst, worstBucket] = [p99, bucket];
    const p50 = slowest(recording, 'latencyP50', bucket);
    if (!Number.isNaN(p50)) usual.push(p50);
  }
  if (usual.length === 0) return `${letter}: no good answer yet.`;
  const median = usual.toSorted((a, b) => a - b)[usual.length >> 1]!;
  const instant = Math.round((worstBucket * recording.bucketNs) / 1e9);
  return `${letter}: the median is usually ${formatDuration(median)}; p99 is at worst ${formatDuration(worst)}, at ${instant} s.`;
}
