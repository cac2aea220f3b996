import { count, duration } from '../../catalogue/param.ts';
import { BARE_MS, SECOND } from '../../catalogue/units.ts';
import { definePattern } from '../pattern.ts';
import { budgetParam, Hedge, type HedgeDelay, hedgeOnParam, hedgeUnsafeParam, instanceParam, longestHedgedNs, loserParam } from './hedge.ts';

const SOURCE = 'Polly 8 (HedgingStrategyOptions)';

const params = {
  delay: duration({
    about: 'How long an attempt may go unanswered before another one is made; 0 makes all at once, unlimited one after the failure of the other.',
    bareUnit: BARE_MS,
    unlimited: true,
    default: 2 * SECOND,
    source: SOURCE,
  }),
  maxHedgedAttempts: count({ about: 'How many attempts are made at most beside the first one.', min: 1, max: 10, default: 1, source: SOURCE }),
  hedgeOn: hedgeOnParam,
  loser: loserParam,
  instance: instanceParam,
  budget: budgetParam,
  hedgeUnsafe: hedgeUnsafeParam,
};

/** Always the same delay. */
export class FixedDelay implements HedgeDelay {
  readonly #delayNs: number;

  constructor(delayNs: number) {
    this.#delayNs = delayNs;
  }

  next(): number {
    return this.#delayNs;
  }

  observe(): void {}
}

export const delayHedge = definePattern({
  family: 'hedge',
  kind: 'delay',
  title: 'Hedge after a fixed delay',
  about: 'Makes the same call a second time when the first one is not answered soon, and takes whichever answer comes first.',
  source: `${SOURCE}; the idea: Dean and Barroso, The Tail at Scale, 2013`,
  useWhen: 'A few calls are much slower than the others for reasons of one instance: a pause, a full queue, a lost packet.',
  avoidWhen: 'The callee is slow because it has too much to do: every hedge makes it slower. Give it a budget.',
  differs: 'A retry waits until the first attempt has failed; a hedge runs beside it. The other kinds find the delay themselves.',
  side: 'caller',
  defaultScope: 'instance',
  marks: ['hedged', 'hedgeWon', 'retryDenied'],
  params,
  attempts: ({ maxHedgedAttempts }) => 1 + maxHedgedAttempts,
  longestNs: ({ maxHedgedAttempts, delay }, insideNs) => longestHedgedNs(1 + maxHedgedAttempts, delay, insideNs),
  shorthand: 'delay',
  create: ({ delay, maxHedgedAttempts, ...rules }, host) =>
    new Hedge(host, { ...rules, maxAttempts: 1 + maxHedgedAttempts, delay: new FixedDelay(delay), isTied: false, honoursPushback: false }),
});
