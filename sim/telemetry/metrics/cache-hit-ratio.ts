import type { Metric } from './metric.ts';

export const cacheHitRatio: Metric = {
  name: 'cacheHitRatio',
  title: 'Cache hit ratio',
  about: 'Share of the calls reaching a cache that it answered at once, fresh or stale, without waiting for its callee.',
  quantity: 'ratio',
  better: 1,
  of: 'layer',
  evaluate: (run, address) => {
    const hits = run.total('layer', 'cacheHit', address) + run.total('layer', 'staleServed', address);
    return hits / (hits + run.total('layer', 'cacheMissed', address));
  },
};
