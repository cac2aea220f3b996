import { SHORTCUTS } from '../controls/keys.ts';
import { html } from '../dom.ts';
import { OUTCOME_CLASSES } from '../outcome-class.ts';
import type { Store } from '../store.ts';

const SIGNS: readonly (readonly [string, string])[] = [
  ['Two runs', 'A and B are the same system with the same traffic, request by request; only the switches differ. So every difference that you see comes from them.'],
  ['Dots', 'Each stands for the number of requests that the legend states. It leaves when that many have been sent and takes the same time to cross every edge.'],
  ['Cards', 'The bar is the waiting line, the squares are threads or connections in use. FULL: everything is busy and requests wait. FAILING: more than a fifth ends badly. DOWN: nothing runs.'],
  ['Bolt', 'A fault is on here just now. Faults are also bars on the time line and shaded stretches in the charts.'],
  ['Switch on an edge', 'A circuit breaker: lying (CB) lets calls through, raised (OPEN) refuses them, half raised (HALF) tries a few.'],
  ['Triangle', 'Something here is legal and probably not meant; the pointer tells what, and so do the warnings further down.'],
  ['Letters', 'Nodes of a database: P primary, R replica, C candidate, F fenced, × down.'],
  ['≠', 'The first instant at which any request fared differently in the two runs.'],
  ['Ticks on the time line', 'Something changed in the run of that colour, such as a breaker that opened or a new primary; a diamond is a switch that you turned.'],
];

/** What is what, in a dialog that lies over the page. */
export function makeHelp(store: Store): { readonly element: HTMLDialogElement; readonly open: () => void } {
  const shortcuts = html('input', { type: 'checkbox', id: 'shortcuts' });
  shortcuts.addEventListener('change', () => store.shortcuts.set(shortcuts.checked));
  const element = html(
    'dialog',
    { class: 'help', 'aria-labelledby': 'help-title' },
    html('form', { method: 'dialog' }, html('h2', { id: 'help-title' }, 'What is what'), html('button', { class: 'icon', 'aria-label': 'Close' }, '×')),
    html('p', {}, 'Faultline simulates a distributed system while it breaks. Pick a scenario, press Play, and watch the failure spread and heal. Then change one switch and see whether it would have helped.'),
    definitions(SIGNS),
    html('h3', {}, 'How requests end'),
    definitions(OUTCOME_CLASSES.map(({ title, about }) => [title, about] as const)),
    html('h3', {}, 'Keys'),
    html('dl', { class: 'keys' }, ...SHORTCUTS.flatMap(({ shown, does }) => [html('dt', {}, html('kbd', {}, shown)), html('dd', {}, does)])),
    html('p', {}, html('label', { for: 'shortcuts' }, shortcuts, ' Single letters and signs work as shortcuts')),
    html('p', {}, 'In a chart: a click moves the playhead, dragging magnifies, a double click shows the whole run.'),
  );
  return {
    element,
    open: () => {
      shortcuts.checked = store.shortcuts.peek();
      element.showModal();
    },
  };
}

function definitions(entries: readonly (readonly [string, string])[]): HTMLElement {
  return html('dl', {}, ...entries.flatMap(([term, about]) => [html('dt', {}, term), html('dd', {}, about)]));
}
