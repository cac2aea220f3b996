/** One line of the report, with its limit. */
export interface Row {
  readonly name: string;
  readonly value: number;
  /** What `value` counts: `H`, `x` (times another measurement), `/s`, `B`, `%`, `ns`. */
  readonly unit: string;
  /** The value must be at most, or at least, this; a row without a limit only informs. */
  readonly limit?: { readonly atMost: number } | { readonly atLeast: number };
  /** What it should become. */
  readonly goal?: number;
  /** The same in nanoseconds of this machine, where it is a time. */
  readonly ns?: number;
}

export function holds({ value, limit }: Row): boolean {
  if (limit === undefined) return true;
  return 'atMost' in limit ? value <= limit.atMost : value >= limit.atLeast;
}

/** `ok     2.31 H        <= 4 (goal 2.5)      95 ns  request path, per event` */
export function formatRow(row: Row): string {
  const { name, value, unit, limit, goal, ns } = row;
  const mark = limit === undefined ? '' : holds(row) ? 'ok' : 'HIGH';
  const bound = limit === undefined ? '' : 'atMost' in limit ? `<= ${count(limit.atMost)}` : `>= ${count(limit.atLeast)}`;
  const wish = goal === undefined ? '' : ` (goal ${count(goal)})`;
  const time = ns === undefined ? '' : `${count(ns)} ns`;
  return `${mark.padEnd(5)}${count(value).padStart(10)} ${unit.padEnd(3)} ${(bound + wish).padEnd(32)}${time.padStart(10)}  ${name}`;
}

function count(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 100 ? 2 : 0 });
}
