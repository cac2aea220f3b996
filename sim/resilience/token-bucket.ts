import { MILLISECOND, SECOND } from '../catalogue/units.ts';
import { choice, count, duration, rate, type ValuesOf } from '../catalogue/param.ts';
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
  refill: choice(
    {
      continuous: 'Tokens flow in evenly.',
      perTick: 'The tokens of each tick come together at its end, as with a timer that refills the bucket.',
    },
    { about: 'How tokens come in.', default: 'continuous', source: 'own choice: what most limiters compute' },
  ),
  tick: duration({ about: 'The length of a tick, counted from the start of the simulation; for perTick.', minExclusive: true, default: 100 * MILLISECOND, source: 'own choice' }),
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
  /** 1 when tokens flow in evenly. */
  readonly #tickNs: number;
  #fullAt = -0.5;
  #waiting = 0;

  constructor({ rate, burst, refill, tick, maxWait }: ValuesOf<typeof params>, host: PatternHost) {
    this.#maxWaitNs = maxWait;
    this.#host = host;
    this.#perTokenNs = SECOND / rate;
    this.#lastTokenNs = (burst - 1) * this.#perTokenNs;
    this.#tickNs = refill === 'perTick' ? tick : 1;
  }

  newState(): TokenState {
    return { isWaiting: false };
  }

  onCall(call: Call<TokenState>, fx: Effects): void {
    call.state.isWaiting = false;
    // What has flowed in since the last tick cannot be had yet.
    const fullAt = Math.max(this.#fullAt, Math.floor(fx.now / this.#tickNs) * this.#tickNs);
    const waitNs = Math.max(0, this.#tickAt(fullAt - this.#lastTokenNs) - fx.now);
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

  /** The end of the tick in which something flows in; a rounding error must not cost a tick. */
  #tickAt(atNs: number): number {
    if (this.#tickNs === 1) return Math.ceil(atNs);
    return Math.ceil(atNs / this.#tickNs - 1e-9) * this.#tickNs;
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
  longestNs: ({ maxWait }, insideNs) => maxWait + insideNs,
  create: (values, host) => new TokenBucket(values, host),
});
