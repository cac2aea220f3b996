import type { ArmView, Measure } from '../charts/chart.ts';
import { html } from '../dom.ts';
import { formatDuration, formatInstant } from '../format.ts';
import type { Span } from '../work.ts';

/** A table stays readable up to about so many rows; more buckets are skipped evenly. */
const MAX_ROWS = 120;

/** What a chart shows, as numbers: a row for each instant, a column for each measure of each arm. */
export function tableOf(title: string, measures: readonly Measure[], views: readonly ArmView[], span: Span): HTMLTableElement {
  const [first] = views;
  const bucketNs = first?.recording.bucketNs ?? 1;
  const from = Math.floor(span.fromNs / bucketNs);
  const end = Math.min(Math.ceil(span.toNs / bucketNs), Math.max(0, ...views.map(({ recording }) => recording.buckets)));
  const step = Math.max(Math.ceil((end - from) / MAX_ROWS), 1);
  const columns = measures.flatMap((measure) => views.map((view) => ({ measure, view })));
  const heading = ({ measure, view }: (typeof columns)[number]): string => (views.length > 1 ? `${measure.title} ${view.letter}` : measure.title);
  const rows: HTMLTableRowElement[] = [];
  for (let bucket = from; bucket < end; bucket += step) {
    rows.push(
      html(
        'tr',
        {},
        html('th', { scope: 'row' }, formatInstant(bucket * bucketNs, bucketNs)),
        ...columns.map(({ measure, view }) => html('td', {}, measure.format(measure.value(view.recording, bucket)))),
      ),
    );
  }
  const every = step === 1 ? '' : `, every ${formatDuration(step * bucketNs)}`;
  return html(
    'table',
    {},
    html('caption', {}, `${title}: values in buckets of ${formatDuration(bucketNs)}${every}`),
    html('thead', {}, html('tr', {}, html('th', { scope: 'col' }, 'time'), ...columns.map((column) => html('th', { scope: 'col' }, heading(column))))),
    html('tbody', {}, ...rows),
  );
}
