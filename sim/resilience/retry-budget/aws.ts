import { count } from '../../catalogue/param.ts';
import { isGood, Outcome } from '../outcome.ts';
import { defineRetryBudget, DENIED, type RetryBudget } from './retry-budget.ts';

interface Costs {
  readonly retryCost: number;
  readonly timeoutRetryCost: number;
  readonly throttlingRetryCost: number;
  readonly noRetryIncrement: number;
}

/** Status codes with which a service says that it is asked too much. */
function isThrottling(code: number): boolean {
  return code === Outcome.rateLimited || code === Outcome.shed;
}

class Aws implements RetryBudget {
  readonly #capacity: number;
  readonly #costs: Costs;
  #tokens: number;

  constructor(capacity: number, costs: Costs) {
    this.#capacity = capacity;
    this.#costs = costs;
    this.#tokens = capacity;
  }

  begin(): void {}

  /** A retry that succeeded gives back what it cost; a call that needed none gives a little. */
  ended(code: number, _isRetryable: boolean, lent: number): void {
    if (isGood(code)) this.#tokens = Math.min(this.#capacity, this.#tokens + (lent > 0 ? lent : this.#costs.noRetryIncrement));
  }

  lend(code: number): number {
    const cost = this.#costOf(code);
    if (cost > this.#tokens) return DENIED;
    this.#tokens -= cost;
    return cost;
  }

  held(): number {
    return 0;
  }

  #costOf(code: number): number {
    if (code === Outcome.timeout) return this.#costs.timeoutRetryCost;
    return isThrottling(code) ? this.#costs.throttlingRetryCost : this.#costs.retryCost;
  }
}

export const aws = defineRetryBudget({
  kind: 'aws',
  title: 'Retry quota of the AWS SDK',
  about: 'Retries are paid from a quota, more after a timeout; success gives back what its retry cost.',
  source: 'botocore (standard mode); its adaptive mode adds a rate limit of kind awsAdaptive inside the retry',
  params: {
    capacity: count({ about: 'The quota at the start, and at most.', unit: 'tokens', default: 500, source: 'botocore (standard mode)' }),
    retryCost: count({ about: 'What a retry costs.', unit: 'tokens', default: 5, source: 'botocore (standard mode); 14 with its retries of 2026' }),
    timeoutRetryCost: count({ about: 'What a retry costs after a timeout of the caller; one that the callee reports (408) is an answer like others.', unit: 'tokens', default: 10, source: 'botocore (standard mode); 14 with its retries of 2026' }),
    throttlingRetryCost: count({ about: 'What a retry costs after the callee said that it is asked too much.', unit: 'tokens', default: 5, source: 'botocore, both modes' }),
    noRetryIncrement: count({ about: 'What a call that succeeds at once gives to the quota.', unit: 'tokens', default: 1, source: 'botocore (standard mode)' }),
  },
  create: ({ capacity, ...costs }) => () => new Aws(capacity, costs),
});
