import { causes, duration, number, type ValuesOf } from '../catalogue/param.ts';
import { MINUTE } from '../catalogue/units.ts';
import { codeSet } from './failures.ts';
import { Mark } from './mark.ts';
import { isCancelled, Outcome } from './outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost } from './pattern.ts';
import { RollingSum } from './rolling-sum.ts';

const params = {
  k: number({
    about: 'Calls that are let through for each that the callee accepts; nearer to 1 is stricter.',
    min: 1,
    default: 2,
    source: 'Google, Site Reliability Engineering, chapter 21',
  }),
  window: duration({ about: 'How far back calls are counted.', minExclusive: true, default: 2 * MINUTE, source: 'Google, Site Reliability Engineering, chapter 21' }),
  rejectedBy: causes({
    about: 'Outcomes that mean that the callee did not accept the call. All others count as accepted, errors included.',
    default: ['queueFull', 'shed', 'rateLimited', 'timeout', 'deadlineExceeded', 'requestTimeout', 'reset', 'refused', 'unreachable', 'poolTimeout', 'bulkheadFull', 'breakerOpen'],
    source: 'Google, Site Reliability Engineering, chapter 21: refusals because of load; own choice: what never came to an answer is not accepted either',
  }),
};

class AdaptiveThrottling implements Pattern<null> {
  readonly #k: number;
  readonly #isRejection: Uint8Array;
  readonly #host: PatternHost;
  /** Also those that were turned away here. */
  readonly #requests: RollingSum;
  readonly #accepts: RollingSum;

  constructor({ k, window, rejectedBy }: ValuesOf<typeof params>, host: PatternHost) {
    this.#k = k;
    this.#isRejection = codeSet(rejectedBy);
    this.#host = host;
    this.#requests = new RollingSum(window);
    this.#accepts = new RollingSum(window);
  }

  newState(): null {
    return null;
  }

  onCall(call: Call<null>, fx: Effects): void {
    const requests = this.#requests.value(fx.now);
    const probability = (requests - this.#k * this.#accepts.value(fx.now)) / (requests + 1);
    this.#requests.add(1, fx.now);
    if (fx.uniform(call, 0) >= probability) {
      fx.start(call, 0);
      return;
    }
    fx.note(this.#host, Mark.shed);
    fx.settle(call, Outcome.shed);
  }

  onOutcome(call: Call<null>, child: Child, fx: Effects): void {
    // A call that was let go of says nothing: it is as if it had not been made.
    if (isCancelled(child.code)) this.#requests.add(-1, fx.now);
    else if (this.#isRejection[child.code] === 0) this.#accepts.add(1, fx.now);
    fx.settleWith(call, child);
  }

  held(): number {
    return 0;
  }
}

export const adaptiveThrottling = definePattern({
  family: 'adaptiveThrottling',
  kind: 'adaptiveThrottling',
  title: 'Adaptive throttling',
  about: 'A caller turns its own calls away, with the more likelihood the fewer of them the callee accepted lately.',
  source: 'Google, Site Reliability Engineering, chapter 21 (equation 21-1)',
  useWhen: 'Saying no costs the callee as much as an answer, so that refused calls alone can overload it.',
  avoidWhen: 'A client calls rarely: it has too few calls to judge by.',
  differs: 'A circuit breaker stops all calls; this lets as many through as are accepted, and a few more to see when that changes.',
  side: 'caller',
  defaultScope: 'instance',
  marks: ['shed'],
  params,
  create: (values, host) => new AdaptiveThrottling(values, host),
});
