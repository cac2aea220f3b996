/** The picture of the system of one arm: edges in SVG, moving dots on a canvas above them, cards in SVG above those. */
import { select } from 'd3';
import type { FaultDescription, LayerDescription, Problem, SystemDescription } from '../../sim/worker/protocol.ts';
import type { Recording } from '../arm/recording.ts';
import { explain, type Tip } from '../controls/tooltip.ts';
import { html, setAttribute, setText, svg } from '../dom.ts';
import { faultName } from '../fault-name.ts';
import { formatRate, formatShare } from '../format.ts';
import type { Palette } from '../palette.ts';
import { BreakerGlyph } from './breaker-glyph.ts';
import { Card } from './card.ts';
import { DotCanvas, type DottedEdge } from './dot-canvas.ts';
import { placeOnPath, svgPath } from './edge-path.ts';
import { type Fit, fitInto } from './fit.ts';
import { peakOnTheWay, RecordedFlow } from './flow.ts';
import { layOut, type PlacedEdge, type TopologyLayout } from './layout.ts';
import { smoothedRate, smoothingNsAt } from './node-state.ts';
import { LINT_SIGN, warningRows } from './warnings-at.ts';

export interface Moment {
  readonly timeNs: number;
  readonly speed: number;
}

const MAX_HEIGHT = 420;
/** Numbers stand so far above their edge, or above a breaker on it. */
const RATE_ABOVE = { line: 9, breaker: 17 };
/** An edge is at least this wide, and wider by one for each doubling of its rate. */
const EDGE_WIDTH = { least: 1.5, most: 8, perDoubling: 0.55 };
const ARROW = 'M-6,-3.5 L0,0 L-6,3.5';

export class TopologyView {
  readonly element = html('div', { class: 'topology', role: 'img' });
  readonly #letter: string;
  readonly #below = svg('svg', { 'aria-hidden': 'true' });
  readonly #above = svg('svg', { class: 'above', 'aria-hidden': 'true' });
  readonly #dots = new DotCanvas();
  #layout: TopologyLayout | null = null;
  #fit: Fit = { scale: 1, x: 0, y: 0 };
  #width = 0;
  #height = 0;
  #cards: readonly Card[] = [];
  #breakers: readonly BreakerGlyph[] = [];
  #edges: readonly EdgeView[] = [];
  #recording: Recording | null = null;
  #flows: readonly RecordedFlow[] = [];
  #peaks: readonly number[] = [];

