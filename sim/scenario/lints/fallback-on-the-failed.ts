import type { CallSiteUse } from '../scenario.ts';
import type { LintRule } from './rule.ts';

export const fallbackOnTheFailed: LintRule = {
  name: 'fallback-on-the-failed',
  why: 'A fallback that needs what has just failed fails with it, and doubles its load.',
  find: (system) =>
    system.sites.flatMap(({ site, layers }) =>
      layers
        .filter((layer) => layer.family === 'fallback' && site.patterns.includes(layer))
        .filter((layer) => (layer.values['to'] as CallSiteUse | undefined)?.target === site.target)
        .map((layer) => ({
          address: layer.address,
          what: `${layer.address} turns to ${site.target}, the very component that has failed`,
          advice: 'Fall back to something that does not depend on it: a value at hand, a cache, another component.',
        })),
    ),
};
