import type { DefinitionUse } from '../scenario.ts';
import type { LintRule } from './rule.ts';

/** Backoffs that are themselves drawn at random. */
const RANDOM_BACKOFFS = ['decorrelated', 'decorrelatedV2', 'random'];

/** Source: AWS Architecture Blog, Exponential Backoff and Jitter, 2015. */
export const retriesInStep: LintRule = {
  name: 'retries-in-step',
  why: 'Callers that failed together come back together, all in one instant, and overload the callee once more.',
  find: (system) =>
    system.sites.flatMap(({ site, layers }) =>
      layers
        .filter((layer) => layer.family === 'retry' && site.patterns.includes(layer) && system.attempts(layer) > 1)
        .filter(({ values }) => {
          const [backoff, jitter] = [values['backoff'], values['jitter']] as readonly (DefinitionUse | undefined)[];
          return jitter?.kind === 'none' && backoff !== undefined && !RANDOM_BACKOFFS.includes(backoff.kind);
        })
        .map((layer) => ({
          address: layer.address,
          what: (layer.values['backoff'] as DefinitionUse).kind === 'none' ? `${layer.address} tries again at once` : `${layer.address} waits equally long in every caller`,
          advice: 'Give it a jitter, such as {jitter: full}, and a backoff that grows.',
        })),
    ),
};
