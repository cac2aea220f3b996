/**
 * A state machine as a picture: states in a row, one arc for each transition, above to the right and below to the left,
 * each with a number that the list under the picture explains. The list alone says everything that the picture does.
 */
import type { ReferenceEntry } from '../../sim/worker/protocol.ts';
import { html, svg } from '../dom.ts';

type Transition = ReferenceEntry['states'][number];

const BOX_WIDTH = 96;
const BOX_HEIGHT = 32;
const GAP = 104;
/** Of an arc between neighbours; one that passes over others is higher by as much for each. */
const RISE = 26;
const MARGIN = 12;
const NUMBER_RADIUS = 9;

export function stateMachine(title: string, transitions: readonly Transition[]): HTMLElement {
  const names = [...new Set(transitions.flatMap(({ from, to }) => [from, to]))];
  const longest = Math.max(1, ...transitions.map(({ from, to }) => Math.abs(names.indexOf(to) - names.indexOf(from))));
  const width = names.length * BOX_WIDTH + (names.length - 1) * GAP + 2 * MARGIN;
  const middle = MARGIN + NUMBER_RADIUS + RISE * (longest + lanesOf(transitions) - 1) + BOX_HEIGHT / 2;
  const picture = svg(
    'svg',
    { class: 'machine', viewBox: `0 0 ${width} ${2 * middle}`, width, height: 2 * middle, role: 'img', 'aria-label': `States of ${title}: ${names.join(', ')}` },
    ...transitions.map((transition, at) => arc(transition, at, names, middle, laneOf(transitions, at))),
    ...names.map((name, at) =>
      svg(
        'g',
        { class: 'state' },
        svg('rect', { x: leftOf(at), y: middle - BOX_HEIGHT / 2, width: BOX_WIDTH, height: BOX_HEIGHT, rx: 6 }),
        svg('text', { x: leftOf(at) + BOX_WIDTH / 2, y: middle, 'text-anchor': 'middle', 'dominant-baseline': 'central' }, name),
      ),
    ),
  );
  const list = html('ol', {}, ...transitions.map(({ from, to, when }) => html('li', {}, html('b', {}, `${from} → ${to}`), ` ${when}`)));
  return html('figure', { class: 'states' }, html('div', { class: 'scroll', role: 'group', 'aria-label': `Picture of the states of ${title}`, tabindex: 0 }, picture), list);
}

function leftOf(at: number): number {
  return MARGIN + at * (BOX_WIDTH + GAP);
}

/** Transitions between the same two states, in the same direction, lie above one another. */
function laneOf(transitions: readonly Transition[], at: number): number {
  const { from, to } = transitions[at]!;
  return transitions.slice(0, at).filter((other) => other.from === from && other.to === to).length;
}

function lanesOf(transitions: readonly Transition[]): number {
  return Math.max(...transitions.map((_, at) => laneOf(transitions, at) + 1));
}

function arc({ from, to }: Transition, at: number, names: readonly string[], middle: number, lane: number): SVGElement {
  const [start, end] = [names.indexOf(from), names.indexOf(to)];
  const isForward = end > start;
  const isLoop = end === start;
  const side = isForward || isLoop ? -1 : 1;
  const edge = middle + (side * BOX_HEIGHT) / 2;
  const rise = RISE * (Math.max(1, Math.abs(end - start)) + lane);
  // Out at the side that faces the goal, in at the side that faces the origin; a loop goes out and in at the top.
  const spread = isLoop ? BOX_WIDTH / 5 : -BOX_WIDTH / 4 + lane * 8;
  const x1 = leftOf(start) + BOX_WIDTH / 2 + (isLoop ? -spread : isForward ? -spread : spread);
  const x2 = leftOf(end) + BOX_WIDTH / 2 + (isLoop ? spread : isForward ? spread : -spread);
  const top = edge + side * rise;
  // The middle of a cubic curve lies three quarters of the way to its control points.
  const control = edge + (side * rise * 4) / 3;
  return svg(
    'g',
    { class: 'arc' },
    svg('path', { d: `M${x1},${edge} C${x1},${control} ${x2},${control} ${x2},${edge}` }),
    svg('path', { class: 'head', d: `M${x2 - 4},${edge + side * 7} L${x2},${edge} L${x2 + 4},${edge + side * 7} Z` }),
    svg('circle', { cx: (x1 + x2) / 2, cy: top, r: NUMBER_RADIUS }),
    svg('text', { x: (x1 + x2) / 2, y: top, 'text-anchor': 'middle', 'dominant-baseline': 'central' }, String(at + 1)),
  );
}
