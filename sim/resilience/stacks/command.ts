import { defineStack } from './stack.ts';

export const commandStack = defineStack({
  kind: 'command',
  title: 'Command of the chapters',
  about: 'Timeout, breaker and fallback around one call, with threads of its own: what a command wrapper is made of.',
  source: 'the chapters: breaker that opens after 5 failures for 60 s, pool of 10 threads, timeout of 1 s',
  useWhen: 'To show a class how little is needed: each layer can be read in a minute.',
  differs: 'As the stack hystrix, with the breaker that counts failures in a row.',
  layers: [
    { pattern: 'fallback', with: { quality: '50%' } },
    { pattern: 'circuitBreaker', kind: 'consecutive', with: { failureThreshold: 5, recoveryTimeout: '60s' } },
    { pattern: 'timeout', with: { after: '1s' } },
    { pattern: 'threadPool', kind: 'fixed', with: { threads: 10 } },
  ],
});
