import { latencyQuantile } from './latency-quantile.ts';

export const p99 = latencyQuantile('p99', '99th percentile of latency', 0.99, '99 %');
