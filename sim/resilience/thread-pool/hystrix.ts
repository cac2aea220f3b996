import { count, duration, flag, number } from '../../catalogue/param.ts';
import { MINUTE } from '../../catalogue/units.ts';
import { definePattern } from '../pattern.ts';
import { Executor } from './executor.ts';

const SOURCE = 'Hystrix 1.5 (HystrixThreadPoolProperties)';

const params = {
  coreSize: count({ about: 'The pool grows to this many threads before calls wait.', unit: 'threads', min: 1, default: 10, source: SOURCE }),
  maximumSize: count({
    about: 'The pool grows to this many threads once the queue is full; only with allowMaximumSizeToDivergeFromCoreSize.',
    unit: 'threads',
    min: 1,
    default: 10,
    source: SOURCE,
  }),
  allowMaximumSizeToDivergeFromCoreSize: flag({ about: 'Whether maximumSize counts; otherwise the pool stays at its core size.', default: false, source: SOURCE }),
  maxQueueSize: number({
    about: 'How many calls the queue can hold; -1 or 0: there is no queue, and a call that finds no thread is rejected.',
    unit: 'calls',
    min: -1,
    unlimited: true,
    default: -1,
    source: SOURCE,
  }),
  queueSizeRejectionThreshold: count({
    about: 'With a queue, a call that finds this many waiting is rejected, even if the queue could hold more and the pool could grow.',
    unit: 'calls',
    unlimited: true,
    default: 5,
    source: SOURCE,
  }),
  keepAliveTimeMinutes: duration({
    about: 'How long a thread beyond the core size stays idle before it ends.',
    bareUnit: { name: 'min', factor: MINUTE },
    default: MINUTE,
    source: SOURCE,
  }),
  interruptOnTimeout: flag({
    about: 'Interrupts the thread of a caller that has stopped waiting. The thread is free when its work has really ended: at once only where it heedsInterrupts.',
    default: true,
    source: 'Hystrix 1.5 (execution.isolation.thread.interruptOnTimeout)',
  }),
  heedsInterrupts: flag({
    about: 'Work that is interrupted stops. Otherwise it goes on until it has its answer, or until a timeout inside is over, and keeps its thread.',
    default: false,
    source: 'own: clients that block on a socket, which are most in Java, do not hear an interrupt; the documentation of Hystrix warns of full pools because of it',
  }),
};

export const hystrixThreadPool = definePattern({
  family: 'threadPool',
  kind: 'hystrix',
  title: 'Thread pool, Hystrix',
  about: 'Runs the calls of one dependency on threads of their own, ten by default and without a queue; a call that finds none is rejected.',
  source: 'Hystrix 1.5 (HystrixThreadPool)',
  useWhen: 'Calls block their threads, and the caller must be able to walk away from one that hangs.',
  avoidWhen: 'The callee is fast and many calls are made: each changes threads, which costs real systems more than a bulkhead does.',
  differs: 'A call whose caller has left also leaves the queue, and running work is interrupted, if it heeds that; with Resilience4j both go on. With a queue, queueSizeRejectionThreshold is what limits it, usually before the pool could grow.',
  side: 'caller',
  defaultScope: 'instance',
  marks: ['rejected', 'waited'],
  params,
  concurrency: ({ coreSize, maximumSize, allowMaximumSizeToDivergeFromCoreSize }) => (allowMaximumSizeToDivergeFromCoreSize ? maximumSize : coreSize),
  check: ({ coreSize, maximumSize, maxQueueSize, queueSizeRejectionThreshold, allowMaximumSizeToDivergeFromCoreSize }) => {
    const problems = [];
    if (allowMaximumSizeToDivergeFromCoreSize && coreSize > maximumSize) problems.push({ param: 'coreSize', message: 'must not exceed maximumSize' });
    if (maxQueueSize !== Infinity && !Number.isInteger(maxQueueSize)) problems.push({ param: 'maxQueueSize', message: 'must be a whole number' });
    if (maxQueueSize > 0 && queueSizeRejectionThreshold === 0) problems.push({ param: 'queueSizeRejectionThreshold', message: 'must be above 0: every call would be rejected' });
    return problems;
  },
  create: (values, host) => {
    const hasQueue = values.maxQueueSize > 0;
    return new Executor(
      {
        coreSize: values.coreSize,
        maximumSize: values.allowMaximumSizeToDivergeFromCoreSize ? values.maximumSize : values.coreSize,
        queueCapacity: Math.max(0, values.maxQueueSize),
        queueLengthMax: hasQueue ? values.queueSizeRejectionThreshold : Infinity,
        keepAliveNs: values.keepAliveTimeMinutes,
        interrupts: values.interruptOnTimeout && values.heedsInterrupts,
        leavesQueue: true,
      },
      host,
    );
  },
});
