/** Faults of the network: which directions of which links they hit. */
import { address, type Fields } from '../catalogue/param.ts';
import type { Path } from '../model/link.ts';
import type { FaultBuild } from './fault.ts';

export const pathParams = {
  from: address({ of: 'component', about: 'Messages from this component. Left out: from any.', optional: true }),
  to: address({ of: 'component', about: 'Messages to this component. Left out: to any.', optional: true }),
} as const satisfies Fields;

interface Direction {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly oneWay: boolean;
}

/** Messages from `from` to `to`, and unless it is `oneWay` those the other way as well. */
export function pathsOf(build: FaultBuild, { from, to, oneWay }: Direction): readonly Path[] {
  return [...new Set([...pathsFrom(build, from, to), ...(oneWay ? [] : pathsFrom(build, to, from))])];
}

/** Messages in one direction, as requests of calls and as answers to calls that come the other way. */
function pathsFrom(build: FaultBuild, from: string | undefined, to: string | undefined): Path[] {
  const matches = (name: string, wanted: string | undefined): boolean => wanted === undefined || name === wanted;
  return build.links().flatMap((link) => [
    ...(matches(link.from, from) && matches(link.to, to) ? [link.request] : []),
    ...(matches(link.to, from) && matches(link.from, to) ? [link.response] : []),
  ]);
}
