import type { Recording } from '../arm/recording.ts';
import type { Band } from './plot.ts';

/** Stretches that overlap become one. */
export function union(bands: readonly Band[]): Band[] {
  const joined: Band[] = [];
  for (const band of bands.toSorted((a, b) => a.fromNs - b.fromNs)) {
    const last = joined.at(-1);
    if (last !== undefined && band.fromNs <= last.toNs) joined[joined.length - 1] = { fromNs: last.fromNs, toNs: Math.max(last.toNs, band.toNs) };
    else joined.push(band);
  }
  return joined;
}

/** When faults were on, as the run itself reported it. */
export function faultBands(recording: Recording): Band[] {
  const bands: Band[] = [];
  const since = new Map<string, number>();
  for (const { atNs, kind, address, what } of recording.events) {
    const fault = `${address}\n${what}`;
    if (kind === 'faultStart') since.set(fault, atNs);
    const from = since.get(fault);
    if (kind === 'faultEnd' && from !== undefined) {
      bands.push({ fromNs: from, toNs: atNs });
      since.delete(fault);
    }
  }
  for (const fromNs of since.values()) bands.push({ fromNs, toNs: recording.endNs });
  return union(bands);
}
