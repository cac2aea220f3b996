import { FAILURES } from '../failures.ts';
import { defineStack } from './stack.ts';

export const phase5BreakerStack = defineStack({
  kind: 'phase5Breaker',
  title: 'Breaker of the chapter Phase 5',
  about: 'Counts failures in a row; a failed trial only counts on, and the pause begins with the last failure.',
  source: 'chapter Phase 5: Reliability & Resilience',
  useWhen: 'To show the program of that chapter to its readers.',
  differs: 'A failed trial opens it again only because the count of failures was never set back.',
  layers: [{ pattern: 'circuitBreaker', kind: 'consecutive', with: { recoveryFrom: 'lastFailure', reopenOnTrialFailure: false, failOn: FAILURES } }],
});
