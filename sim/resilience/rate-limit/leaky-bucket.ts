import { count, rate, type ValuesOf } from '../../catalogue/param.ts';
import { SECOND } from '../../catalogue/units.ts';
import { Mark } from '../mark.ts';
import { Outcome } from '../outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost } from '../pattern.ts';
import { type Waiting, WaitingLine } from '../waiting-line.ts';

const params = {
  rate: rate({ about: 'How many calls per second leave the bucket, one by one.', minExclusive: true }),
  capacity: count({ about: 'How many calls may wait in the bucket; more are rejected.', unit: 'calls', default: 100, source: 'own choice' }),
};

interface Drop extends Waiting<Drop> {}

/** The bucket is a line, whose first call has a timer. Who leaves it early frees a place, and those behind move up. */
class LeakyBucket implements Pattern<Drop> {
  readonly #host: PatternHost;
  readonly #capacity: number;
  /** Nanoseconds between two calls. */
  readonly #spacingNs: number;
  readonly #line = new WaitingLine<Drop>();
  /** When the next call may leave. */
  #nextAt = -0.5;

  constructor({ rate, capacity }: ValuesOf<typeof params>, host: PatternHost) {
    this.#host = host;
    this.#capacity = capacity;
    this.#spacingNs = SECOND / rate;
  }

  newState(): Drop {
    return { isWaiting: false, before: null, behind: null };
  }

  onCall(call: Call<Drop>, fx: Effects): void {
    call.state.isWaiting = false;
    if (this.#line.length === 0 && fx.now >= this.#nextAt) {
      this.#nextAt = fx.now + this.#spacingNs;
      fx.start(call, 0);
    } else if (this.#line.length < this.#capacity) {
      fx.note(this.#host, Mark.waited);
      this.#line.join(call);
      this.#wakeFirst(fx);
    } else {
      fx.note(this.#host, Mark.rejected);
      fx.settleRetryAfter(call, Outcome.rateLimited, Math.max(1, Math.ceil(this.#nextAt) - fx.now));
    }
  }

  onWake(_call: Call<Drop>, fx: Effects): void {
    const next = this.#line.next();
    if (next === null) return;
    this.#nextAt += this.#spacingNs;
    fx.sleep(next);
    fx.start(next, 0);
    this.#wakeFirst(fx);
  }

  onOutcome(call: Call<Drop>, child: Child, fx: Effects): void {
    fx.settleWith(call, child);
  }

  onCancel(call: Call<Drop>, fx: Effects): void {
    if (this.#line.cancel(call, fx)) this.#wakeFirst(fx);
  }

  held(): number {
    return this.#line.length;
  }

  #wakeFirst(fx: Effects): void {
    const first = this.#line.peek();
    if (first !== null) fx.wakeAt(first, Math.max(fx.now, Math.ceil(this.#nextAt)));
  }
}

export const leakyBucket = definePattern({
  family: 'rateLimit',
  kind: 'leakyBucket',
  title: 'Rate limit, leaky bucket',
  about: 'Calls wait in a line and leave it one by one, evenly spaced; those that find the line full are rejected.',
  source: 'Turner, New directions in communications, 1986; limit_req of nginx',
  useWhen: 'The callee must never see a burst, and callers can wait.',
  avoidWhen: 'Bursts are harmless: they wait here without need.',
  differs: 'A token bucket lets a burst pass at once; a leaky bucket spreads it.',
  side: 'both',
  defaultScope: 'instance',
  marks: ['rejected', 'waited'],
  params,
  create: (values, host) => new LeakyBucket(values, host),
});
