import { FAILURES } from '../failures.ts';
import { defineStack } from './stack.ts';

export const reliabilityEngineeringBreakerStack = defineStack({
  kind: 'reliabilityEngineeringBreaker',
  title: 'Breaker that forgets nothing (a mistake)',
  about: 'A success does not set its count of failures back: after five failures in all, however far apart, it opens on a healthy callee.',
  source: 'chapter Reliability Engineering, where it is written so by mistake',
  useWhen: 'To show the mistake: with one failure in a thousand calls it opens again and again.',
  avoidWhen: 'Always, in production: failures must be in a row, or a share of recent calls.',
  layers: [
    {
      pattern: 'circuitBreaker',
      kind: 'consecutive',
      with: { recoveryFrom: 'lastFailure', reopenOnTrialFailure: false, resetOnSuccess: false, exactRecovery: false, failOn: FAILURES },
    },
  ],
});
