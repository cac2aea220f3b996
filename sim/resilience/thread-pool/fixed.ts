import { count, flag } from '../../catalogue/param.ts';
import { definePattern } from '../pattern.ts';
import { Executor } from './executor.ts';

const params = {
  threads: count({
    about: 'How many calls run at once.',
    unit: 'threads',
    min: 1,
    default: 10,
    source: 'chapters 8 and 13 use pools of 5, 10 and 20 threads, one for each dependency',
  }),
  queueCapacity: count({
    about: 'How many calls may wait for a thread; further ones are rejected.',
    unit: 'calls',
    unlimited: true,
    default: Infinity,
    source: 'unlimited in Python (ThreadPoolExecutor) and in Java (Executors.newFixedThreadPool)',
  }),
  cancelsQueued: flag({
    about: 'A call whose caller has stopped waiting leaves the queue; otherwise it is run all the same when its turn comes.',
    default: false,
    source: 'Python: a timeout of future.result() does not cancel the future',
  }),
};

export const fixedThreadPool = definePattern({
  family: 'threadPool',
  kind: 'fixed',
  title: 'Thread pool, fixed',
  about: 'Runs calls on a fixed number of threads behind a queue without an end.',
  source: 'Python 3 (concurrent.futures.ThreadPoolExecutor), Java (Executors.newFixedThreadPool)',
  useWhen: 'You want to see what such a pool does: it is what most programs begin with.',
  avoidWhen: 'The callee may become slow: the queue grows without an end, and the threads run what nobody waits for any more.',
  differs: 'It never rejects unless its queue is given a capacity, and it never grows.',
  side: 'caller',
  defaultScope: 'instance',
  marks: ['rejected', 'waited'],
  params,
  concurrency: ({ threads }) => threads,
  create: ({ threads, queueCapacity, cancelsQueued }, host) =>
    new Executor(
      {
        coreSize: threads,
        maximumSize: threads,
        queueCapacity,
        queueLengthMax: Infinity,
        keepAliveNs: Infinity,
        interrupts: false,
        leavesQueue: cancelsQueued,
      },
      host,
    ),
});
