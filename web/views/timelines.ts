import type { Chart, Picture } from '../charts/chart.ts';
import { faultBands, union } from '../charts/fault-bands.ts';
import { CHARTS } from '../charts/registry.ts';
import { html } from '../dom.ts';
import type { FrameLoop } from '../frame-loop.ts';
import type { PaletteSignal } from '../palette.ts';
import { type Dispose, effect } from '../signal.ts';
import type { Store } from '../store.ts';
import { armViews, followRecords } from './arm-views.ts';
import { ChartPanel } from './chart-panel.ts';
import { mountReadout } from './readout.ts';

/** Points are drawn at least so many pixels apart: closer ones only make a calm line hairy. */
const PIXELS_PER_POINT = 3;

/** All charts, one row each, drawn one after another when there is time. */
export function mountTimelines(element: HTMLElement, store: Store, loop: FrameLoop, palette: PaletteSignal): Dispose {
  const rows = CHARTS.map((chart) => new ChartRow(chart, store, palette));
  element.append(...rows.map(({ element: row }) => row));
  const paints = rows.map((row) => () => row.paint());
  const paintAll = (): void => paints.forEach((paint) => loop.later(paint));
  const moveAll = (): void => rows.forEach((row) => row.moveCursors());
  const observer = new ResizeObserver(paintAll);
  observer.observe(element);

  const disposes = [
    effect(() => {
      palette();
      store.span();
      followRecords(store);
      paintAll();
    }),
    effect(() => {
      store.timeNs();
      store.hoverNs();
      store.span();
      store.divergenceNs();
      loop.soon(moveAll);
    }),
    mountReadout(element, store, loop, rows),
    () => observer.disconnect(),
    () => [...paints, moveAll].forEach((task) => loop.forget(task)),
  ];
  return () => disposes.forEach((dispose) => dispose());
}

/** A chart with one figure, or one for each arm. */
class ChartRow {
  readonly element: HTMLElement;
  readonly chart: Chart;
  readonly panels: readonly ChartPanel[];
  readonly #store: Store;
  readonly #palette: PaletteSignal;
  picture: Picture | null = null;

  constructor(chart: Chart, store: Store, palette: PaletteSignal) {
    this.chart = chart;
    this.#store = store;
    this.#palette = palette;
    const letters = chart.layout === 'shared' ? [''] : store.arms.map(({ letter }) => letter);
    this.panels = letters.map((letter) => new ChartPanel(chart, letter, store));
    this.element = html('div', { class: 'chart-row', 'data-layout': chart.layout, 'data-chart': chart.id }, ...this.panels.map((panel) => panel.element));
  }

  paint(): void {
    const store = this.#store;
    const views = armViews(store);
    const [first] = views;
    const system = store.system.peek();
    this.element.hidden = system === null || !this.chart.applies(system);
    if (this.element.hidden || system === null) return;
    const height = this.chart.height(system);
    this.panels.forEach((panel) => panel.resize(height));
    if (first === undefined) return;
    const span = store.span.peek();
    const width = this.panels[0]!.plotWidth;
    if (width <= 0) return;
    const buckets = (span.toNs - span.fromNs) / first.recording.bucketNs;
    const step = Math.max(Math.ceil((buckets * PIXELS_PER_POINT) / width), 1);
    const picture = this.chart.picture(views, step);
    this.picture = picture;
    const bands = views.map(({ recording }) => faultBands(recording));
    this.panels.forEach((panel, at) => {
      const view = panel.letter === '' ? 0 : views.findIndex(({ letter }) => letter === panel.letter);
      if (view < 0) return;
      panel.paint(picture, view, panel.letter === '' ? union(bands.flat()) : bands[view]!, views, this.#palette.peek());
      if (at === 0 || this.chart.layout === 'perArm') panel.moveCursors();
    });
  }

  moveCursors(): void {
    this.panels.forEach((panel) => panel.moveCursors());
  }
}
