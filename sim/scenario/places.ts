/** Where things with an address stand in the text they were read from. */
import type { Span } from './source.ts';

export interface StandingPlace {
  readonly at: Span;
  /** In the document: `system.api.handler[1]`. */
  readonly path: string;
}

export interface Places {
  readonly text: string;
  /** By address. */
  readonly claims: ReadonlyMap<string, StandingPlace>;
}

/** The place of an address, or of what is around it when it came into being later, by a setting. */
export function placeOf({ claims }: Places, address: string): StandingPlace {
  for (let outer = address; ; outer = outer.slice(0, outer.lastIndexOf('/'))) {
    const place = claims.get(outer);
    if (place !== undefined) return place;
    if (!outer.includes('/')) return { at: { from: 0, to: 0 }, path: address };
  }
}
