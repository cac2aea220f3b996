import { formatFactor, formatRate, groupDigits } from '../format.ts';
import { largest, rateAt, rates, total } from './bins.ts';
import type { Chart } from './chart.ts';
import { siteColumns } from './columns.ts';

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
          value: (recording, bucket) => rateAt(recording, siteColumns(recording, 'retries'), bucket),
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
            const [retried, calls] = [total(recording, siteColumns(recording, 'retries')), total(recording, siteColumns(recording, 'calls'))];
            return `${letter} sent ${groupDigits(retried)} retries, ${formatFactor((calls + retried) / calls)} of what was needed`;
          })
          .join('; ')
          .concat('.'),
    };
  },
};
