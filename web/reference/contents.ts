import type { ReferenceGroup } from '../../sim/worker/protocol.ts';
import { html } from '../dom.ts';
import { entryId } from './entry-id.ts';

/** The list of all entries, and a field that shows only those in which all of its words occur. */
export function mountContents(element: HTMLElement, entries: HTMLElement, groups: readonly ReferenceGroup[]): void {
  const filter = html('input', { type: 'text', id: 'filter', spellcheck: 'false', autocomplete: 'off' });
  const status = html('p', { class: 'found', role: 'status' });
  const isWide = matchMedia('(min-width: 761px)').matches;
  const lists = groups.map(({ name, entries: members }) => ({
    heading: document.getElementById(`group-${name}`)!.parentElement!,
    element: html(
      'details',
      { open: name === 'pattern' && isWide },
      html('summary', {}, document.getElementById(`group-${name}`)!.textContent ?? name),
      html('ul', {}, ...members.map((entry) => html('li', { 'data-entry': entryId(entry) }, html('a', { href: `#${entryId(entry)}` }, entry.title)))),
    ),
  }));
  const texts = new Map([...entries.querySelectorAll<HTMLElement>('.entry')].map((entry) => [entry, `${entry.id} ${entry.textContent}`.toLowerCase()]));

  const show = (): void => {
    const words = filter.value.toLowerCase().split(/\s+/).filter((word) => word !== '');
    let found = 0;
    for (const [entry, text] of texts) {
      entry.hidden = !words.every((word) => text.includes(word));
      if (!entry.hidden) found++;
    }
    for (const { heading, element: list } of lists) {
      for (const item of list.querySelectorAll<HTMLElement>('[data-entry]')) item.hidden = document.getElementById(item.dataset.entry!)!.hidden;
      heading.hidden = [...heading.querySelectorAll<HTMLElement>('.entry')].every((entry) => entry.hidden);
      list.hidden = heading.hidden;
      if (words.length > 0) list.open = true;
    }
    status.textContent = words.length === 0 ? `${texts.size} entries` : `${found} of ${texts.size} entries`;
  };
  filter.addEventListener('input', show);
  element.replaceChildren(html('label', { for: 'filter' }, 'Find'), filter, status, ...lists.map(({ element: list }) => list));
  show();
}
