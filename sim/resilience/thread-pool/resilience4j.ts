import { count, duration } from '../../catalogue/param.ts';
import { BARE_MS, MILLISECOND } from '../../catalogue/units.ts';
import { definePattern } from '../pattern.ts';
import { Executor } from './executor.ts';

const SOURCE = 'Resilience4j 2.4 (ThreadPoolBulkheadConfig)';

const params = {
  coreThreadPoolSize: count({
    about: 'The pool grows to this many threads before calls wait.',
    unit: 'threads',
    min: 1,
    default: 3,
    source: 'one less than the processors (Resilience4j 2.4), here of a machine with four',
  }),
  maxThreadPoolSize: count({
    about: 'The pool grows to this many threads once the queue is full.',
    unit: 'threads',
    min: 1,
    default: 4,
    source: 'as many as processors (Resilience4j 2.4), here of a machine with four',
  }),
  queueCapacity: count({
    about: 'How many calls may wait for a thread; 0: none. An unlimited queue never rejects, and never lets the pool grow beyond its core size.',
    unit: 'calls',
    unlimited: true,
    default: 100,
    source: SOURCE,
  }),
  keepAliveDuration: duration({
    about: 'How long a thread beyond the core size stays idle before it ends.',
    bareUnit: BARE_MS,
    default: 20 * MILLISECOND,
    source: SOURCE,
  }),
};

export const resilience4jThreadPool = definePattern({
  family: 'threadPool',
  kind: 'resilience4j',
  title: 'Thread pool, Resilience4j',
  about: 'Runs calls to one callee on threads of their own: the pool grows to its core size, then calls wait in a queue, then it grows on, then it rejects.',
  source: 'Resilience4j 2.4 (ThreadPoolBulkhead, a java.util.concurrent.ThreadPoolExecutor)',
  useWhen: 'Calls block their threads, and the caller must be able to walk away from one that hangs.',
  avoidWhen: 'Calls hang for long: nobody interrupts their threads, and what waits in the queue is run even when its caller has long gone.',
  differs: 'A bulkhead counts calls on the threads of their callers; here they have threads of their own, which stay busy after the caller has left. The queue fills before the pool grows beyond its core.',
  side: 'caller',
  defaultScope: 'instance',
  marks: ['rejected', 'waited'],
  params,
  concurrency: ({ maxThreadPoolSize }) => maxThreadPoolSize,
  check: ({ coreThreadPoolSize, maxThreadPoolSize }) =>
    coreThreadPoolSize > maxThreadPoolSize ? [{ param: 'coreThreadPoolSize', message: 'must not exceed maxThreadPoolSize' }] : [],
  create: ({ coreThreadPoolSize, maxThreadPoolSize, queueCapacity, keepAliveDuration }, host) =>
    new Executor(
      {
        coreSize: coreThreadPoolSize,
        maximumSize: maxThreadPoolSize,
        queueCapacity,
        queueLengthMax: Infinity,
        keepAliveNs: keepAliveDuration,
        interrupts: false,
        leavesQueue: false,
      },
      host,
    ),
});
