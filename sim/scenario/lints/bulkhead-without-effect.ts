import type { LintRule } from './rule.ts';

export const bulkheadWithoutEffect: LintRule = {
  name: 'bulkhead-without-effect',
  why: 'A bulkhead keeps threads free for other callees only if it is smaller than the pool that those threads come from.',
  find: (system) =>
    system.sites.flatMap(({ site, component, layers, isAsync }) => {
      const threads = system.vocabulary.outlineOf(component)?.capacity ?? Infinity;
      return layers
        .filter((layer) => layer.family === 'bulkhead' && layer.scope === 'instance' && site.patterns.includes(layer))
        .map((layer) => ({ layer, permits: system.concurrency(layer) }))
        .filter(({ permits }) => !isAsync && permits < Infinity && permits >= threads)
        .map(({ layer, permits }) => ({
          address: layer.address,
          what: `${layer.address} lets ${permits} calls through, but an instance of ${component.name} has only ${threads} threads to make them`,
          advice: `Give it fewer than ${threads} permits, as many as ${site.target} needs when it is well.`,
        }));
    }),
};
