import { causes, number, rate, ratio, type ValuesOf } from '../../catalogue/param.ts';
import { SECOND } from '../../catalogue/units.ts';
import { pow } from '../../kernel/math.ts';
import { codeSet } from '../failures.ts';
import { Mark } from '../mark.ts';
import { isCancelled } from '../outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost } from '../pattern.ts';
import { type Waiting, WaitingLine } from '../waiting-line.ts';

const SOURCE = 'botocore (adaptive mode)';

const params = {
  beta: ratio({ about: 'By what the rate is multiplied when the callee throttles.', default: 0.7, source: SOURCE }),
  scale: number({ about: 'How fast the rate grows: the factor of the cube of the seconds.', min: 0, minExclusive: true, default: 0.4, source: SOURCE }),
  smoothing: ratio({ about: 'How much the latest half second counts in the measured rate.', default: 0.8, source: SOURCE }),
  minRate: rate({ about: 'The rate never falls below this.', minExclusive: true, default: 0.5, source: SOURCE }),
  throttledBy: causes({
    about: 'Outcomes with which the callee says that it is asked too much.',
    default: ['rateLimited', 'shed'],
    source: 'botocore: throttling error codes, such as those of status 429 and SlowDown',
  }),
};

/** Of what was measured, the rate may allow so many times as much. */
const MEASURED_MAX = 2;
/** Seconds over which the rate is measured at a time. */
const SLICE_S = 0.5;

/** The rate after a throttle: flat around the rate at which it came, and growing with the cube of the time beyond. */
export class Cubic {
  readonly #beta: number;
  readonly #scale: number;
  #maxRate: number;
  #failedAtS: number;
  /** Seconds after a throttle until the old rate is reached again. */
  plateauS: number;

  constructor(beta: number, scale: number, startRate: number, startS: number) {
    this.#beta = beta;
    this.#scale = scale;
    this.#maxRate = startRate;
    this.#failedAtS = startS;
    this.plateauS = this.#plateau();
  }

  succeeded(nowS: number): number {
    const beyond = nowS - this.#failedAtS - this.plateauS;
    return this.#scale * beyond * beyond * beyond + this.#maxRate;
  }

  throttled(rate: number, nowS: number): number {
    this.#maxRate = rate;
    this.#failedAtS = nowS;
    this.plateauS = this.#plateau();
    return rate * this.#beta;
  }

  #plateau(): number {
    return pow((this.#maxRate * (1 - this.#beta)) / this.#scale, 1 / 3);
  }
}

/** Calls per second, smoothed over slices of half a second that end with the first call after them. */
class Rate {
  readonly #smoothing: number;
  #calls = 0;
  #since = 0;
  perSec = 0;

  constructor(smoothing: number) {
    this.#smoothing = smoothing;
  }

  count(nowS: number): void {
    const slice = Math.floor(nowS / SLICE_S) * SLICE_S;
    this.#calls++;
    if (slice <= this.#since) return;
    this.perSec = (this.#calls / (slice - this.#since)) * this.#smoothing + this.perSec * (1 - this.#smoothing);
    this.#calls = 0;
    this.#since = slice;
  }
}

interface Turn extends Waiting<Turn> {}

/** Until the first throttle everything passes; from then on each call takes a token, in order, and waits for it. */
class AwsAdaptive implements Pattern<Turn> {
  readonly #host: PatternHost;
  readonly #minRate: number;
  readonly #isThrottle: Uint8Array;
  readonly #cubic: Cubic;
  readonly #measured: Rate;
  readonly #line = new WaitingLine<Turn>();
  #isOn = false;
  #tokens = 0.5;
  #capacity = 1;
  #rate: number;
  #filledAt = -0.5;

  constructor({ beta, scale, smoothing, minRate, throttledBy }: ValuesOf<typeof params>, host: PatternHost) {
    this.#host = host;
    this.#minRate = minRate;
    this.#isThrottle = codeSet(throttledBy);
    this.#cubic = new Cubic(beta, scale, 0, 0);
    this.#measured = new Rate(smoothing);
    this.#rate = minRate;
    this.#tokens = 0;
  }

  newState(): Turn {
    return { isWaiting: false, before: null, behind: null };
  }

  onCall(call: Call<Turn>, fx: Effects): void {
    call.state.isWaiting = false;
    if (!this.#isOn || (this.#line.length === 0 && this.#takesToken(fx.now))) {
      fx.start(call, 0);
      return;
    }
    fx.note(this.#host, Mark.waited);
    this.#line.join(call);
    this.#wakeFirst(fx);
  }

  onWake(_call: Call<Turn>, fx: Effects): void {
    for (let next = this.#line.peek(); next !== null && this.#takesToken(fx.now); next = this.#line.peek()) {
      this.#line.leave(next);
      fx.sleep(next);
      fx.start(next, 0);
    }
    this.#wakeFirst(fx);
  }

  onOutcome(call: Call<Turn>, child: Child, fx: Effects): void {
    if (!isCancelled(child.code)) this.#adjust(this.#isThrottle[child.code] === 1, fx);
    fx.settleWith(call, child);
  }

  onCancel(call: Call<Turn>, fx: Effects): void {
    if (this.#line.cancel(call, fx)) this.#wakeFirst(fx);
  }

  held(): number {
    return this.#line.length;
  }

  #adjust(isThrottled: boolean, fx: Effects): void {
    const nowS = fx.now / SECOND;
    this.#measured.count(nowS);
    const measured = this.#measured.perSec;
    let rate: number;
    if (isThrottled) {
      rate = this.#cubic.throttled(this.#isOn ? Math.min(measured, this.#rate) : measured, nowS);
      this.#isOn = true;
      fx.note(this.#host, Mark.limitChanged, rate);
    } else {
      rate = this.#cubic.succeeded(nowS);
    }
    this.#fill(fx.now);
    rate = Math.min(rate, MEASURED_MAX * measured);
    this.#rate = Math.max(rate, this.#minRate);
    this.#capacity = Math.max(1, rate);
    this.#tokens = Math.min(this.#tokens, this.#capacity);
    this.#wakeFirst(fx);
  }

  #takesToken(nowNs: number): boolean {
    this.#fill(nowNs);
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  #fill(nowNs: number): void {
    if (this.#filledAt >= 0) this.#tokens = Math.min(this.#capacity, this.#tokens + ((nowNs - this.#filledAt) / SECOND) * this.#rate);
    this.#filledAt = nowNs;
  }

  /** Sets the timer of who is first in line, by the tokens and the rate of this moment. */
  #wakeFirst(fx: Effects): void {
    const first = this.#line.peek();
    if (first === null) return;
    this.#fill(fx.now);
    fx.wakeAt(first, fx.now + Math.max(1, Math.ceil(((1 - this.#tokens) / this.#rate) * SECOND)));
  }
}

export const awsAdaptive = definePattern({
  family: 'rateLimit',
  kind: 'awsAdaptive',
  title: 'Rate limit of the AWS SDK, adaptive mode',
  about: 'Slows its caller down when the callee throttles, and speeds it up again along a cubic curve.',
  source: `${SOURCE}; the curve is that of CUBIC, RFC 9438`,
  useWhen: 'The callee answers that it is asked too much, and one client uses one resource.',
  avoidWhen: 'One client calls many resources: the throttling of one slows the calls to all.',
  differs: 'It needs no rate: it learns it. It limits first attempts too; a retry budget limits retries only.',
  side: 'caller',
  defaultScope: 'instance',
  marks: ['waited', 'limitChanged'],
  params,
  create: (values, host) => new AwsAdaptive(values, host),
});
