import { count, duration, number } from '../../catalogue/param.ts';
import { MILLISECOND } from '../../catalogue/units.ts';
import { definePattern } from '../pattern.ts';
import { RecentDurations } from '../recent-durations.ts';
import { budgetParam, Hedge, type HedgeDelay, hedgeOnParam, hedgeUnsafeParam, instanceParam, loserParam } from './hedge.ts';

const params = {
  percentile: number({
    about: 'An attempt that has taken longer than this many percent of recent first attempts gets company.',
    unit: '%',
    min: 0,
    minExclusive: true,
    max: 100,
    maxExclusive: true,
    default: 95,
    source: 'Dean and Barroso, The Tail at Scale, 2013; Finagle has 100 % less its maxExtraLoad',
  }),
  minDelay: duration({
    about: 'Whatever has been measured, nothing is hedged earlier.',
    default: MILLISECOND,
    source: 'Finagle (BackupRequestFilter)',
  }),
  maxSamples: count({ about: 'How many of the last first attempts are remembered.', unit: 'calls', min: 1, max: 10_000, default: 1000, source: 'own choice: Finagle remembers the last 30 s or so in a histogram' }),
  minSamples: count({ about: 'Nothing is hedged after a delay before this many are remembered.', unit: 'calls', min: 1, default: 20, source: 'own choice: one sample in the tail of the default percentile' }),
  maxHedgedAttempts: count({ about: 'How many attempts are made at most beside the first one.', min: 1, max: 10, default: 1, source: 'Finagle (one backup request)' }),
  hedgeOn: hedgeOnParam,
  loser: loserParam,
  instance: instanceParam,
  budget: budgetParam,
  hedgeUnsafe: hedgeUnsafeParam,
};

/** As long as a share of the recent first attempts took at most. */
class PercentileDelay implements HedgeDelay {
  readonly #share: number;
  readonly #minDelayNs: number;
  readonly #minSamples: number;
  readonly #durations: RecentDurations;

  constructor(share: number, minDelayNs: number, minSamples: number, maxSamples: number) {
    this.#share = share;
    this.#minDelayNs = minDelayNs;
    this.#minSamples = minSamples;
    this.#durations = new RecentDurations(maxSamples);
  }

  next(): number {
    if (this.#durations.length < this.#minSamples) return Infinity;
    return Math.max(this.#minDelayNs, this.#durations.quantile(this.#share));
  }

  observe(durationNs: number): void {
    this.#durations.add(durationNs);
  }
}

export const percentileHedge = definePattern({
  family: 'hedge',
  kind: 'percentile',
  title: 'Hedge after a percentile',
  about: 'Makes a call a second time when it takes longer than most calls have taken of late, and takes whichever answer comes first.',
  source: 'Dean and Barroso, The Tail at Scale, 2013; Finagle (BackupRequestFilter)',
  useWhen: 'The extra load must stay small whatever the callee does: the 95th percentile makes one call in twenty twice.',
  avoidWhen: 'All calls become slow together: until the percentile has caught up, nearly every call is made twice. Give it a budget.',
  differs: 'The delay follows what has been measured, where the kind delay has a fixed one.',
  side: 'caller',
  defaultScope: 'instance',
  marks: ['hedged', 'hedgeWon', 'retryDenied'],
  params,
  attempts: ({ maxHedgedAttempts }) => 1 + maxHedgedAttempts,
  shorthand: 'percentile',
  check: ({ minSamples, maxSamples }) => (minSamples > maxSamples ? [{ param: 'minSamples', message: 'must not exceed maxSamples' }] : []),
  create: ({ percentile, minDelay, minSamples, maxSamples, maxHedgedAttempts, ...rules }, host) =>
    new Hedge(host, {
      ...rules,
      maxAttempts: 1 + maxHedgedAttempts,
      delay: new PercentileDelay(percentile / 100, minDelay, minSamples, maxSamples),
      isTied: false,
      honoursPushback: false,
    }),
});
