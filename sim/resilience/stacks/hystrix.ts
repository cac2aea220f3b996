import { defineStack } from './stack.ts';

export const hystrixStack = defineStack({
  kind: 'hystrix',
  title: 'Hystrix command',
  about: 'A command of Hystrix: a fallback around a breaker around a timeout around a thread pool.',
  source: 'Hystrix 1.5 (HystrixCommandProperties, HystrixThreadPoolProperties)',
  useWhen: 'The service wraps its calls in HystrixCommand, with a thread pool for each dependency.',
  differs: 'The timeout includes the wait for a thread, and both a timeout and a full pool count against the callee.',
  layers: [
    { pattern: 'fallback', with: { quality: '50%' } },
    { pattern: 'circuitBreaker', kind: 'hystrix' },
    { pattern: 'timeout', with: { after: '1s' } },
    { pattern: 'threadPool', kind: 'hystrix' },
  ],
});
