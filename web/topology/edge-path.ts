/** A place in a layout, in its own pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A drawn edge as a chain of short straight pieces with the length up to each corner, so that a dot finds its place fast. */
export interface EdgePath {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  /** Length from the start to each corner; the last is the length of the whole. */
  readonly lengths: Float64Array;
}

const PIECES_PER_SPAN = 16;

/**
 * A smooth path through waypoints that leaves and enters each of them along the main axis of the layout.
 * @param axis the direction in which the layout flows
 */
export function smoothPath(waypoints: readonly Point[], axis: 'x' | 'y'): EdgePath {
  const xs: number[] = [];
  const ys: number[] = [];
  waypoints.forEach((to, at) => {
    const from = waypoints[at - 1];
    if (from === undefined) {
      xs.push(to.x);
      ys.push(to.y);
      return;
    }
    for (let piece = 1; piece <= PIECES_PER_SPAN; piece++) {
      const t = piece / PIECES_PER_SPAN;
      // A cubic whose control points lie halfway: along the axis it moves nearly evenly, across it eases in and out.
      const along = t * (1.5 - 1.5 * t + t * t);
      const across = t * t * (3 - 2 * t);
      xs.push(from.x + (to.x - from.x) * (axis === 'x' ? along : across));
      ys.push(from.y + (to.y - from.y) * (axis === 'x' ? across : along));
    }
  });
  const lengths = new Float64Array(xs.length);
  for (let at = 1; at < xs.length; at++) {
    lengths[at] = lengths[at - 1]! + Math.hypot(xs[at]! - xs[at - 1]!, ys[at]! - ys[at - 1]!);
  }
  return { xs: Float64Array.from(xs), ys: Float64Array.from(ys), lengths };
}

/**
 * The place a share of the way along the path, 0 at its start and 1 at its end; writes into `out` to make no garbage.
 * @param aside distance from the path, to the right of whoever walks along it
 */
export function placeOnPath(path: EdgePath, share: number, out: { x: number; y: number }, aside = 0): void {
  const { xs, ys, lengths } = path;
  const last = lengths.length - 1;
  const wanted = Math.min(Math.max(share, 0), 1) * lengths[last]!;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (lengths[middle]! <= wanted) low = middle;
    else high = middle;
  }
  const span = lengths[high]! - lengths[low]!;
  const t = span > 0 ? (wanted - lengths[low]!) / span : 0;
  const dx = xs[high]! - xs[low]!;
  const dy = ys[high]! - ys[low]!;
  const sideways = span > 0 ? aside / span : 0;
  out.x = xs[low]! + dx * t - dy * sideways;
  out.y = ys[low]! + dy * t + dx * sideways;
}

/** As the `d` of an SVG path. */
export function svgPath(path: EdgePath): string {
  let d = '';
  path.xs.forEach((x, at) => {
    d += `${at === 0 ? 'M' : 'L'}${x.toFixed(1)},${path.ys[at]!.toFixed(1)}`;
  });
  return d;
}
