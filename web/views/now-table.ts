import { html } from '../dom.ts';
import { formatInstant } from '../format.ts';
import type { FrameLoop } from '../frame-loop.ts';
import { type Dispose, effect } from '../signal.ts';
import type { Store } from '../store.ts';
import { CHARTS } from '../charts/registry.ts';
import { armViews, followRecords } from './arm-views.ts';
import { valueTable } from './readout.ts';

/** While playing the table follows at this pace; numbers that change faster cannot be read. */
const PACE_MS = 250;

/** Every value of every chart at the playhead: what the crosshair tells, for those who use no pointer. */
export function mountNowTable(element: HTMLElement, store: Store, loop: FrameLoop): Dispose {
  const title = html('h2', {}, 'At the playhead');
  const body = html('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Values at the playhead' });
  element.append(title, body);
  const table = loop.paced(PACE_MS, () => {
    const views = armViews(store);
    const timeNs = store.timeNs.peek();
    title.textContent = `At ${formatInstant(timeNs)}`;
    if (views.length === 0) return;
    const { system } = views[0]!.recording;
    const measures = CHARTS.filter((chart) => chart.applies(system)).flatMap((chart) => chart.picture(views, Number.MAX_SAFE_INTEGER).measures);
    body.replaceChildren(valueTable(store, timeNs, measures, 'Value'));
  });
  const dispose = effect(() => {
    store.timeNs();
    followRecords(store);
    table.ask();
  });
  return () => {
    dispose();
    table.stop();
  };
}
