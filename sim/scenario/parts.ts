/** Which parameters hold things that have an address of their own: steps, call sites, layers. */
import type { Fields, Param } from '../catalogue/param.ts';

/** What is chosen with `oneOf` (arrivals, backoffs, balancers and so on) holds none. */
export function holdsParts(param: Param): boolean {
  if (param.kind === 'list') return holdsParts(param.item);
  if (param.kind === 'map') return holdsParts(param.value);
  if (param.kind === 'record') return Object.values(param.fields).some(holdsParts);
  return param.kind === 'steps' || param.kind === 'patterns' || param.kind === 'callSite';
}

export function fieldsWithParts(fields: Fields): readonly (readonly [name: string, param: Param])[] {
  return Object.entries(fields).filter(([, param]) => holdsParts(param));
}
