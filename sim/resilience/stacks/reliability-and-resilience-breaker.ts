import { FAILURES } from '../failures.ts';
import { defineStack } from './stack.ts';

export const reliabilityAndResilienceBreakerStack = defineStack({
  kind: 'reliabilityAndResilienceBreaker',
  title: 'Breaker of the chapter Reliability & Resilience',
  about: 'Counts failures in a row, opens at once when a trial fails, and begins its pause with the last failure.',
  source: 'chapter Reliability & Resilience',
  useWhen: 'To show the program of that chapter to its readers.',
  differs: 'As that of Phase 5, but a failed trial always opens it again.',
  layers: [{ pattern: 'circuitBreaker', kind: 'consecutive', with: { recoveryFrom: 'lastFailure', failOn: FAILURES } }],
});
