import { SECOND } from '../catalogue/units.ts';
import { count, duration, flag, list, ratio, type ValuesOf } from '../catalogue/param.ts';
import { Mark } from './mark.ts';
import { Outcome } from './outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost } from './pattern.ts';

const params = {
  maxConcurrent: count({
    about: 'How many requests the server is meant to have in hand at once, those that wait for a thread included. The load is the share of it that is in hand when another request arrives.',
    unit: 'requests',
    min: 1,
    default: 1000,
    unlimited: true,
    source: 'chapter Reliability & Resilience (LoadShedder)',
  }),
  maxQueue: count({
    about: 'How many requests are meant to wait for a thread at once.',
    unit: 'requests',
    min: 1,
    default: Infinity,
    unlimited: true,
    source: 'own: the chapter looks at concurrency only',
  }),
  thresholds: list(ratio({ about: 'The load from which this priority is shed.', max: Infinity, unlimited: true }), {
    about: 'For each priority, the most important first, the load from which it is shed; unlimited is never. Lower priorities than listed are treated like the last.',
    minItems: 1,
    default: [1, 0.95, 0.85, 0.7],
    source: 'chapter Reliability & Resilience (LoadShedder): critical, high, normal, low; there critical is never shed, which would leave a system without priorities unprotected',
  }),
  retryAfter: duration({
    about: 'When a shed caller is asked to come back; unlimited: never.',
    default: 5 * SECOND,
    unlimited: true,
    source: 'chapter Reliability & Resilience: 5 s; never: gRPC proposal A6 (a negative grpc-retry-pushback-ms)',
  }),
  countsShedAsDone: flag({
    about: 'A mistake, to be shown: each refusal is counted off like a request that was admitted and is done. The load seems to fall with every refusal, until nothing is shed any more.',
    default: false,
    source: 'chapter Reliability & Resilience, where it is written so by mistake',
  }),
};

class LoadShedding implements Pattern<null> {
  readonly #values: ValuesOf<typeof params>;
  readonly #host: PatternHost;
  /** Requests that were admitted and are not done. */
  #inHand = 0;
  /** Requests that were counted off although they had never been counted. */
  #miscounted = 0;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    this.#values = values;
    this.#host = host;
  }

  newState(): null {
    return null;
  }

  onCall(call: Call<null>, fx: Effects): void {
    const { thresholds, retryAfter, countsShedAsDone } = this.#values;
    const threshold = thresholds[Math.min(call.priority, thresholds.length - 1)]!;
    if (this.#load() < threshold) {
      this.#inHand++;
      fx.start(call, 0);
      return;
    }
    if (countsShedAsDone) this.#miscounted++;
    fx.note(this.#host, Mark.shed);
    fx.settleRetryAfter(call, Outcome.shed, retryAfter);
  }

  onOutcome(call: Call<null>, child: Child, fx: Effects): void {
    this.#inHand--;
    fx.settleWith(call, child);
  }

  held(): number {
    return this.#inHand;
  }

  /** The fuller of the two: requests in hand, and requests that wait, each as a share of its limit. */
  #load(): number {
    const { maxConcurrent, maxQueue } = this.#values;
    return Math.max((this.#inHand - this.#miscounted) / maxConcurrent, this.#host.gauges.queueLength() / maxQueue);
  }
}

export const loadShedding = definePattern({
  family: 'loadShedding',
  kind: 'loadShedding',
  title: 'Load shedding',
  about: 'Lets a server that has too much in hand turn requests away at once, the least important first.',
  source: 'chapter Reliability & Resilience (priority-based load shedding)',
  useWhen: 'More may arrive than the server can do: late answers that nobody waits for are worse than quick refusals.',
  avoidWhen: 'Callers retry what is shed without a pause: then shedding is paid for again and again.',
  differs: 'A rate limit looks at what one caller sends; load shedding looks at what the server has in hand.',
  side: 'server',
  defaultScope: 'instance',
  marks: ['shed'],
  params,
  create: (values, host) => new LoadShedding(values, host),
});
