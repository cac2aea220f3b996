import { FAILURES } from '../failures.ts';
import { defineStack } from './stack.ts';

export const chapter8BreakerStack = defineStack({
  kind: 'chapter8Breaker',
  title: 'Breaker of chapter 8',
  about: 'Counts failures in a row, wants two good trials, and lets late failures prolong its pause.',
  source: 'chapter 8: Reliability & Fault Tolerance',
  useWhen: 'To show the program of that chapter to its readers.',
  differs: 'The only one of the chapters that wants more than one good trial.',
  layers: [{ pattern: 'circuitBreaker', kind: 'consecutive', with: { successThreshold: 2, failOn: FAILURES } }],
});
