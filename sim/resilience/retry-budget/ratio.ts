import { duration, ratio as ratioParam } from '../../catalogue/param.ts';
import { SECOND } from '../../catalogue/units.ts';
import { RecentTimes } from '../recent-times.ts';
import { defineRetryBudget, DENIED, type RetryBudget } from './retry-budget.ts';

/** The retries of the window so far are compared before the new one is added, so the first one is always allowed. */
class Ratio implements RetryBudget {
  readonly #ratio: number;
  readonly #requests: RecentTimes;
  readonly #retries: RecentTimes;

  constructor(ratio: number, windowNs: number) {
    this.#ratio = ratio;
    this.#requests = new RecentTimes(windowNs);
    this.#retries = new RecentTimes(windowNs);
  }

  begin(nowNs: number): void {
    // Asking also forgets, so that no more than a window is kept when there are no failures.
    this.#requests.count(nowNs);
    this.#requests.add(nowNs);
  }

  ended(): void {}

  lend(_code: number, nowNs: number): number {
    const requests = Math.max(1, this.#requests.count(nowNs));
    if (this.#retries.count(nowNs) / requests >= this.#ratio) return DENIED;
    this.#retries.add(nowNs);
    return 0;
  }

  held(): number {
    return 0;
  }
}

export const ratio = defineRetryBudget({
  kind: 'ratio',
  title: 'Share of recent calls',
  about: 'Allows retries up to a share of the calls that began within a window.',
  source: 'chapter 8, Reliability & Fault Tolerance (RetryBudget)',
  params: {
    ratio: ratioParam({
      about: 'Retries are allowed while they are less than this share of the calls.',
      max: Infinity,
      default: 0.1,
      source: 'chapter 8 (budget: 0.1)',
    }),
    window: duration({
      about: 'How far back calls and retries are counted.',
      minExclusive: true,
      default: 60 * SECOND,
      source: 'chapter 8 (windowMs: 60000)',
    }),
  },
  shorthand: 'ratio',
  create: ({ ratio, window }) => () => new Ratio(ratio, window),
});
