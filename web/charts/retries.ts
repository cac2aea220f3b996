import type { Recording } from '../arm/recording.ts';
import { formatFactor, formatRate, groupDigits } from '../format.ts';
import { largest, rates } from './bins.ts';
import type { Chart } from './chart.ts';

function siteColumns(recording: Recording, name: string): readonly number[] {
  let known = columnsOf.get(recording);
  if (known === undefined) columnsOf.set(recording, (known = new Map()));
  let columns = known.get(name);
  if (columns === undefined) {
    columns = recording.columns(
      recording.system.sites.map(({ address }) => address),
      name,
    );
    known.set(name, columns);
  }
  return columns;
}
const columnsOf = new WeakMap<Recording, Map<string, readonly number[]>>();

/** Retries at all call sites together, of all arms on one scale. */
export const retries: Chart = {
  id: 'retries',
  title: 'Retries',
  about: 'Sends after the earlier ones of their call, at all call sites together: work that exists only because something failed.',
  layout: 'shared',
  applies: (system) => system.sites.some(({ layers }) => layers.some(({ family }) => family === 'retry')),
  height: () => 84,
  picture(arms, step) {
    const lines = arms.map(({ recording }) => rates(recording, siteColumns(recording, 'retries'), step));
    const max = largest(lines, 1) * 1.05;
    return {
      legend: arms.map(({ letter, colour, dashed }) => ({ title: `retries ${letter}`, colour, mark: dashed ? 'dashes' : 'line' })),
      measures: [
        {
          title: 'retries',
          format: formatRate,
          value: (recording, bucket) => (recording.sum(siteColumns(recording, 'retries'), bucket) * 1e9) / recording.bucketNs,
        },
      ],
      draw(plot) {
        const y = plot.scale(max, formatRate, 2);
        plot.clipped(() => {
          lines.forEach((bins, at) => plot.line(bins, y, { colour: arms[at]!.colour, dashed: arms[at]!.dashed }));
        });
      },
      summary: () =>
        arms
          .map(({ letter, recording }) => {
            const [retried, calls] = [total(recording, 'retries'), total(recording, 'calls')];
            return `${letter} sent ${groupDigits(retried)} retries, ${formatFactor((calls + retried) / calls)} of what was needed`;
          })
          .join('; ')
          .concat('.'),
    };
  },
};

function total(recording: Recording, name: string): number {
  const columns = siteColumns(recording, name);
  let sum = 0;
  for (let bucket = 0; bucket < recording.buckets; bucket++) sum += recording.sum(columns, bucket);
  return sum;
}
