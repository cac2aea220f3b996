import { Graph, layout as placeByRank } from '@dagrejs/dagre';
import type { ComponentDescription, SiteDescription, SystemDescription } from '../../sim/worker/protocol.ts';
import { fitInto, type Size } from './fit.ts';
import { type EdgePath, type Point, smoothPath } from './edge-path.ts';

/** A component's card; `x`, `y` are its upper left corner. */
export interface PlacedNode {
  readonly component: ComponentDescription;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
/** All uses of one component by another. */
export interface PlacedEdge {
  readonly id: string;
  readonly sites: readonly SiteDescription[];
  readonly path: EdgePath;
}
/** A system laid out, in pixels before it is scaled into its room. */
export interface TopologyLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

export const NODE_WIDTH = 142;
/** Height of a card's title, and of each of the rows under it. */
export const TITLE_HEIGHT = 24;
export const ROW_HEIGHT = 15;
const CARD_FOOT = 5;
const NODE_GAP = 20;
/** Ports of edges on one side of a card keep this distance where there is room. */
const PORT_GAP = 12;

/** Rows of a card: waiting line, pool, and the instances where there is more than one. */
function cardRows(component: ComponentDescription): number {
  if (component.instances === 0) return 1;
  return component.instances > 1 ? 3 : 2;
}

const cardHeight = (component: ComponentDescription): number => TITLE_HEIGHT + cardRows(component) * ROW_HEIGHT + CARD_FOOT;

type Axis = 'x' | 'y';

/** Ways to lay a system out, the nicest first: with long edges, with short ones, and downward for narrow screens. */
const WAYS: readonly { readonly axis: Axis; readonly gap: number; readonly leastScale: number }[] = [
  { axis: 'x', gap: 96, leastScale: 0.95 },
  { axis: 'x', gap: 60, leastScale: 0.62 },
  { axis: 'y', gap: 46, leastScale: 0.62 },
];

const MAX_GAP = 170;

/** Places the components of a system in the nicest way that stays readable in the room, or in the largest that there is. */
export function layOut(system: SystemDescription, room: Size): TopologyLayout {
  let largest: TopologyLayout | undefined;
  for (const { axis, gap, leastScale } of WAYS) {
    const layout = layOutAlong(system, axis, gap);
    const { scale } = fitInto(layout, room);
    if (scale >= leastScale) return axis === 'x' ? stretched(system, layout, gap, room.width / scale) : layout;
    if (largest === undefined || scale > fitInto(largest, room).scale) largest = layout;
  }
  return largest!;
}

/** With longer edges, where there is room for them beside a high picture. */
function stretched(system: SystemDescription, layout: TopologyLayout, gap: number, width: number): TopologyLayout {
  const ranks = new Set(layout.nodes.map(({ x, width: own }) => Math.round(x + own / 2))).size;
  const longer = Math.floor(Math.min(gap + (width - layout.width) / Math.max(ranks - 1, 1) - 2, MAX_GAP));
  return longer > gap ? layOutAlong(system, 'x', longer) : layout;
}

function layOutAlong(system: SystemDescription, axis: Axis, rankGap: number): TopologyLayout {
  const edges = edgesOf(system);
  const graph = new Graph({ directed: true });
  graph.setGraph({ rankdir: axis === 'x' ? 'LR' : 'TB', ranksep: rankGap, nodesep: NODE_GAP, edgesep: NODE_GAP });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const component of system.components) {
    graph.setNode(component.name, { width: NODE_WIDTH, height: cardHeight(component) });
  }
  for (const { from, to } of edges) graph.setEdge(from, to);
  placeByRank(graph);
  const nodes = system.components.map((component) => {
    const { x = 0, y = 0, width, height } = graph.node(component.name);
    return { component, x: x - width / 2, y: y - height / 2, width, height };
  });
  const byName = new Map(nodes.map((node) => [node.component.name, node]));
  const ports = spreadPorts(edges, byName, axis);
  const placed = edges.map(({ id, from, to, sites }) => {
    const bends = (graph.edge(from, to).points ?? []).slice(1, -1);
    const { start, end } = ports.get(id)!;
    // A waypoint in the middle of the free gap between two ranks would only put a kink into a straight way.
    return { id, sites, path: smoothPath([start, ...(bends.length > 1 ? bends : []), end], axis) };
  });
  const { width = 0, height = 0 } = graph.graph();
  return { width, height, nodes, edges: placed };
}

interface Edge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly sites: readonly SiteDescription[];
}

function edgesOf(system: SystemDescription): Edge[] {
  const edges = new Map<string, Edge & { readonly sites: SiteDescription[] }>();
  for (const site of system.sites) {
    const id = `${site.from}\n${site.to}`;
    const edge = edges.get(id);
    if (edge === undefined) edges.set(id, { id, from: site.from, to: site.to, sites: [site] });
    else edge.sites.push(site);
  }
  return [...edges.values()];
}

/** Where each edge leaves and enters: side by side in the order of what lies at its other end, so that edges do not cross at a card. */
function spreadPorts(
  edges: readonly Edge[],
  nodes: ReadonlyMap<string, PlacedNode>,
  axis: Axis,
): Map<string, { start: Point; end: Point }> {
  const middle = (name: string): number => {
    const { x, y, width, height } = nodes.get(name)!;
    return axis === 'x' ? y + height / 2 : x + width / 2;
  };
  const ports = new Map<string, { start: Point; end: Point }>(edges.map(({ id }) => [id, { start: ORIGIN, end: ORIGIN }]));
  for (const [name, node] of nodes) {
    for (const side of ['start', 'end'] as const) {
      const here = edges
        .filter((edge) => (side === 'start' ? edge.from : edge.to) === name)
        .sort((a, b) => (side === 'start' ? middle(a.to) - middle(b.to) : middle(a.from) - middle(b.from)));
      const room = axis === 'x' ? node.height : node.width;
      const gap = Math.min(PORT_GAP, room / (here.length + 1));
      here.forEach(({ id }, at) => {
        const offset = (at - (here.length - 1) / 2) * gap;
        ports.get(id)![side] = portOf(node, side, axis, offset);
      });
    }
  }
  return ports;
}

const ORIGIN: Point = { x: 0, y: 0 };

function portOf(node: PlacedNode, side: 'start' | 'end', axis: Axis, offset: number): Point {
  const { x, y, width, height } = node;
  return axis === 'x'
    ? { x: side === 'start' ? x + width : x, y: y + height / 2 + offset }
    : { x: x + width / 2 + offset, y: side === 'start' ? y + height : y };
}
