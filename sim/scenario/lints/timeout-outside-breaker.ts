import { formatDuration } from '../../catalogue/units.ts';
import type { LintRule } from './rule.ts';

/** Source: chapter Reliability & Fault Tolerance, whose own example makes the mistake. */
export const timeoutOutsideBreaker: LintRule = {
  name: 'timeout-outside-breaker',
  why: 'A call that times out outside the breaker has only been let go of, as far as the breaker can tell: it counts no failure and stays closed however long the callee hangs.',
  find: (system) =>
    system.sites.flatMap(({ site, component, layers, limitNs }) => {
      const patience = component.values['calls'] === site ? [{ address: component.name, limitNs }] : [];
      return layers.flatMap((breaker, at) => {
        if (breaker.family !== 'circuitBreaker' || !site.patterns.includes(breaker)) return [];
        const hiddenNs = system.boundNs(layers.slice(at));
        const outside = [...patience, ...layers.slice(0, at).map((layer) => ({ address: layer.address, limitNs: system.limitNs(layer) }))];
        return outside
          .filter((one) => one.limitNs < Infinity && one.limitNs <= hiddenNs)
          .map((one) => ({
            address: one.address,
            what: `${one.address} gives up after ${formatDuration(one.limitNs)}, outside ${breaker.address}, which therefore never sees a timeout`,
            advice: `Put a timeout shorter than ${formatDuration(one.limitNs)} inside the breaker.`,
          }));
      });
    }),
};
