import { REPLICA_ROLES } from '../../sim/telemetry/series.ts';
import type { Problem } from '../../sim/worker/protocol.ts';
import type { Recording } from '../arm/recording.ts';
import { explain, type Tip } from '../controls/tooltip.ts';
import { setAttribute, setText, svg } from '../dom.ts';
import { formatCount, formatRate, formatShare } from '../format.ts';
import { NODE_WIDTH, type PlacedNode, ROW_HEIGHT, TITLE_HEIGHT } from './layout.ts';
import { type Condition, NodeReader, type NodeState } from './node-state.ts';
import { LINT_SIGN, warningRows } from './warnings-at.ts';

const PADDING = 9;
const BAR_LEFT = 52;
const BAR_WIDTH = 48;
const BAR_HEIGHT = 6;
/** Squares of a pool: one for each thread, or for several where there are more. */
const SLOTS = 12;
const SLOT_SIZE = 3.4;
const SLOT_STEP = BAR_WIDTH / SLOTS;
/** More instances than this are counted instead of drawn. */
const MAX_BADGES = 6;
const BADGE_SIZE = 12;
/** More letters would run out of the card; with the kind beside it, together. */
const MAX_NAME = 17;
const TAG = { width: 50, height: 14 } as const;

const BADGES: Readonly<Record<Condition, string>> = { normal: '', full: 'FULL', failing: 'FAILING', down: 'DOWN' };
const ROLE_LETTERS = ['R', 'P', 'C', 'F', '×'];

/** A component as drawn: name, condition, waiting line, pool, instances. Reads its own state. */
export class Card {
  readonly element: SVGGElement;
  readonly #node: PlacedNode;
  /** A tag on the upper edge, where it covers nothing. */
  readonly #condition = svg('text', { x: TAG.width / 2, y: 10.5, 'text-anchor': 'middle' });
  readonly #fault = svg('g', { class: 'fault', visibility: 'hidden' });
  readonly #lint = svg('path', { class: 'lint', d: LINT_SIGN, visibility: 'hidden' });
  readonly #rows: readonly ((state: NodeState, timeNs: number) => void)[];
  #recording: Recording | null = null;
  #warnings: readonly Problem[] = [];
  #reader: NodeReader | null = null;
  #state: NodeState | null = null;

