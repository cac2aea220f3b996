/**
 * Goal: a retry storm outlives its cause above the load at which theory says so, and ends when theory says so below it.
 * Method: the example of Bronson et al., Metastable Failures in Distributed Systems, HotOS 2021, section 2.1, with paced
 * arrivals, so that all is arithmetic: a database serves 300 queries a second; a query that takes longer than 1 s is
 * asked once more, and the old one is served all the same. An outage of some seconds begins at 20 s.
 */
import { expect, test } from 'vitest';
import { indexSeries } from '../../sim/telemetry/record.ts';
import { type Run, replicate } from './replicate.ts';

const OUTAGE_AT = 20;
const BUCKETS_PER_SECOND = 10;

interface Storm {
  readonly ratePerSec: number;
  readonly outageSec: number;
  readonly attempts?: number;
  readonly seconds: number;
}

function storm({ ratePerSec, outageSec, attempts = 2, seconds }: Storm): Run {
  const text = `faultline: 1
title: Retry storm
duration: ${seconds}s
bucket: ${1000 / BUCKETS_PER_SECOND}ms
system:
  users: {kind: client, arrivals: {constant: ${ratePerSec}/s}, calls: database, patterns: [retry: {maxAttempts: ${attempts}, backoff: none}, timeout: 1s]}
  database: {kind: service, threads: 1, queue: {capacity: unlimited}, handler: [work: 3.333333ms]}
faults:
  - {at: ${OUTAGE_AT}s, for: ${outageSec}s, hang: {target: database}}
`;
  return replicate(text, 1)[0]!;
}

/** Amounts of a counter in each tenth of a second. */
function tenths(run: Run, address: string, name: string): readonly number[] {
  const { series, rows, buckets } = run.record;
  const at = indexSeries(series).find(address, name);
  return Array.from({ length: buckets }, (_, bucket) => rows[bucket * series.length + at]!);
}

/**
 * Seconds from the end of the outage to the arrival of the last user who fails, which is as many seconds before the
 * failure as there are attempts; Infinity when users still fail at the end of the run.
 */
function lastFailure(run: Run, { outageSec, attempts = 2 }: Storm): number {
  const failed = tenths(run, 'users', 'failed');
  const last = failed.findLastIndex((count) => count > 0);
  return last >= failed.length - BUCKETS_PER_SECOND ? Infinity : (last + 0.5) / BUCKETS_PER_SECOND - attempts - OUTAGE_AT - outageSec;
}

test('J1: a storm at 280/s goes on without an end, with twice the load and no answers', () => {
  const run = storm({ ratePerSec: 280, outageSec: 10, seconds: 120 });
  const lastTenSeconds = (address: string, name: string): number => tenths(run, address, name).slice(-10 * BUCKETS_PER_SECOND).reduce((sum, count) => sum + count, 0) / 10;
  expect(lastTenSeconds('database', 'received')).toBeCloseTo(560, 0);
  expect(lastTenSeconds('users', 'ok')).toBe(0);
  expect(lastTenSeconds('database', 'received') - lastTenSeconds('database', 'completed')).toBeCloseTo(260, 0);
});

test.each([
  { ratePerSec: 100, attempts: 2, last: 15 },
  { ratePerSec: 120, attempts: 2, last: 32 },
  { ratePerSec: 140, attempts: 2, last: 117 },
  { ratePerSec: 280, attempts: 1, last: 125 },
])('J1: after 10 s of outage at $ratePerSec/s with $attempts attempts, the last user who fails comes $last s later', ({ ratePerSec, attempts, last }) => {
  const setting = { ratePerSec, outageSec: 10, attempts, seconds: 200 };
  expect(Math.abs(lastFailure(storm(setting), setting) - last)).toBeLessThanOrEqual(0.1);
});

// Above half of its capacity the database never recovers from a long outage, and below it always does.
test.each([
  { ratePerSec: 145, outageSec: 10, recovers: true },
  { ratePerSec: 160, outageSec: 10, recovers: false },
  { ratePerSec: 160, outageSec: 1.435, recovers: true },
  { ratePerSec: 160, outageSec: 1.475, recovers: false },
  { ratePerSec: 200, outageSec: 1.198, recovers: true },
  { ratePerSec: 200, outageSec: 1.238, recovers: false },
  { ratePerSec: 240, outageSec: 1.039, recovers: true },
  { ratePerSec: 240, outageSec: 1.079, recovers: false },
])('J1: $ratePerSec/s after an outage of $outageSec s recovers: $recovers', ({ ratePerSec, outageSec, recovers }) => {
  const setting = { ratePerSec, outageSec, seconds: 300 };
  expect(lastFailure(storm(setting), setting) < Infinity).toBe(recovers);
});
