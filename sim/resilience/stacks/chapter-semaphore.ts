import { defineStack } from './stack.ts';

export const chapterSemaphoreStack = defineStack({
  kind: 'chapterSemaphore',
  title: 'Semaphore of the chapter Reliability & Resilience',
  about: 'Ten calls at once; further ones wait, for ever if need be.',
  source: 'chapter Reliability & Resilience: semaphores of asyncio, 10 for a database and 5 for other services',
  useWhen: 'To show what a limit without an end to its line does when the callee hangs: everybody waits, and nobody is told.',
  avoidWhen: 'Nothing ends the wait: put a timeout around it, or give it a maxWaitDuration.',
  differs: 'The bulkhead of Resilience4j turns away at once what finds no permit.',
  layers: [{ pattern: 'bulkhead', with: { maxConcurrentCalls: 10, maxWaitDuration: 'unlimited' } }],
});
