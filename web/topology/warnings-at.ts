import type { Problem, SystemDescription } from '../../sim/worker/protocol.ts';

/**
 * The warnings that hold in a variant ('': the first one), by the component or call site that they are about: that of a
 * layer is the site it stands around.
 */
export function warningsByPlace(warnings: readonly Problem[], system: SystemDescription, variant: string): ReadonlyMap<string, readonly Problem[]> {
  const inForce = variant === '' ? (system.variants[0]?.name ?? '') : variant;
  const places = [...system.components.map(({ name }) => name), ...system.sites.map(({ address }) => address)];
  const found = new Map<string, Problem[]>();
  for (const warning of warnings) {
    const { lint } = warning;
    if (lint === undefined || !lint.variants.includes(inForce)) continue;
    const place = places.filter((one) => lint.address === one || lint.address.startsWith(`${one}/`)).reduce((longest, one) => (one.length > longest.length ? one : longest), '');
    found.set(place, [...(found.get(place) ?? []), warning]);
  }
  return found;
}

/** A triangle about its middle, for cards and edges. */
export const LINT_SIGN = 'M0,-6 L6,5 L-6,5 Z M0,-2.5 V1.5 M0,3 V3.6';

/** Rows of a tooltip. */
export function warningRows(warnings: readonly Problem[]): (readonly [string, string])[] {
  return warnings.map(({ message, lint }) => [`⚠ ${lint?.rule}`, message]);
}
