import { FAILURES } from '../failures.ts';
import { defineStack } from './stack.ts';

export const chapter8CommandStack = defineStack({
  kind: 'chapter8Command',
  title: 'Command of chapter 8, with one key for two timeouts (a mistake)',
  about: 'The timeout of the call and the pause of the breaker have the same name in its options, so that the second one wins: 30 s for both, where 2 s were meant for the call.',
  source: 'chapter 8: Reliability & Fault Tolerance, where it is written so by mistake',
  useWhen: 'To show the mistake: before a callee that hangs, every caller waits for half a minute. Set the timeout to 2s to see what was meant.',
  avoidWhen: 'Always, in production: settings need names of their own, and a timeout belongs inside the breaker.',
  differs: 'As timeoutAroundBreaker, with the breaker of that chapter and a timeout that is far too long.',
  layers: [
    { pattern: 'fallback', with: { quality: '50%' } },
    { pattern: 'timeout', with: { after: '30s' } },
    { pattern: 'circuitBreaker', kind: 'consecutive', with: { failureThreshold: 5, successThreshold: 2, recoveryTimeout: '30s', failOn: FAILURES } },
  ],
});
