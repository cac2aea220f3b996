import type { Measure, Picture } from '../charts/chart.ts';
import { html } from '../dom.ts';
import { formatInstant } from '../format.ts';
import type { FrameLoop } from '../frame-loop.ts';
import { type Dispose, effect } from '../signal.ts';
import type { Store } from '../store.ts';
import { armViews } from './arm-views.ts';

const DISTANCE = 16;

/** Something with a picture that the pointer may be over. */
interface Readable {
  readonly element: Element;
  readonly picture: Picture | null;
}

/** The table at the crosshair: the values of all arms, at the instant under the pointer, for the chart under the pointer. */
export function mountReadout(element: HTMLElement, store: Store, loop: FrameLoop, rows: readonly Readable[]): Dispose {
  const bubble = html('div', { class: 'readout', hidden: true, 'aria-hidden': 'true' });
  document.body.append(bubble);
  let pointer = { x: 0, y: 0 };
  let hovered: Readable | undefined;
  const onMove = (event: PointerEvent): void => {
    pointer = { x: event.clientX, y: event.clientY };
    hovered = rows.find(({ element: row }) => event.target instanceof Node && row.contains(event.target));
  };
  element.addEventListener('pointermove', onMove, { capture: true });

  const show = (): void => {
    const timeNs = store.hoverNs.peek();
    const measures = hovered?.picture?.measures ?? [];
    bubble.hidden = timeNs === null || measures.length === 0;
    if (timeNs === null || bubble.hidden) return;
    bubble.replaceChildren(valueTable(store, timeNs, measures, formatInstant(timeNs)));
    const { width, height } = bubble.getBoundingClientRect();
    const fits = pointer.x + DISTANCE + width < window.innerWidth;
    bubble.style.left = `${fits ? pointer.x + DISTANCE : Math.max(pointer.x - DISTANCE - width, 0)}px`;
    bubble.style.top = `${Math.max(Math.min(pointer.y - height / 2, window.innerHeight - height - DISTANCE), DISTANCE)}px`;
  };
  const dispose = effect(() => {
    store.hoverNs();
    loop.soon(show);
  });
  return () => {
    dispose();
    loop.forget(show);
    element.removeEventListener('pointermove', onMove, { capture: true });
    bubble.remove();
  };
}

/** Values of all arms at an instant: a row for each measure. Measures that no arm has a value for are left out. */
export function valueTable(store: Store, timeNs: number, measures: readonly Measure[], heading: string): HTMLTableElement {
  const views = armViews(store);
  const rows = measures.flatMap(({ title, format, value }) => {
    const values = views.map(({ recording }) => value(recording, timeNs > recording.endNs ? -1 : recording.bucketAt(timeNs)));
    if (values.every((each) => Number.isNaN(each))) return [];
    return [html('tr', {}, html('th', { scope: 'row' }, title), ...values.map((each) => html('td', {}, format(each))))];
  });
  const head = html('tr', {}, html('th', { scope: 'col' }, heading), ...views.map(({ letter }) => html('th', { scope: 'col' }, letter)));
  return html('table', { class: 'values' }, html('thead', {}, head), html('tbody', {}, ...rows));
}
