import { formatRate, formatShare, groupDigits } from '../format.ts';
import { type Bins, largest, rateAt, rates, total } from './bins.ts';
import type { ArmView, Chart, LegendItem, Measure } from './chart.ts';
import { clientColumns, clientsOf } from './columns.ts';
import { faultBands } from './fault-bands.ts';
import type { Plot, Vertical } from './plot.ts';

const GOOD = ['ok', 'degraded'];
/** What was offered is shown up to so many times the highest goodput. */
const MOST_ABOVE = 3;
/** Differences below this share of all requests are called none. */
const NOTHING_SHARE = 0.001;

/** Good answers in each second, of all arms on one scale, with the difference between the first two. */
export const goodput: Chart = {
  id: 'goodput',
  title: 'Goodput',
  about: 'Requests answered well in each second, in both runs; the shaded ribbon is the difference between them.',
  layout: 'shared',
  applies: (system) => clientsOf(system).length > 0,
  height: () => 112,
  picture(arms, step) {
    const good = arms.map(({ recording }) => rates(recording, clientColumns(recording, GOOD), step));
    const offered = arms.map(({ recording }) => rates(recording, clientColumns(recording, ['offered']), step));
    const [most, asked] = [largest(good), largest(offered)];
    // A burst of requests would press the answers, which this is about, to the ground.
    const isCut = most > 0 && asked > MOST_ABOVE * most;
    const max = (isCut ? MOST_ABOVE * most : Math.max(most, asked)) * 1.05;
    const legend: LegendItem[] = arms.map(({ letter, colour, dashed }) => ({ title: `goodput ${letter}`, colour, mark: dashed ? 'dashes' : 'line' }));
    if (arms.length > 1) legend.push({ title: 'difference', about: 'how many more were answered by the run in whose colour it is', mark: 'ribbon' });
    legend.push({ title: isCut ? `offered, up to ${formatRate(asked)}` : 'offered', about: 'requests that users wanted to make', colour: 'muted', mark: 'dots' });
    if (arms.some(({ recording }) => faultBands(recording).length > 0)) legend.push({ title: 'fault', about: 'shaded in every chart while a fault is on', colour: 'fault', mark: 'shade' });
    return {
      legend,
      measures: [
        measure('offered', ['offered']),
        measure('goodput', GOOD),
        measure('failed', ['failed']),
      ],
      draw(plot) {
        const y = plot.scale(max, formatRate);
        plot.clipped(() => {
          drawDifference(plot, arms, good, y);
          drawOffered(plot, offered[0], y);
          good.forEach((bins, at) => plot.line(bins, y, { colour: arms[at]!.colour, dashed: arms[at]!.dashed, width: 1.8 }));
        });
      },
      summary: () => inWords(arms),
    };
  },
};

function measure(title: string, names: readonly string[]): Measure {
  return {
    title,
    format: formatRate,
    value: (recording, bucket) => rateAt(recording, clientColumns(recording, names), bucket),
  };
}

function drawOffered(plot: Plot, offered: Bins | undefined, y: Vertical): void {
  if (offered === undefined) return;
  plot.context.save();
  plot.context.globalAlpha = 0.75;
  plot.line(offered, y, { colour: 'muted', width: 1 });
  plot.context.restore();
}

/** The ribbon, in the colour of whichever arm is ahead. */
function drawDifference(plot: Plot, arms: readonly ArmView[], good: readonly Bins[], y: Vertical): void {
  const [a, b] = good;
  if (a === undefined || b === undefined) return;
  const shared = Math.min(a.values.length, b.values.length);
  const cut = (bins: Bins): Bins => ({ ...bins, values: bins.values.subarray(0, shared) });
  const low: Bins = { ...a, values: Float64Array.from({ length: shared }, (_, at) => Math.min(a.values[at]!, b.values[at]!)) };
  plot.context.save();
  plot.context.globalAlpha = 0.22;
  plot.between(low, cut(a), y, plot.palette[arms[0]!.colour]);
  plot.between(low, cut(b), y, plot.palette[arms[1]!.colour]);
  plot.context.restore();
}

function inWords(arms: readonly ArmView[]): string {
  const shared = Math.min(...arms.map(({ recording }) => recording.buckets));
  const counts = arms.map(({ recording }) => total(recording, clientColumns(recording, GOOD), shared));
  const [a, b] = counts;
  const [first, second] = arms;
  if (first === undefined || a === undefined) return '';
  if (second === undefined || b === undefined) return `${first.letter} answered ${groupDigits(a)} requests.`;
  const difference = b - a;
  if (Math.abs(difference) <= NOTHING_SHARE * Math.max(a, b)) {
    return `Both answered ${groupDigits(a)} requests, give or take ${groupDigits(Math.abs(difference))}.`;
  }
  const [more, less, most, least] = difference > 0 ? [second, first, b, a] : [first, second, a, b];
  const share = least > 0 ? `, ${formatShare(most / least - 1)} more` : '';
  return `${more.letter} answered ${groupDigits(most - least)} requests more than ${less.letter} (${groupDigits(most)} against ${groupDigits(least)}${share}).`;
}