  constructor(node: PlacedNode) {
    this.#node = node;
    const { component, x, y, width, height } = node;
    this.element = svg(
      'g',
      { class: 'card', transform: `translate(${x.toFixed(1)},${y.toFixed(1)})` },
      svg('rect', { class: 'box', width, height, rx: 6 }),
      svg('text', { class: 'name', x: PADDING, y: 16 }, shortened(component.name, MAX_NAME)),
      ...(component.name.length + component.kind.length > MAX_NAME
        ? []
        : [svg('text', { class: 'kind', x: NODE_WIDTH - PADDING, y: 16, 'text-anchor': 'end' }, component.kind)]),
      svg('g', { class: 'condition', transform: `translate(${NODE_WIDTH - TAG.width - 8},${-TAG.height * 0.68})` }, svg('rect', { ...TAG, rx: 3 }), this.#condition),
      this.#fault,
      this.#lint,
    );
    setAttribute(this.#lint, 'transform', `translate(${width - 1},${height - 3})`);
    this.#fault.append(svg('path', { class: 'bolt', d: 'M4,-9 L-4,1 L0,1 L-3,9 L5,-2 L1,-2 Z' }));
    this.#rows = component.instances === 0 ? [this.#clientRow()] : [this.#queueRow(), this.#poolRow(), ...this.#instancesRow()];
    explain(this.element, () => this.#tip());
  }

  show(recording: Recording | null, timeNs: number, speed: number): void {
    if (recording !== this.#recording) {
      this.#recording = recording;
      this.#reader = recording === null ? null : new NodeReader(recording, this.#node.component);
    }
    if (this.#reader === null) return;
    const state = this.#reader.read(timeNs, speed);
    this.#state = state;
    setAttribute(this.element, 'data-condition', state.condition);
    setText(this.#condition, BADGES[state.condition]);
    for (const row of this.#rows) row(state, timeNs);
  }

  /** What is not as it should be, in words. */
  get notable(): readonly string[] {
    const condition = this.#state?.condition ?? 'normal';
    return condition === 'normal' ? [] : [`${this.#node.component.name} ${condition}`];
  }

  /** Marks the card as one that the linter speaks of. */
  warn(warnings: readonly Problem[]): void {
    this.#warnings = warnings;
    setAttribute(this.#lint, 'visibility', warnings.length > 0 ? 'visible' : 'hidden');
  }

  /** Marks the card while a fault is on it. */
  showFault(isOn: boolean): void {
    setAttribute(this.#fault, 'visibility', isOn ? 'visible' : 'hidden');
  }

  #row(at: number, label: string): { readonly group: SVGGElement; readonly value: SVGTextElement } {
    const value = svg('text', { class: 'value', x: NODE_WIDTH - PADDING, y: 9, 'text-anchor': 'end' });
    const group = svg('g', { transform: `translate(0,${TITLE_HEIGHT + at * ROW_HEIGHT})` }, svg('text', { class: 'label', x: PADDING, y: 9 }, label), value);
    this.element.append(group);
    return { group, value };
  }

  #clientRow(): (state: NodeState) => void {
    const { value } = this.#row(0, 'answered');
    return ({ perSecond }) => setText(value, formatRate(perSecond));
  }

  #queueRow(): (state: NodeState) => void {
    const { group, value } = this.#row(0, 'waiting');
    const fill = svg('rect', { class: 'queue-fill', x: BAR_LEFT, y: 3, width: 0, height: BAR_HEIGHT });
    group.append(svg('rect', { class: 'trough', x: BAR_LEFT, y: 3, width: BAR_WIDTH, height: BAR_HEIGHT }), fill);
    return ({ queue, queueCapacity }) => {
      // Without a limit the bar shows tenfold steps: 1, 10, 100, 1,000 waiting.
      const share = Number.isFinite(queueCapacity) && queueCapacity > 0 ? queue / queueCapacity : Math.log10(1 + queue) / 4;
      setAttribute(fill, 'width', (Math.min(share || 0, 1) * BAR_WIDTH).toFixed(1));
      setText(value, formatCount(Math.round(queue) || 0));
    };
  }

  #poolRow(): (state: NodeState) => void {
    const { kind, capacity, instances } = this.#node.component;
    const { group, value } = this.#row(1, kind === 'database' ? 'conns' : 'threads');
    const slots = Math.min(capacity * instances, SLOTS);
    const busySlots = svg('path', { class: 'slots busy' });
    const freeSlots = svg('path', { class: 'slots' });
    group.append(freeSlots, busySlots);
    return ({ busy, capacity: total }) => {
      const count = Number.isFinite(slots) ? slots : SLOTS;
      // One that is in use at all shows as used, so that "some" never looks like "none".
      const share = total > 0 ? busy / total : Math.log10(1 + busy) / 4;
      const used = Math.min(Math.ceil((share || 0) * count - 0.05), count);
      setAttribute(busySlots, 'd', squares(0, used));
      setAttribute(freeSlots, 'd', squares(used, count));
      setText(value, formatCount(Math.round(busy) || 0));
    };
  }

  #instancesRow(): ((state: NodeState, timeNs: number) => void)[] {
    const { component } = this.#node;
    if (component.instances <= 1) return [];
    const { group, value } = this.#row(2, component.kind === 'database' ? 'nodes' : 'instances');
    const isDrawn = component.kind === 'database' && component.instances <= MAX_BADGES;
    const badges = Array.from({ length: isDrawn ? component.instances : 0 }, (_, at) => {
      const letter = svg('text', { x: BADGE_SIZE / 2, y: 9, 'text-anchor': 'middle' });
      const badge = svg('g', { class: 'role', transform: `translate(${BAR_LEFT + at * (BADGE_SIZE + 3)},0)` }, svg('rect', { width: BADGE_SIZE, height: BADGE_SIZE, rx: 2 }), letter);
      return { badge, letter };
    });
    group.append(...badges.map(({ badge }) => badge));
    return [
      ({ up, healthy }, timeNs) => {
        badges.forEach(({ badge, letter }, at) => {
          const role = this.#value(`${component.name}#${at}`, 'role', timeNs);
          setText(letter, ROLE_LETTERS[role] ?? '');
          setAttribute(badge, 'data-role', REPLICA_ROLES[role] ?? '');
        });
        const seen = Number.isNaN(healthy) ? '' : `${formatCount(Math.round(healthy))} in use`;
        setText(value, isDrawn ? '' : `${formatCount(up)} up${seen === '' ? '' : `, ${seen}`}`);
      },
    ];
  }

  #value(address: string, name: string, timeNs: number): number {
    const recording = this.#recording;
    return recording === null ? Number.NaN : recording.value(recording.column(address, name), recording.bucketAt(timeNs));
  }

  #tip(): Tip {
    const { component } = this.#node;
    const state = this.#state;
    if (state === null) return { title: component.name, text: component.kind, rows: warningRows(this.#warnings) };
    const limit = (value: number): string => (value > 0 && Number.isFinite(value) ? ` of ${formatCount(value)}` : '');
    const isClient = component.instances === 0;
    const rows: [string, string][] = [
      ['answered', formatRate(state.perSecond)],
      ['not answered well', formatShare(state.failedShare)],
    ];
    if (!isClient) {
      rows.push(
        ['waiting', `${formatCount(Math.round(state.queue))}${limit(state.queueCapacity)}`],
        [component.kind === 'database' ? 'connections in use' : 'threads in use', `${formatCount(Math.round(state.busy))}${limit(state.capacity)}`],
        ['instances up', `${formatCount(state.up)} of ${component.instances}`],
      );
    }
    if (!Number.isNaN(state.healthy)) rows.push(['healthy, as the balancer believes', formatCount(Math.round(state.healthy))]);
    if (component.balancer !== '') rows.push(['balancer', component.balancer]);
    const lag = this.#value(`${component.name}#1`, 'lag', 0);
    if (!Number.isNaN(lag)) rows.push(['replicas', 'P primary, R replica, C candidate, F fenced, × down']);
    return { title: component.name, text: `${component.kind}; averages over the last moment`, rows: [...rows, ...warningRows(this.#warnings)] };
  }
}

function squares(from: number, to: number): string {
  let d = '';
  for (let slot = from; slot < to; slot++) {
    d += `M${(BAR_LEFT + slot * SLOT_STEP).toFixed(1)},3h${SLOT_SIZE}v${BAR_HEIGHT}h-${SLOT_SIZE}z`;
  }
  return d;
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

