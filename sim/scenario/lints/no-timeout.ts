import type { LintedSystem, PlacedSite } from './system.ts';
import type { LintRule } from './rule.ts';

export const noTimeout: LintRule = {
  name: 'no-timeout',
  why: 'When the callee hangs, each call waits for ever and keeps the thread it runs on, until the caller has none left and fails with it.',
  find: (system) =>
    system.sites
      .filter((placed) => !isEnded(placed, system, new Set()))
      .map(({ site }) => ({
        address: site.address,
        what: `no timeout ends the call ${site.address}`,
        advice: `Put a timeout around it, a little longer than ${site.target} takes when it is slow but well.`,
      })),
};

/** Whether something ends the call in time: around it, or further out where letting go reaches it. */
function isEnded(placed: PlacedSite, system: LintedSystem, seen: Set<PlacedSite>): boolean {
  if (placed.limitNs < Infinity || system.boundNs(placed.layers) < Infinity) return true;
  // Calls that lead back to themselves are ended only if something outside ends them.
  if (seen.has(placed)) return true;
  seen.add(placed);
  const callers = system.callersOf(placed.component.name, placed.operation);
  return callers.length > 0 && callers.every((caller) => caller.site.cancelDownstream && isEnded(caller, system, seen));
}
