/** The kernel's parts beside their limits. */
import { EventQueue } from '../../sim/kernel/event-queue.ts';
import { ConstantSampler, ExponentialSampler, LognormalSampler } from '../../sim/kernel/samplers.ts';
import { against, type Measured, type Sample } from '../measure.ts';
import type { Row } from '../row.ts';
import { FourAryHeap } from './four-ary-heap.ts';
import { burst, hold, timeout } from './queue.ts';
import { draws } from './samplers.ts';

const MEAN_NS = 100_000_000;

/** H: one pop and one schedule of the engine's own queue with 100 events pending. The yardstick of everything else. */
export function newYardstick(): Sample {
  return hold(new EventQueue(), 100, MEAN_NS);
}

export function kernelRows(h: Sample): Row[] {
  const inH = (name: string, subject: Sample, atMost: number): Row => row(name, against(h, subject), 'H', atMost);
  const [constant, exponential, lognormal] = draws([new ConstantSampler(1), new ExponentialSampler(1), new LognormalSampler(0, 1)]);
  return [
    inH('hold, 10,000 pending', hold(new EventQueue(), 10_000, MEAN_NS), 1.3),
    inH('hold, 1,000,000 pending, mean 10 ms', hold(new EventQueue(), 1_000_000, 10_000_000), 10),
    inH('burst of 100,000 at one instant, per event', burst(new EventQueue(), 100_000), 2),
    inH('timeout set and cancelled, 100 concurrent', timeout(100), 1),
    inH('timeout set and cancelled, 10,000 concurrent', timeout(10_000), 1),
    inH('draw of a constant', constant!, 0.35),
    inH('draw of an exponential variable', exponential!, 0.45),
    inH('draw of a lognormal variable', lognormal!, 0.9),
  ];
}

/**
 * The queue beside a heap. To be measured last: the compiler specialises the loop that both run through, and H, for what
 * it has seen.
 */
export function heapRows(): Row[] {
  const perHeap = (name: string, pending: number, atMost: number): Row =>
    row(name, against(hold(new FourAryHeap(), pending, MEAN_NS), hold(new EventQueue(), pending, MEAN_NS)), 'x', atMost);
  return [
    perHeap('hold, 100 pending, per hold of a 4-ary heap', 100, 0.9),
    perHeap('hold, 10,000 pending, per hold of a 4-ary heap', 10_000, 0.45),
  ];
}

function row(name: string, { ns, ratio }: Measured, unit: string, atMost: number): Row {
  return { name, value: ratio, unit, limit: { atMost }, ns };
}
