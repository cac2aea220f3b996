import type { ArmView, Chart, LegendItem, Picture } from '../charts/chart.ts';
import { makeHatch } from '../charts/hatch.ts';
import { AXIS_HEIGHT, type Band, GUTTER_LEFT, GUTTER_RIGHT, GUTTER_TOP, Plot } from '../charts/plot.ts';
import { button, html, setAttribute, setText, svg } from '../dom.ts';
import { explain } from '../controls/tooltip.ts';
import type { Palette } from '../palette.ts';
import type { Store } from '../store.ts';
import { tableOf } from './chart-table.ts';

/** A press that moves less than this is a click. */
const CLICK_PIXELS = 4;

/** One figure: heading, legend, drawing, a sentence about it, and the same as a table. */
export class ChartPanel {
  readonly element: HTMLElement;
  /** Of the arm, or '' for all. */
  readonly letter: string;
  readonly #store: Store;
  readonly #chart: Chart;
  readonly #canvas = html('canvas', { role: 'img' });
  readonly #plot: HTMLElement;
  readonly #legend = html('ul', { class: 'legend' });
  readonly #summary = html('p', { class: 'summary' });
  readonly #table = html('div', { class: 'table', role: 'group', hidden: true, tabindex: 0 });
  readonly #tableButton: HTMLButtonElement;
  readonly #playhead = html('div', { class: 'playhead' });
  readonly #crosshair = html('div', { class: 'crosshair', hidden: true });
  readonly #divergence = html('div', { class: 'parting', hidden: true });
  readonly #selection = html('div', { class: 'selection', hidden: true });
  #width = 0;
  #height = 0;
  #painted: { readonly picture: Picture; readonly views: readonly ArmView[]; readonly view: number } | null = null;

