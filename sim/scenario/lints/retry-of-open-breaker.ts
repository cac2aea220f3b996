import { Outcome } from '../../resilience/outcome.ts';
import type { LintRule } from './rule.ts';

export const retryOfOpenBreaker: LintRule = {
  name: 'retry-of-open-breaker',
  why: 'An open breaker turns calls away to give the callee peace; attempts against it cannot succeed and use up those that could.',
  find: (system) =>
    system.sites.flatMap(({ site, layers }) =>
      layers.flatMap((layer, at) => {
        if (layer.family !== 'retry' || !site.patterns.includes(layer) || system.attempts(layer) < 2) return [];
        const breaker = layers.slice(at + 1).find(({ family }) => family === 'circuitBreaker');
        const causes = (layer.values['retryOn'] ?? []) as readonly number[];
        if (breaker === undefined || !causes.includes(Outcome.breakerOpen)) return [];
        return [
          {
            address: layer.address,
            what: `${layer.address} also repeats calls that ${breaker.address} has turned away`,
            advice: 'Leave breakerOpen out of retryOn, or put the breaker outside the retry.',
          },
        ];
      }),
    ),
};
