import { defineStack } from './stack.ts';

export const chapterThreadPoolStack = defineStack({
  kind: 'chapterThreadPool',
  title: 'Thread pool of the chapters',
  about: 'Threads for one callee, a line without end before them, and a caller that waits for ten seconds at most.',
  source: 'chapters Phase 5, Chaos Engineering and Reliability & Resilience: pools of 5, 10 or 20 threads, timeouts of 5 to 30 s',
  useWhen: 'To show what a bulkhead without a bound on its line does: callers leave, their tasks stay.',
  differs: 'The thread pools of Resilience4j and Hystrix turn away what does not fit.',
  layers: [
    { pattern: 'timeout', with: { after: '10s' } },
    { pattern: 'threadPool', kind: 'fixed', with: { threads: 10, queueCapacity: 'unlimited' } },
  ],
});
