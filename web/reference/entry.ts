import type { ReferenceEntry, ReferenceParam } from '../../sim/worker/protocol.ts';
import { html } from '../dom.ts';
import { entryId } from './entry-id.ts';
import { stateMachine } from './state-machine.ts';

/** One definition: what it is, its states drawn, and a table of its parameters. */
export function entryElement(entry: ReferenceEntry): HTMLElement {
  const { title, about, notes, states, layers, params } = entry;
  const id = entryId(entry);
  return html(
    'article',
    { id, class: 'entry' },
    html('h3', {}, title, ' ', html('a', { class: 'word', href: `#${id}`, title: 'Link to this entry' }, html('code', {}, id))),
    html('p', {}, about),
    html('dl', { class: 'notes' }, ...notes.flatMap(([label, text]) => [html('dt', {}, label), html('dd', {}, text)])),
    ...(states.length === 0 ? [] : [stateMachine(title, states)]),
    ...(layers.length === 0 ? [] : [html('h4', {}, 'Layers, outermost first'), html('ol', { class: 'layers' }, ...layers.map((layer) => html('li', {}, html('code', {}, layer))))]),
    ...(params.length === 0 ? [] : [paramTable(title, params)]),
  );
}

function paramTable(title: string, params: readonly ReferenceParam[]): HTMLElement {
  return html(
    'div',
    { class: 'scroll', role: 'group', 'aria-label': `Parameters of ${title}`, tabindex: 0 },
    html(
      'table',
      {},
      html('caption', { class: 'sr-only' }, `Parameters of ${title}`),
      html('thead', {}, html('tr', {}, ...['Parameter', 'Value', 'What it does', 'Source'].map((head) => html('th', { scope: 'col' }, head)))),
      html('tbody', {}, ...params.flatMap((param) => rows(param, ''))),
    ),
  );
}

/** A parameter, and below it the fields of which it consists. */
function rows({ name, facts, about, source, isShorthand, choices, fields }: ReferenceParam, within: string): HTMLElement[] {
  const path = `${within}${name}`;
  const words = choices.length === 0 ? [] : [html('ul', {}, ...choices.map(([word, meaning]) => html('li', {}, html('code', {}, word), ` ${meaning}`)))];
  return [
    html(
      'tr',
      {},
      html('th', { scope: 'row' }, html('code', {}, path)),
      html('td', {}, facts),
      html('td', {}, about, ...(isShorthand ? [' A bare value stands for it.'] : []), ...words),
      html('td', {}, source ?? ''),
    ),
    ...fields.flatMap((field) => rows(field, `${path}.`)),
  ];
}
