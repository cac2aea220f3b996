/** Which directions of which links carry messages from one component to another. */
import type { Path } from '../model/link.ts';
import type { FaultBuild } from './fault.ts';

/** Messages from `from` to `to`, as requests of its calls and as answers to calls that come the other way. */
export function pathsOneWay(build: FaultBuild, from: string | undefined, to: string | undefined): Path[] {
  const matches = (name: string, wanted: string | undefined): boolean => wanted === undefined || name === wanted;
  return build.links().flatMap((link) => [
    ...(matches(link.from, from) && matches(link.to, to) ? [link.request] : []),
    ...(matches(link.to, from) && matches(link.from, to) ? [link.response] : []),
  ]);
}

/** Messages between two components, both ways. */
export function pathsBothWays(build: FaultBuild, a: string | undefined, b: string | undefined): Path[] {
  return [...new Set([...pathsOneWay(build, a, b), ...pathsOneWay(build, b, a)])];
}
