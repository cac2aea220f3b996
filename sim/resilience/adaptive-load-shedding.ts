import { count, duration, ratio, type ValuesOf } from '../catalogue/param.ts';
import { SECOND } from '../catalogue/units.ts';
import { Mark } from './mark.ts';
import { isCancelled, Outcome } from './outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost } from './pattern.ts';
import { RecentDurations } from './recent-durations.ts';

const SOURCE = 'chapter Reliability & Resilience (AdaptiveLoadShedder)';

const params = {
  busyThreshold: ratio({
    about: 'The share of busy threads from which requests are shed; with all of them busy, all are shed.',
    max: 0.95,
    default: 0.8,
    source: `${SOURCE}: 80 % of the processor`,
  }),
  maxHeld: count({
    about: 'How many requests the server has memory for, those that wait included.',
    unit: 'requests',
    min: 1,
    default: Infinity,
    unlimited: true,
    source: 'own: memory is not modelled otherwise',
  }),
  heldThreshold: ratio({
    about: 'The share of maxHeld from which requests are shed; with all of it in use, all are shed.',
    max: 0.95,
    default: 0.85,
    source: `${SOURCE}: 85 % of the memory`,
  }),
  latencyThreshold: duration({
    about: 'The latency from which requests are shed; at twice as much, all are shed.',
    minExclusive: true,
    default: SECOND,
    source: SOURCE,
  }),
  quantile: ratio({ about: 'Which of the latest latencies is looked at.', default: 0.95, source: SOURCE }),
  samples: count({ about: 'How many of the latest latencies are remembered.', unit: 'requests', min: 1, max: 10_000, default: 100, source: 'own choice; the chapter leaves it open' }),
  retryAfter: duration({ about: 'When a shed caller is asked to come back.', default: 5 * SECOND, source: SOURCE }),
};

class AdaptiveLoadShedding implements Pattern<null> {
  readonly #values: ValuesOf<typeof params>;
  readonly #host: PatternHost;
  readonly #latencies: RecentDurations;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    this.#values = values;
    this.#host = host;
    this.#latencies = new RecentDurations(values.samples);
  }

  newState(): null {
    return null;
  }

  onCall(call: Call<null>, fx: Effects): void {
    if (fx.uniform(call, 0) >= this.#pressure()) {
      fx.start(call, 0);
      return;
    }
    fx.note(this.#host, Mark.shed);
    fx.settleRetryAfter(call, Outcome.shed, this.#values.retryAfter);
  }

  onOutcome(call: Call<null>, child: Child, fx: Effects): void {
    if (!isCancelled(child.code)) this.#latencies.add(fx.now - call.startedAt);
    fx.settleWith(call, child);
  }

  held(): number {
    return 0;
  }

  /** The worst of the three, each 0 at its threshold and 1 at the end of its scale. */
  #pressure(): number {
    const { busyThreshold, maxHeld, heldThreshold, latencyThreshold, quantile } = this.#values;
    const { gauges } = this.#host;
    // The request that asks is itself in flight.
    const held = Math.max(0, gauges.inFlight() - 1);
    const busy = gauges.busy() / gauges.capacity();
    const latencyNs = this.#latencies.quantile(quantile);
    return Math.max(beyond(busy, busyThreshold, 1), beyond(held / maxHeld, heldThreshold, 1), beyond(latencyNs, latencyThreshold, 2 * latencyThreshold));
  }
}

/** How far a value has come from a threshold to the end of its scale. */
function beyond(value: number, threshold: number, end: number): number {
  return (value - threshold) / (end - threshold);
}

export const adaptiveLoadShedding = definePattern({
  family: 'adaptiveLoadShedding',
  kind: 'adaptiveLoadShedding',
  title: 'Adaptive load shedding',
  about: 'A server turns requests away with a probability that grows with the pressure on its threads, its memory and its latency.',
  source: SOURCE,
  useWhen: 'Overload comes gradually and shows in several ways.',
  avoidWhen: 'Some requests matter more than others: it does not look at priorities.',
  differs: 'Load shedding by priority turns away whole classes at fixed loads; this turns away a growing share of all.',
  side: 'server',
  defaultScope: 'instance',
  marks: ['shed'],
  params,
  create: (values, host) => new AdaptiveLoadShedding(values, host),
});
