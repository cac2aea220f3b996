import { latencyQuantile } from './latency-quantile.ts';

export const p90 = latencyQuantile('p90', '90th percentile of latency', 0.9, '90 %');
