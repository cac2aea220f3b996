import type { MetricValue } from '../../sim/worker/protocol.ts';
import { html } from '../dom.ts';
import { explain } from '../controls/tooltip.ts';
import { formatDifference, formatQuantity } from '../format.ts';
import { type Dispose, effect } from '../signal.ts';
import type { Arm, Store } from '../store.ts';

/** What people ask first comes first; everything else follows in the order in which the engine tells it. */
const FIRST = ['availability', 'recovery', 'timeToMitigate', 'lost', 'duplicateEffects', 'falselyMerged', 'lostLater', 'goodput', 'amplification', 'wastedShare', 'lostWrites', 'writeDowntime'];

/** Smaller differences are not worth an arrow. */
const NOTABLE_SHARE = 0.01;

/** What each run came to, side by side, with the difference judged: the row of every metric that any arm reports. */
export function mountRecovery(element: HTMLElement, store: Store): Dispose {
  const body = html('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Results' });
  element.append(html('h2', {}, 'Recovery and results'), body);
  return effect(() => {
    const arms = store.arms.filter(({ run }) => run.summary() !== null);
    body.replaceChildren(arms.length === 0 ? html('p', { class: 'empty' }, 'Results appear when the runs have ended.') : resultsTable(store.arms));
  });
}

function resultsTable(arms: readonly Arm[]): HTMLTableElement {
  const metrics = new Map<string, MetricValue>();
  for (const metric of arms.flatMap(({ run }) => run.summary()?.metrics ?? [])) {
    // A metric that no run has a value for says nothing.
    if (!Number.isNaN(metric.value)) metrics.set(metric.name, metric);
  }
  const valueOf = ({ run }: Arm, name: string): MetricValue | undefined => run.summary()?.metrics.find((metric) => metric.name === name);
  const [first, second] = arms;
  const rows = inOrder([...metrics.values()]).map((metric) => {
    const title = html('th', { scope: 'row', tabindex: 0 }, metric.title);
    explain(title, () => ({ title: metric.title, text: metric.about }));
    const values = arms.map((arm) => {
      const value = valueOf(arm, metric.name);
      return html('td', {}, value === undefined ? '–' : formatQuantity(value.value, value.quantity));
    });
    const difference = first !== undefined && second !== undefined ? compare(metric, valueOf(first, metric.name)?.value, valueOf(second, metric.name)?.value) : null;
    return html('tr', {}, title, ...values, difference ?? html('td', {}, ''));
  });
  const prints = [
    printRow('Fingerprint of requests', 'What happened to every single request. Equal fingerprints: equal in every respect.', arms, (summary) => summary.requestFingerprint),
    printRow('Fingerprint of events', 'Every event of the simulation. The command line prints the same for the same scenario, variant and seed.', arms, (summary) => summary.dispatchFingerprint),
  ];
  return html(
    'table',
    { class: 'results' },
    html('thead', {}, html('tr', {}, html('th', { scope: 'col' }, 'Metric'), ...arms.map(({ letter }) => html('th', { scope: 'col' }, letter)), html('th', { scope: 'col' }, 'B against A'))),
    html('tbody', {}, ...rows, ...prints),
  );
}

function inOrder(metrics: readonly MetricValue[]): MetricValue[] {
  const rank = ({ name }: MetricValue): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  return metrics.toSorted((a, b) => rank(a) - rank(b));
}

/** How much B differs from A, and whether that is good. */
function compare({ quantity, better }: MetricValue, a: number | undefined, b: number | undefined): HTMLElement {
  if (a === undefined || b === undefined || Number.isNaN(a) || Number.isNaN(b)) return html('td', {}, '–');
  if (a === b) return html('td', {}, 'the same');
  if (Math.abs(b - a) < NOTABLE_SHARE * Math.max(Math.abs(a), Math.abs(b))) return html('td', {}, 'about the same');
  const isBetter = better * (b - a) > 0;
  const judged = better === 0 ? '' : isBetter ? 'better' : 'worse';
  const difference = Number.isFinite(b - a) ? formatDifference(b - a, quantity) : '';
  return html('td', { 'data-judged': judged }, [difference, judged].filter((part) => part !== '').join(', '));
}

function printRow(title: string, about: string, arms: readonly Arm[], read: (summary: NonNullable<ReturnType<Arm['run']['summary']>>) => string): HTMLTableRowElement {
  const heading = html('th', { scope: 'row', tabindex: 0 }, title);
  explain(heading, () => ({ title, text: about }));
  const prints = arms.map(({ run }) => {
    const summary = run.summary();
    return summary === null ? '–' : read(summary);
  });
  const same = new Set(prints).size === 1 ? 'the same' : 'different';
  return html('tr', { class: 'prints' }, heading, ...prints.map((print) => html('td', {}, html('code', {}, print))), html('td', {}, prints.includes('–') ? '' : same));
}
