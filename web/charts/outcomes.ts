import type { Recording } from '../arm/recording.ts';
import { formatRate, formatShare, groupDigits } from '../format.ts';
import { OUTCOME_CLASSES, outcomeClassOf } from '../outcome-class.ts';
import { type Bins, largest, rateAt, rates, total } from './bins.ts';
import type { ArmView, Chart } from './chart.ts';
import { clientColumns, clientsOf } from './columns.ts';

/** What became of requests, stacked by cause. */
export const outcomes: Chart = {
  id: 'outcomes',
  title: 'Outcomes',
  about: 'How requests ended in each second, stacked by cause: good answers at the base, failures above.',
  layout: 'perArm',
  applies: (system) => clientsOf(system).length > 0,
  height: () => 112,
  picture(arms, step) {
    const stacks = arms.map(({ recording }) => stack(recording, step));
    const max = largest(stacks.flatMap((layers) => layers.slice(-1).map(({ top }) => top))) * 1.05;
    const totals = arms.map(({ recording }) => totalsOf(recording));
    const shown = OUTCOME_CLASSES.filter((_, at) => at === 0 || totals.some((ofArm) => ofArm[at]! > 0));
    return {
      legend: shown.map(({ title, about, colour, hatch }) => ({ title, about, colour, hatch, mark: 'area' })),
      measures: shown.map(({ title, id }) => ({
        title,
        format: formatRate,
        value: (recording, bucket) => rateAt(recording, classColumns(recording)[classIndex(id)]!, bucket),
      })),
      draw(plot, arm) {
        const y = plot.scale(max, formatRate);
        plot.clipped(() => {
          for (const { outcome, base, top, isEmpty } of stacks[arm]!) {
            if (isEmpty) continue;
            const { colour, hatch } = OUTCOME_CLASSES[outcome]!;
            plot.between(base, top, y, plot.fill(colour, hatch));
            plot.line(top, y, { colour: 'panel', width: 1 });
          }
        });
      },
      summary: (arm) => inWords(arms[arm]!, totals[arm]!),
    };
  },
};

const classIndex = (id: string): number => OUTCOME_CLASSES.findIndex((each) => each.id === id);

/** For each class of outcomes, the columns of all clients. */
function classColumns(recording: Recording): readonly (readonly number[])[] {
  let columns = columnsOf.get(recording);
  if (columns === undefined) {
    const found: number[][] = OUTCOME_CLASSES.map(() => []);
    found[0]!.push(...clientColumns(recording, ['ok']));
    found[1]!.push(...clientColumns(recording, ['degraded']));
    const names = recording.series.map(({ name }) => name).filter((name) => name.startsWith('outcome.'));
    for (const name of new Set(names)) {
      const outcome = outcomeClassOf(name.slice('outcome.'.length));
      if (outcome > 1) found[outcome]!.push(...clientColumns(recording, [name]));
    }
    columns = found;
    columnsOf.set(recording, columns);
  }
  return columns;
}

const columnsOf = new WeakMap<Recording, readonly (readonly number[])[]>();

interface StackLayer {
  readonly outcome: number;
  readonly base: Bins;
  readonly top: Bins;
  readonly isEmpty: boolean;
}

function stack(recording: Recording, step: number): StackLayer[] {
  let base: Bins | undefined;
  return classColumns(recording).map((columns, outcome) => {
    const own = rates(recording, columns, step);
    const below = base ?? { ...own, values: new Float64Array(own.values.length) };
    const top: Bins = { ...own, values: own.values.map((value, at) => value + below.values[at]!) };
    base = top;
    return { outcome, base: below, top, isEmpty: own.values.every((value) => value === 0) };
  });
}

/** Of each class of outcomes, how many requests ended so. */
function totalsOf(recording: Recording): number[] {
  return classColumns(recording).map((columns) => total(recording, columns));
}

/** From this share on it is said that requests have not ended. */
const NOTABLE_SHARE = 0.01;

function inWords({ letter, recording }: ArmView, totals: readonly number[]): string {
  const all = totals.reduce((sum, total) => sum + total, 0);
  if (all === 0) return `${letter}: no request has ended yet.`;
  const parts = totals
    .map((total, at) => ({ share: total / all, title: OUTCOME_CLASSES[at]!.title, at }))
    .filter(({ share, at }) => at === 0 || share >= 0.0005);
  const open = total(recording, clientColumns(recording, ['offered'])) - all;
  const unended = open > NOTABLE_SHARE * all ? ` of those that have ended; ${groupDigits(open)} have not` : '';
  return `${letter}: ${parts.map(({ share, title }) => `${formatShare(share)} ${title}`).join(', ')}${unended}.`;
}
