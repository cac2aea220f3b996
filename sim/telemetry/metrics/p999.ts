import { latencyQuantile } from './latency-quantile.ts';

export const p999 = latencyQuantile('p999', '99.9th percentile of latency', 0.999, '99.9 %');
