/** What the event queue costs, in nanoseconds of CPU time; and what the yardstick costs for the same work. */
import { EventQueue } from '../../sim/kernel/event-queue.ts';
import { childKey, drawBits } from '../../sim/kernel/keys.ts';
import { unitExponential } from '../../sim/kernel/unit-quantiles.ts';
import { cpuNs, type Sample } from '../measure.ts';

/** What the wheel and the 4-ary heap have in common. */
export interface Queue {
  readonly time: number;
  readonly target: number;
  readonly a: number;
  schedule(at: number, target: number, a: number): unknown;
  pop(limit: number): boolean;
}

const INCREMENTS = 1 << 16;
const HOLDS = 400_000;
const REQUESTS = 500_000;

/**
 * The hold model: in a queue that always holds `pending` events, one pop and one schedule.
 * @param meanNs mean of the exponential distance at which each event schedules its successor
 */
export function hold(queue: Queue, pending: number, meanNs: number): Sample {
  const increments = exponentialIncrements(meanNs);
  const operations = Math.max(HOLDS, pending);
  for (let i = 0; i < pending; i++) queue.schedule(increments[i % INCREMENTS]! + i, i & 255, i);
  let offset = 0;
  return () => {
    offset += 7919;
    return cpuNs(operations, () => {
      for (let i = 0; i < operations; i++) {
        queue.pop(Infinity);
        queue.schedule(queue.time + increments[(i + offset) % INCREMENTS]!, queue.target, queue.a);
      }
    });
  };
}

/** A thundering herd: `events` events at one instant, each of which schedules another without delay. Per event. */
export function burst(queue: Queue, events: number): Sample {
  return () =>
    cpuNs(2 * events, () => {
      const at = queue.time + 5_000_000_000;
      for (let i = 0; i < events; i++) queue.schedule(at, 0, i);
      for (let i = 0; i < events; i++) {
        queue.pop(Infinity);
        queue.schedule(at, 1, queue.a);
      }
      for (let i = 0; i < events; i++) queue.pop(Infinity);
    });
}

/**
 * A timeout of 1 s around each request of 10 ms on average, all but never firing: what its schedule and its cancellation
 * add to the request.
 */
export function timeout(concurrency: number): Sample {
  const guarded = requests(concurrency, true);
  const bare = requests(concurrency, false);
  return () => guarded() - bare();
}

function requests(concurrency: number, withTimeout: boolean): Sample {
  const increments = exponentialIncrements(10_000_000);
  const queue = new EventQueue();
  const timeouts = new Int32Array(concurrency);
  for (let i = 0; i < concurrency; i++) {
    queue.schedule(increments[i % INCREMENTS]!, 0, i);
    if (withTimeout) timeouts[i] = queue.schedule(1_000_000_000, 1, i);
  }
  return () =>
    cpuNs(REQUESTS, () => {
      for (let i = 0; i < REQUESTS; i++) {
        queue.pop(Infinity);
        const request = queue.a;
        if (withTimeout) {
          queue.cancel(timeouts[request]!);
          timeouts[request] = queue.schedule(queue.time + 1_000_000_000, 1, request);
        }
        queue.schedule(queue.time + increments[i % INCREMENTS]!, 0, request);
      }
    });
}

function exponentialIncrements(meanNs: number): Float64Array {
  const keys = new Int32Array(2);
  return Float64Array.from({ length: INCREMENTS }, (_, i) => {
    childKey(keys, 0, 0, i);
    return Math.round(meanNs * unitExponential(drawBits(keys, 0, 0)));
  });
}
