import { latencyQuantile } from './latency-quantile.ts';

export const p50 = latencyQuantile('p50', 'Median latency', 0.5, 'half');
