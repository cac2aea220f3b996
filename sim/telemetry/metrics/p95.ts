import { latencyQuantile } from './latency-quantile.ts';

export const p95 = latencyQuantile('p95', '95th percentile of latency', 0.95, '95 %');