  /** @param letter of the arm */
  constructor(letter: string) {
    this.#letter = letter;
    this.element.append(this.#below, this.#dots.element, this.#above);
  }

  /** Lays out a system in the present width; to be called again when either changes. */
  layOut(system: SystemDescription | null): void {
    const width = this.element.clientWidth;
    if (system === null || width === 0) return;
    const layout = layOut(system, { width, height: MAX_HEIGHT });
    const { height, ...fit } = fitInto(layout, { width, height: MAX_HEIGHT });
    this.#layout = layout;
    this.#fit = fit;
    this.#width = width;
    this.#height = height;
    this.#draw(layout);
    this.#recording = null;
  }

  /** Marks what the linter speaks of, by component and call site. */
  warn(byPlace: ReadonlyMap<string, readonly Problem[]>): void {
    this.#layout?.nodes.forEach(({ component }, at) => this.#cards[at]!.warn(byPlace.get(component.name) ?? []));
    for (const edge of this.#edges) edge.warn(edge.placed.sites.flatMap(({ address }) => byPlace.get(address) ?? []));
  }

  /** Takes the record whose moments are to be shown. */
  follow(recording: Recording | null): void {
    if (recording !== this.#recording) {
      this.#recording = recording;
      this.#flows = recording === null ? [] : this.#edges.map(({ placed }) => new RecordedFlow(recording, addressesOf(placed)));
    }
    for (const flow of this.#flows) flow.update();
  }

  /** For each edge, the most that was ever under way at once. */
  peaks(travelNs: number): readonly number[] {
    this.#peaks = this.#flows.map((flow) => peakOnTheWay(flow, travelNs));
    return this.#peaks;
  }

  /** Cards, edges and breakers at a moment. */
  showState({ timeNs, speed }: Moment): void {
    for (const card of this.#cards) card.show(this.#recording, timeNs, speed);
    for (const breaker of this.#breakers) breaker.show(this.#recording, timeNs, speed);
    for (const edge of this.#edges) edge.show(this.#recording, timeNs, speed);
    const faults = this.#recording === null ? [] : faultsAt(this.#recording, timeNs);
    this.#showFaults(faults);
    setAttribute(this.element, 'aria-label', this.#inWords(faults));
  }

  /** Dots at a moment; none when `isStill`. */
  showDots({ timeNs }: Moment, view: { readonly travelNs: number; readonly worth: number; readonly palette: Palette; readonly isStill: boolean }): void {
    if (view.isStill) {
      this.#dots.clear();
      return;
    }
    const edges: DottedEdge[] = this.#flows.map((flow, at) => ({ flow, path: this.#edges[at]!.placed.path, seed: at + 1, peak: this.#peaks[at] ?? 0 }));
    this.#dots.draw(edges, { timeNs, ...view }, this.#fit, { width: this.#width, height: this.#height }, view.palette);
  }

  #draw(layout: TopologyLayout): void {
    const { scale, x, y } = this.#fit;
    this.#edges = layout.edges.map((placed) => new EdgeView(placed));
    this.#cards = layout.nodes.map((node) => new Card(node));
    this.#breakers = layout.edges.flatMap((edge) => breakersOn(edge));
    this.element.style.height = `${this.#height}px`;
    const transform = `translate(${x.toFixed(1)},${y.toFixed(1)}) scale(${scale.toFixed(4)})`;
    const fill = (layer: SVGSVGElement, parts: readonly { readonly element: SVGGElement }[]): void => {
      select(layer).attr('width', this.#width).attr('height', this.#height);
      layer.replaceChildren(svg('g', { transform }, ...parts.map(({ element }) => element)));
    };
    fill(this.#below, this.#edges);
    fill(this.#above, [...this.#cards, ...this.#breakers]);
  }

  /** What the picture shows, for those who do not see it. */
  #inWords(faults: readonly FaultDescription[]): string {
    const calls = this.#edges.map(({ placed: { sites: [site] } }) => `${site!.from} calls ${site!.to}`);
    const notable = [...[...this.#cards, ...this.#breakers].flatMap(({ notable: words }) => words), ...faults.map((fault) => `fault ${faultName(fault)}`)];
    return `System of run ${this.#letter}: ${calls.join(', ')}. Now: ${notable.join(', ') || 'all normal'}.`;
  }

  #showFaults(faults: readonly FaultDescription[]): void {
    const hit = new Set(faults.flatMap(({ targets }) => targets.map(componentOf)));
    this.#layout?.nodes.forEach(({ component }, at) => this.#cards[at]!.showFault(hit.has(component.name)));
    for (const edge of this.#edges) edge.showFault(edge.placed.sites.some(({ address }) => faults.some(({ targets }) => targets.includes(address))));
  }
}

const componentOf = (target: string): string => target.split('#')[0]!;
const addressesOf = (edge: PlacedEdge): string[] => edge.sites.map(({ address }) => address);

/** The faults that are on at an instant, as the run itself reported them. */
function faultsAt(recording: Recording, timeNs: number): FaultDescription[] {
  const on = new Set<string>();
  for (const { atNs, kind, address } of recording.events) {
    if (atNs > timeNs) continue;
    if (kind === 'faultStart') on.add(address);
    if (kind === 'faultEnd') on.delete(address);
  }
  return recording.system.faults.filter(({ address }) => on.has(address));
}

const breakerLayers = (edge: PlacedEdge): LayerDescription[] => edge.sites.flatMap(({ layers }) => layers.filter(({ family }) => family === 'circuitBreaker'));

/** The breakers of an edge's call sites, those that are on spread along its middle; one that is off may be switched on there. */
function breakersOn(edge: PlacedEdge): BreakerGlyph[] {
  const layers = breakerLayers(edge);
  const on = layers.filter(({ enabled }) => enabled);
  const distance = Math.min(0.3, 0.8 / Math.max(1, on.length));
  const place = { x: 0, y: 0 };
  return layers.map((layer) => {
    const fromMiddle = layer.enabled ? on.indexOf(layer) - (on.length - 1) / 2 : 0;
    placeOnPath(edge.path, 0.46 + fromMiddle * distance, place);
    return new BreakerGlyph(layer, place.x, place.y);
  });
}

/** One edge: a line as wide as its traffic, with its rate in numbers for whoever does not want moving dots. */
class EdgeView {
  readonly element: SVGGElement;
  readonly placed: PlacedEdge;
  readonly #line: SVGPathElement;
  readonly #rate: SVGTextElement;
  readonly #lint: SVGPathElement;
  #warnings: readonly Problem[] = [];
  #perSecond = Number.NaN;
  #failedShare = Number.NaN;
  #retryShare = Number.NaN;
  #hedgeShare = Number.NaN;

  constructor(placed: PlacedEdge) {
    this.placed = placed;
    const place = { x: 0, y: 0 };
    placeOnPath(placed.path, 0.5, place);
    this.#line = svg('path', { class: 'line', d: svgPath(placed.path) });
    const above = breakerLayers(placed).length === 0 ? RATE_ABOVE.line : RATE_ABOVE.breaker;
    this.#rate = svg('text', { class: 'rate', x: place.x.toFixed(1), y: (place.y - above).toFixed(1), 'text-anchor': 'middle' });
    // Breakers stand in the middle.
    placeOnPath(placed.path, 0.2, place);
    this.#lint = svg('path', { class: 'lint', d: LINT_SIGN, transform: `translate(${place.x.toFixed(1)},${(place.y + 14).toFixed(1)})`, visibility: 'hidden' });
    this.element = svg('g', { class: 'edge' }, svg('path', { class: 'reach', d: svgPath(placed.path) }), this.#line, this.#arrow(), this.#rate, this.#lint);
    explain(this.element, () => this.#tip());
  }

  show(recording: Recording | null, timeNs: number, speed: number): void {
    if (recording === null) return;
    const smoothingNs = smoothingNsAt(speed);
    const perSecond = (name: string): number => smoothedRate(recording, recording.columns(addressesOf(this.placed), name), timeNs, smoothingNs);
    this.#perSecond = perSecond('sends');
    const [answered, failed, released] = [perSecond('answered'), perSecond('failedSends'), perSecond('cancelledSends')];
    this.#failedShare = (failed + released) / (answered + failed + released);
    this.#retryShare = perSecond('retries') / this.#perSecond;
    this.#hedgeShare = perSecond('hedges') / this.#perSecond;
    const { least, most, perDoubling } = EDGE_WIDTH;
    setAttribute(this.#line, 'stroke-width', Math.min(least + perDoubling * Math.log2(1 + (this.#perSecond || 0)), most).toFixed(1));
    setText(this.#rate, formatRate(this.#perSecond));
  }

  warn(warnings: readonly Problem[]): void {
    this.#warnings = warnings;
    setAttribute(this.#lint, 'visibility', warnings.length > 0 ? 'visible' : 'hidden');
  }

  showFault(isOn: boolean): void {
    this.element.classList.toggle('faulted', isOn);
  }

  #arrow(): SVGPathElement {
    const { xs, ys } = this.placed.path;
    const [x, y] = [xs.at(-1)!, ys.at(-1)!];
    const angle = (Math.atan2(y - ys.at(-2)!, x - xs.at(-2)!) * 180) / Math.PI;
    return svg('path', { class: 'arrow', d: ARROW, transform: `translate(${x.toFixed(1)},${y.toFixed(1)}) rotate(${angle.toFixed(0)})` });
  }

  #tip(): Tip {
    const { sites } = this.placed;
    const first = sites[0]!;
    const layers = (list: readonly LayerDescription[]): string => list.map(({ title }) => title).join(' › ') || 'no patterns';
    return {
      title: `${first.from} → ${first.to}`,
      text: 'Sends over this edge: first ones, retries and hedges.',
      rows: [
        ['sends', formatRate(this.#perSecond)],
        ['of them retries', formatShare(this.#retryShare)],
        ['of them hedges', formatShare(this.#hedgeShare)],
        ['not answered well', formatShare(this.#failedShare)],
        ...sites.map((site) => [site.operation === '' ? site.address : `${site.address} (${site.operation})`, layers(site.layers)] as const),
        ...warningRows(this.#warnings),
      ],
    };
  }
}