  constructor(chart: Chart, letter: string, store: Store) {
    this.#chart = chart;
    this.#store = store;
    this.letter = letter;
    const ofRun = letter === '' ? '' : `, run ${letter}`;
    const title = html('h3', { tabindex: 0 }, chart.title, html('span', { class: 'sr-only' }, ofRun));
    explain(title, () => ({ title: chart.title, text: chart.about }));
    this.#tableButton = button({ class: 'quiet', 'aria-pressed': 'false' }, 'Table', () => this.#toggleTable());
    for (const element of [this.#tableButton, this.#table]) setAttribute(element, 'aria-label', `Table: ${chart.title}${ofRun}`);
    this.#plot = html('div', { class: 'plot' }, this.#canvas, this.#selection, this.#divergence, this.#crosshair, this.#playhead);
    this.element = html(
      'figure',
      { class: 'chart' },
      html('figcaption', {}, ...(letter === '' ? [] : [html('span', { class: 'badge', 'data-arm': letter, 'aria-hidden': 'true' }, letter)]), title, this.#legend, this.#tableButton),
      this.#plot,
      this.#table,
      this.#summary,
    );
    this.#listen();
  }

  /** Width of the data area. */
  get plotWidth(): number {
    return this.#width - GUTTER_LEFT - GUTTER_RIGHT;
  }

  /** Takes the present width, and a height. Cursors then move without the browser having to lay out the page. */
  resize(dataHeight: number): void {
    if (!this.#plot.hidden) this.#width = this.#plot.clientWidth;
    this.#height = dataHeight + GUTTER_TOP + AXIS_HEIGHT;
    this.#plot.style.height = `${this.#height}px`;
  }

  paint(picture: Picture, view: number, bands: readonly Band[], views: readonly ArmView[], palette: Palette): void {
    const context = this.#canvas.getContext('2d');
    const size = { width: this.#width, height: this.#height };
    if (context === null || this.plotWidth <= 0) return;
    const { devicePixelRatio } = window;
    this.#canvas.width = Math.round(size.width * devicePixelRatio);
    this.#canvas.height = Math.round(size.height * devicePixelRatio);
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    const font = getComputedStyle(this.#plot).fontFamily;
    const plot = new Plot(context, size, this.#store.span.peek(), { palette, font, hatches: makeHatch });
    plot.begin(bands);
    picture.draw(plot, view);

    this.#painted = { picture, views, view };
    const summary = picture.summary(view);
    setText(this.#summary, summary);
    setAttribute(this.#canvas, 'aria-label', `${this.#chart.title}. ${summary}`);
    this.#showLegend(picture.legend, palette);
    if (!this.#table.hidden) this.#fillTable();
  }

  /** Puts playhead, crosshair and the mark of divergence where they belong now. */
  moveCursors(): void {
    const { timeNs, hoverNs, divergenceNs } = this.#store;
    this.#moveTo(this.#playhead, timeNs.peek());
    this.#moveTo(this.#crosshair, hoverNs.peek() ?? -1);
    this.#moveTo(this.#divergence, this.letter === '' ? divergenceNs.peek() : -1);
  }

  #moveTo(cursor: HTMLElement, timeNs: number): void {
    const { fromNs, toNs } = this.#store.span.peek();
    const share = (timeNs - fromNs) / (toNs - fromNs);
    const isVisible = timeNs >= 0 && share >= 0 && share <= 1;
    // Setting it to what it is already would make the browser look at the styles again.
    if (cursor.hidden === isVisible) cursor.hidden = !isVisible;
    if (!isVisible) return;
    // In whole pixels: most frames then change nothing, and a line between two pixels would be blurred.
    const place = `translateX(${Math.round(GUTTER_LEFT + share * this.plotWidth)}px)`;
    if (cursor.style.transform !== place) cursor.style.transform = place;
  }

  #showLegend(items: readonly LegendItem[], palette: Palette): void {
    const key = JSON.stringify([items, palette.ink]);
    if (this.#legend.dataset.key === key) return;
    this.#legend.dataset.key = key;
    this.#legend.replaceChildren(
      ...items.map((item) => {
        const entry = html('li', {}, swatch(item, palette), item.title);
        if (item.about !== undefined) explain(entry, () => ({ title: item.title, text: item.about! }));
        return entry;
      }),
    );
  }

  #toggleTable(): void {
    this.#table.hidden = !this.#table.hidden;
    this.#plot.hidden = !this.#table.hidden;
    setAttribute(this.#tableButton, 'aria-pressed', String(!this.#table.hidden));
    if (!this.#table.hidden) this.#fillTable();
  }

  #fillTable(): void {
    if (this.#painted === null) return;
    const { picture, views, view } = this.#painted;
    const shown = this.letter === '' ? views : [views[view]!];
    this.#table.replaceChildren(tableOf(this.#chart.title, picture.measures, shown, this.#store.span.peek()));
  }

  #listen(): void {
    let pressedAt: number | null = null;
    const timeAt = (event: PointerEvent): number => {
      const { fromNs, toNs } = this.#store.span.peek();
      const x = event.clientX - this.#plot.getBoundingClientRect().left - GUTTER_LEFT;
      return fromNs + Math.min(Math.max(x / this.plotWidth, 0), 1) * (toNs - fromNs);
    };
    this.#plot.addEventListener('pointerdown', (event) => {
      if (event.button === 0 && event.pointerType !== 'touch') pressedAt = event.clientX;
    });
    this.#plot.addEventListener('pointermove', (event) => {
      this.#store.hoverNs.set(timeAt(event));
      if (pressedAt === null || Math.abs(event.clientX - pressedAt) < CLICK_PIXELS) return;
      this.#plot.setPointerCapture(event.pointerId);
      const left = this.#plot.getBoundingClientRect().left;
      this.#selection.hidden = false;
      this.#selection.style.left = `${Math.min(pressedAt, event.clientX) - left}px`;
      this.#selection.style.width = `${Math.abs(event.clientX - pressedAt)}px`;
    });
    this.#plot.addEventListener('pointerup', (event) => {
      const from = pressedAt;
      pressedAt = null;
      this.#selection.hidden = true;
      if (from === null || Math.abs(event.clientX - from) < CLICK_PIXELS) {
        this.#store.seek(timeAt(event));
        return;
      }
      const { fromNs, toNs } = this.#store.span.peek();
      const perPixel = (toNs - fromNs) / this.plotWidth;
      const end = timeAt(event);
      const start = end - (event.clientX - from) * perPixel;
      this.#store.zoomTo({ fromNs: Math.min(start, end), toNs: Math.max(start, end) });
    });
    this.#plot.addEventListener('pointercancel', () => {
      pressedAt = null;
      this.#selection.hidden = true;
    });
    this.#plot.addEventListener('pointerleave', () => this.#store.hoverNs.set(null));
    this.#plot.addEventListener('dblclick', () => this.#store.zoom.set(null));
  }
}

/** A small sample of how something is drawn. */
function swatch({ colour, mark, hatch }: LegendItem, palette: Palette): Element {
  if (colour === undefined || hatch === undefined || hatch === 'solid') return html('span', { class: 'swatch', 'data-mark': mark, 'data-colour': colour, 'aria-hidden': 'true' });
  const lines: Readonly<Record<Exclude<typeof hatch, 'solid'>, string>> = {
    slanted: 'M-1,7 L7,-1 M3,11 L15,-1 M9,13 L17,5',
    upright: 'M3,0 V12 M9,0 V12',
    crossed: 'M0,0 L12,12 M12,0 L0,12',
    dotted: 'M3,3 h1.5 M8,3 h1.5 M3,8 h1.5 M8,8 h1.5',
  };
  return svg('svg', { class: 'swatch', viewBox: '0 0 12 12', 'aria-hidden': 'true' }, svg('rect', { width: 12, height: 12, fill: palette[colour] }), svg('path', { d: lines[hatch], stroke: palette.panel, 'stroke-width': 1.5, fill: 'none' }));
}
