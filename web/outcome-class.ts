import type { ColourName } from './palette.ts';

/** How marks of an outcome are filled, so that nothing rests on colour alone. */
export type Hatch = 'solid' | 'slanted' | 'upright' | 'crossed' | 'dotted';

/** A group of outcomes that users and dashboards treat alike. */
export interface OutcomeClass {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly colour: ColourName;
  readonly hatch: Hatch;
  /** Names in the engine's vocabulary, as in the series `outcome.<name>` of a client. */
  readonly outcomes: readonly string[];
}

/** From the base of a stack upward: what is good first. */
export const OUTCOME_CLASSES: readonly OutcomeClass[] = [
  { id: 'ok', title: 'answered', about: 'answered in full', colour: 'ok', hatch: 'solid', outcomes: ['ok'] },
  {
    id: 'degraded',
    title: 'degraded',
    about: 'answered with less than full quality, for example from a fallback',
    colour: 'degraded',
    hatch: 'solid',
    outcomes: ['degraded'],
  },
  {
    id: 'timeout',
    title: 'timed out',
    about: 'no answer in time: a timeout, a deadline, or a user who gave up',
    colour: 'timeout',
    hatch: 'slanted',
    outcomes: ['timeout', 'deadlineExceeded', 'requestTimeout', 'gaveUp', 'cancelled'],
  },
  {
    id: 'short-circuited',
    title: 'breaker open',
    about: 'refused by an open circuit breaker without being sent',
    colour: 'short-circuited',
    hatch: 'upright',
    outcomes: ['breakerOpen'],
  },
  {
    id: 'rejected',
    title: 'no room',
    about: 'turned away because a queue, bulkhead or pool was full',
    colour: 'rejected',
    hatch: 'crossed',
    outcomes: ['queueFull', 'bulkheadFull', 'poolTimeout'],
  },
  {
    id: 'shed',
    title: 'shed',
    about: 'turned away on purpose by load shedding or a rate limit',
    colour: 'shed',
    hatch: 'dotted',
    outcomes: ['shed', 'rateLimited'],
  },
  {
    id: 'failed',
    title: 'failed',
    about: 'an error, a crash, or nothing there to answer',
    colour: 'failed',
    hatch: 'solid',
    outcomes: ['error', 'badRequest', 'conflict', 'reset', 'refused', 'unreachable', 'notPrimary', 'crashed'],
  },
];

const FAILED = OUTCOME_CLASSES.length - 1;
const CLASS_OF: ReadonlyMap<string, number> = new Map(
  OUTCOME_CLASSES.flatMap(({ outcomes }, at) => outcomes.map((outcome) => [outcome, at] as const)),
);

/** Index of the class of an outcome; one that this page does not know yet is a failure. */
export function outcomeClassOf(outcome: string): number {
  return CLASS_OF.get(outcome) ?? FAILED;
}
