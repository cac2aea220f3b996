import { button, html, setAttribute } from '../dom.ts';
import { type Dispose, effect } from '../signal.ts';
import type { Store } from '../store.ts';

const INFO_MS = 6000;

/** Messages to the person: kind ones go away by themselves, errors stay until they are read. */
export function mountNotice(element: HTMLElement, store: Store): Dispose {
  const text = html('p');
  element.append(text, button({ class: 'icon', 'aria-label': 'Dismiss' }, '×', () => store.dismissNotice()));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const dispose = effect(() => {
    const notice = store.notice();
    clearTimeout(timer);
    element.hidden = notice === null;
    text.textContent = notice?.text ?? '';
    setAttribute(element, 'data-kind', notice?.kind ?? '');
    if (notice?.kind === 'info') timer = setTimeout(() => store.dismissNotice(), INFO_MS);
  });
  return () => {
    clearTimeout(timer);
    dispose();
  };
}
