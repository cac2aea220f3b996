/**
 * Goal: work that is slowed down or paused while it goes on takes exactly as much longer as it must, and ends exactly
 * when it must once the fault is gone.
 * Method: jobs of 10 ms, 100 ms apart, under faults that begin and end while the first of them is served. The records
 * keep the least and the greatest latency to the nanosecond.
 */
import { expect, test } from 'vitest';
import { MILLISECOND } from '../../sim/catalogue/units.ts';
import { indexSeries } from '../../sim/telemetry/record.ts';
import { replicate, scenarioText } from './replicate.ts';

/** Latency of the job that begins at 100 ms, in milliseconds; that all others take 10 ms is expected here. */
function latencyOfFirst(faults: readonly string[]): number {
  const text = scenarioText(
    'pace',
    1,
    `system:
  users: {kind: client, arrivals: {constant: 10/s}, calls: station}
  station: {kind: service, threads: 2, handler: [work: 10ms]}
faults:
${faults.map((fault) => `  - ${fault}\n`).join('')}`,
  ).replace(/warmup.*/, 'warmup: 0s');
  const [run] = replicate(text, 1);
  const { total, min, max, sum } = run!.latencies('users');
  const first = sum / MILLISECOND - 10 * (total - 1);
  expect([min, max].map((one) => one / MILLISECOND)).toEqual([Math.min(first, 10), Math.max(first, 10)]);
  return first;
}

test.each([
  ['slowed by 2 from the half on', 15, ['{at: 105ms, for: 50ms, slowdown: {target: station, factor: 2}}']],
  ['slowed by 2 up to the half', 15, ['{at: 90ms, for: 20ms, slowdown: {target: station, factor: 2}}']],
  ['slowed by 4 in the middle', 13, ['{at: 102ms, for: 4ms, slowdown: {target: station, factor: 4}}']],
  ['twice as fast from the half on', 7.5, ['{at: 105ms, for: 50ms, slowdown: {target: station, factor: 0.5}}']],
  // 3 ms at half speed, 3 ms at a sixth, 6 ms at half, and the 5 ms that are left.
  ['two faults at once, slowed by 2 and by 3', 3 + 3 + 6 + 5, ['{at: 100ms, for: 12ms, slowdown: {target: station, factor: 2}}', '{at: 103ms, for: 3ms, slowdown: {target: station, factor: 3}, as: other}']],
  ['paused for 7 ms', 17, ['{at: 105ms, for: 7ms, hang: {target: station}}']],
  // 2 ms, 2 ms at half speed, 7 ms of pause, 4 ms at half, and the 5 ms that are left.
  ['paused while slowed by 2', 2 + 2 + 7 + 4 + 5, ['{at: 102ms, for: 13ms, slowdown: {target: station, factor: 2}}', '{at: 104ms, for: 7ms, hang: {target: station}}']],
  ['paused before it arrives', 15, ['{at: 80ms, for: 25ms, hang: {target: station}}']],
])('a job of 10 ms, %s, takes %d ms', (_, milliseconds, faults) => {
  expect(latencyOfFirst(faults)).toBe(milliseconds);
});

test('A2: ten seconds of overload leave a queue of 200, which lasts for four seconds more', () => {
  // 120 requests a second at a station that serves 100, for 10 s; then 50 a second. All of it is arithmetic.
  const text = `faultline: 1
title: overload
duration: 20s
bucket: 10ms
system:
  users: {kind: client, arrivals: {profile: {segments: [{for: 10s, rate: 120/s}, {rate: 50/s}], gaps: constant}}, calls: station}
  station: {kind: service, threads: 1, queue: {capacity: unlimited}, handler: [work: 10ms]}
`;
  const [run] = replicate(text, 1);
  const { series, rows, buckets } = run!.record;
  const at = indexSeries(series).find('station', 'queue');
  const queue = Array.from({ length: buckets }, (_, bucket) => rows[bucket * series.length + at]!);
  expect(Math.abs(Math.max(...queue) - 200)).toBeLessThanOrEqual(2);
  expect(Math.abs((queue.findLastIndex((length) => length > 0) + 1) * 0.01 - 14)).toBeLessThanOrEqual(0.03);
  const { max, sum, total } = run!.latencies('users');
  expect(Math.abs(max / 1e9 - 0.01 - 2)).toBeLessThanOrEqual(0.03);
  // 1,400 requests wait for one second on average.
  expect(Math.abs(sum / 1e9 - 0.01 * total - 1400)).toBeLessThanOrEqual(15);
});
