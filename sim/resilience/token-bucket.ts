import { SECOND } from '../catalogue/units.ts';
import { count, duration, rate, type ValuesOf } from '../catalogue/param.ts';
import { Mark } from './mark.ts';
import { Outcome } from './outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost } from './pattern.ts';

const params = {
  rate: rate({
    about: 'How many calls per second pass in the long run.',
    minExclusive: true,
  }),
  burst: count({
    about: 'How many calls may pass at once after a pause: the size of the bucket.',
    unit: 'calls',
    min: 1,
    default: 1,
    source: 'own choice: the strictest bucket',
  }),
  maxWait: duration({
    about: 'How long a call may wait for its token; 0 rejects at once.',
    default: 0,
    unlimited: true,
    source: 'own choice: most limiters at servers reject',
  }),
};

interface TokenState {
  isWaiting: boolean;
}

/**
 * The bucket is kept as the instant at which it will be full again; what flows in until then is missing now. That needs
 * no counting between calls, so a rejected call changes nothing. A call that must wait takes its token in advance, which
 * moves that instant on; whoever comes first therefore goes first. A caller that gives up while waiting has used its token.
 */
class TokenBucket implements Pattern<TokenState> {
  readonly #maxWaitNs: number;
  readonly #host: PatternHost;
  /** Nanoseconds in which one token flows in. */
  readonly #perTokenNs: number;
  /** How far before it is full the bucket holds exactly one token. */
  readonly #lastTokenNs: number;
  #fullAt = -0.5;
  #waiting = 0;

  constructor({ rate, burst, maxWait }: ValuesOf<typeof params>, host: PatternHost) {
    this.#maxWaitNs = maxWait;
    this.#host = host;
    this.#perTokenNs = SECOND / rate;
    this.#lastTokenNs = (burst - 1) * this.#perTokenNs;
  }

  newState(): TokenState {
    return { isWaiting: false };
  }

  onCall(call: Call<TokenState>, fx: Effects): void {
    call.state.isWaiting = false;
    const fullAt = Math.max(this.#fullAt, fx.now);
    const waitNs = Math.max(0, Math.ceil(fullAt - this.#lastTokenNs - fx.now));
    if (waitNs > this.#maxWaitNs) {
      fx.note(this.#host, Mark.rejected);
      fx.settleRetryAfter(call, Outcome.rateLimited, waitNs);
      return;
    }
    this.#fullAt = fullAt + this.#perTokenNs;
    if (waitNs === 0) {
      fx.start(call, 0);
      return;
    }
    fx.note(this.#host, Mark.waited);
    call.state.isWaiting = true;
    this.#waiting++;
    fx.wakeAt(call, fx.now + waitNs);
  }

  onWake(call: Call<TokenState>, fx: Effects): void {
    this.#stopWaiting(call);
    fx.start(call, 0);
  }

  onOutcome(call: Call<TokenState>, child: Child, fx: Effects): void {
    fx.settleWith(call, child);
  }

  onCancel(call: Call<TokenState>, fx: Effects): void {
    if (!call.state.isWaiting) {
      fx.cancel(call);
      return;
    }
    this.#stopWaiting(call);
    fx.settle(call, Outcome.cancelled);
  }

  held(): number {
    return this.#waiting;
  }

  #stopWaiting(call: Call<TokenState>): void {
    call.state.isWaiting = false;
    this.#waiting--;
  }
}

export const tokenBucket = definePattern({
  family: 'rateLimit',
  kind: 'tokenBucket',
  title: 'Rate limit, token bucket',
  about: 'Lets a number of calls per second pass, and a burst after a pause.',
  source: 'the token bucket, in the form of ITU-T I.371 (virtual scheduling)',
  useWhen: 'A callee can take a known rate, or one caller must not use up what is meant for all.',
  avoidWhen: 'What is scarce is concurrency rather than calls per second: use a bulkhead.',
  differs: 'Tokens flow in evenly; the kind resilience4j refills at the edges of fixed periods.',
  side: 'both',
  defaultScope: 'instance',
  marks: ['rejected', 'waited'],
  params,
  create: (values, host) => new TokenBucket(values, host),
});
