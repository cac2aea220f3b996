import { count, duration, ratio, type ValuesOf } from '../catalogue/param.ts';
import { MILLISECOND, SECOND } from '../catalogue/units.ts';
import { Mark } from './mark.ts';
import { Outcome } from './outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost } from './pattern.ts';

const SOURCE = 'Zhou et al., Overload Control for Scaling WeChat Microservices, 2018 (DAGOR)';

const params = {
  queueingTime: duration({ about: 'The average time in the line above which the server is overloaded.', minExclusive: true, default: 20 * MILLISECOND, source: SOURCE }),
  window: duration({ about: 'A window ends after this time.', minExclusive: true, default: SECOND, source: SOURCE }),
  windowRequests: count({ about: 'A window ends after so many requests, if that is earlier.', unit: 'requests', min: 1, default: 2000, source: SOURCE }),
  alpha: ratio({ about: 'After a window of overload, this share fewer are admitted.', default: 0.05, source: SOURCE }),
  beta: ratio({ about: 'After a window without, more are admitted: this share of all that arrived.', default: 0.01, source: SOURCE }),
  priorities: count({ about: 'How many priorities of requests are told apart; lower ones are treated like the last.', min: 1, max: 64, default: 4, source: 'own: as many as chapter Reliability & Resilience has' }),
  userLevels: count({ about: 'Into how many levels each priority is divided at random.', min: 1, max: 1024, default: 128, source: SOURCE }),
};

/**
 * Priorities, each divided into levels, are one scale; the most important end of it is admitted. After each window the
 * level is moved so that, of what arrived in it, the wanted number would have been admitted.
 *
 * The average time in the line comes from its average length as arrivals see it, and from the rate of answers (Little).
 * In the original a user keeps the same level for an hour; here each request draws its own.
 */
class Dagor implements Pattern<null> {
  readonly #values: ValuesOf<typeof params>;
  readonly #host: PatternHost;
  /** Arrivals of this window at each place of the scale, the most important first. */
  readonly #arrivals: Int32Array;
  /** The last place that is admitted. */
  #level: number;
  #windowSince = -0.5;
  #requests = 0;
  #admitted = 0;
  #answered = 0;
  /** Sum of the lengths of the line that the requests of this window saw. */
  #lengths = 0;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    this.#values = values;
    this.#host = host;
    this.#arrivals = new Int32Array(values.priorities * values.userLevels);
    this.#level = this.#arrivals.length - 1;
  }

  newState(): null {
    return null;
  }

  onCall(call: Call<null>, fx: Effects): void {
    const { priorities, userLevels, window, windowRequests } = this.#values;
    if (this.#windowSince < 0) this.#windowSince = fx.now;
    else if (fx.now - this.#windowSince >= window || this.#requests >= windowRequests) this.#endWindow(fx);
    const place = Math.min(call.priority, priorities - 1) * userLevels + Math.floor(fx.uniform(call, 0) * userLevels);
    this.#arrivals[place]!++;
    this.#requests++;
    this.#lengths += this.#host.gauges.queueLength();
    if (place <= this.#level) {
      this.#admitted++;
      fx.start(call, 0);
      return;
    }
    fx.note(this.#host, Mark.shed);
    fx.settle(call, Outcome.shed);
  }

  onOutcome(call: Call<null>, child: Child, fx: Effects): void {
    this.#answered++;
    fx.settleWith(call, child);
  }

  held(): number {
    return 0;
  }

  #endWindow(fx: Effects): void {
    const { alpha, beta } = this.#values;
    const before = this.#level;
    if (this.#isOverloaded(fx.now - this.#windowSince)) this.#lowerTo((1 - alpha) * this.#admitted);
    else this.#raiseTo(this.#admitted + beta * this.#requests);
    if (this.#level !== before) fx.note(this.#host, Mark.limitChanged, this.#level);
    this.#windowSince = fx.now;
    this.#requests = 0;
    this.#admitted = 0;
    this.#answered = 0;
    this.#lengths = 0;
    this.#arrivals.fill(0);
  }

  #isOverloaded(elapsedNs: number): boolean {
    return (this.#lengths / this.#requests) * elapsedNs > this.#values.queueingTime * this.#answered;
  }

  /** The most important place is always admitted. */
  #lowerTo(wanted: number): void {
    for (let admitted = this.#admitted; admitted > wanted && this.#level > 0; this.#level--) admitted -= this.#arrivals[this.#level]!;
  }

  #raiseTo(wanted: number): void {
    for (let admitted = this.#admitted; admitted < wanted && this.#level < this.#arrivals.length - 1; ) admitted += this.#arrivals[++this.#level]!;
  }
}

export const dagor = definePattern({
  family: 'dagor',
  kind: 'dagor',
  title: 'Overload control by priority levels (DAGOR)',
  about: 'A server admits the most important requests only, and moves the line between them and the others by how long requests wait.',
  source: SOURCE,
  useWhen: 'Requests differ in importance and nobody knows how much the server can do.',
  avoidWhen: 'The waiting line is unimportant: a server without one is never found overloaded.',
  differs: 'Load shedding by priority has fixed thresholds, and sheds a whole priority at once; this finds its level, also within a priority.',
  side: 'server',
  defaultScope: 'instance',
  marks: ['shed', 'limitChanged'],
  params,
  create: (values, host) => new Dagor(values, host),
});
