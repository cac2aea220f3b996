/** Prints the cost of the kernel's parts beside their limits. H is one pop and one schedule with 100 events pending. */
import { EventQueue } from '../../sim/kernel/event-queue.ts';
import { ConstantSampler, ExponentialSampler, LognormalSampler } from '../../sim/kernel/samplers.ts';
import { FourAryHeap } from './four-ary-heap.ts';
import { burstNs, holdNs, timeoutNs } from './queue.ts';
import { drawNs } from './samplers.ts';

const wheel = (): EventQueue => new EventQueue();
const heap = (): FourAryHeap => new FourAryHeap();

const h = holdNs(wheel, 100, 1e8);
const hold10k = holdNs(wheel, 10_000, 1e8);
const [constant, exponential, lognormal] = drawNs([new ConstantSampler(1), new ExponentialSampler(1), new LognormalSampler(0, 1)]);
const rows: readonly (readonly [name: string, ns: number, unit: number, limit: number])[] = [
  ['H', h, h, 1],
  ['hold, 10,000 pending, per H', hold10k, h, 1.3],
  ['hold, 1,000,000 pending, mean 10 ms, per H', holdNs(wheel, 1_000_000, 1e7), h, 10],
  ['burst of 100,000 at one instant, per H', burstNs(wheel, 100_000), h, 2],
  ['timeout set and cancelled, 100 concurrent, per H', timeoutNs(100), h, 1],
  ['timeout set and cancelled, 10,000 concurrent, per H', timeoutNs(10_000), h, 1],
  ['hold, 100 pending, per 4-ary heap', h, holdNs(heap, 100, 1e8), 0.9],
  ['hold, 10,000 pending, per 4-ary heap', hold10k, holdNs(heap, 10_000, 1e8), 0.45],
  ['draw of a constant, per H', constant!, h, 0.35],
  ['draw of an exponential variable, per H', exponential!, h, 0.45],
  ['draw of a lognormal variable, per H', lognormal!, h, 0.9],
];
for (const [name, ns, unit, limit] of rows) {
  console.log(`${ns / unit <= limit ? 'ok  ' : 'HIGH'} ${(ns / unit).toFixed(2).padStart(6)} (<= ${limit})  ${ns.toFixed(1).padStart(6)} ns  ${name}`);
}
