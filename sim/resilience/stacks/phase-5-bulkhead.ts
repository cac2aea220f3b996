import { defineStack } from './stack.ts';

export const phase5BulkheadStack = defineStack({
  kind: 'phase5Bulkhead',
  title: 'Bulkhead of the chapter Phase 5 (a mistake)',
  about: 'A semaphore in front of as many threads: its permit comes back when the caller stops waiting, while the thread works on.',
  source: 'chapter Phase 5: Reliability & Resilience: 10 threads and 10 s for payments, 20 and 5 s for the inventory, 5 and 30 s for mails; the size of its queue is given there and never used',
  useWhen: 'To show the mistake: while the callee hangs, those whom the semaphore lets in wait for threads that nobody has freed.',
  avoidWhen: 'Always, in production: a permit must come back when the work ends (release: whenWorkEnds).',
  differs: 'The stack chapterThreadPool has no semaphore, and lets any number wait.',
  layers: [
    { pattern: 'timeout', with: { after: '10s' } },
    { pattern: 'bulkhead', with: { maxConcurrentCalls: 10, maxWaitDuration: 0, release: 'atTimeout' } },
    { pattern: 'threadPool', kind: 'fixed', with: { threads: 10 } },
  ],
});
