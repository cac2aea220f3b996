import { duration, number, rate, ratio, type ValuesOf } from '../catalogue/param.ts';
import { SECOND } from '../catalogue/units.ts';
import { pow } from '../kernel/math.ts';
import { Mark } from './mark.ts';
import { isCancelled, isGood, Outcome, OUTCOMES } from './outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost } from './pattern.ts';
import { RollingSum } from './rolling-sum.ts';

const SOURCE = 'Envoy (HTTP filter admission_control)';

const params = {
  samplingWindow: duration({ about: 'How far back outcomes are counted.', minExclusive: true, default: 30 * SECOND, source: SOURCE }),
  srThreshold: ratio({ about: 'The success rate below which calls are turned away.', minExclusive: true, default: 0.95, source: SOURCE }),
  aggression: number({ about: 'How early the probability rises: with 1 it grows in proportion, with more earlier.', min: 1, default: 1, source: SOURCE }),
  rpsThreshold: rate({ about: 'With fewer calls per second on average nothing is turned away.', default: 0, source: SOURCE }),
  maxRejectionProbability: ratio({ about: 'The probability never rises above this, so that some calls always find out.', default: 0.8, source: SOURCE }),
};

/** Statuses below 500 count as success; what has no status never got an answer, for which a proxy shows 503. */
const SUCCESS: readonly boolean[] = OUTCOMES.map(({ status }, code) => isGood(code) || (status > 0 && status < 500));

class AdmissionControl implements Pattern<null> {
  readonly #values: ValuesOf<typeof params>;
  readonly #host: PatternHost;
  /** Of calls that were let through and have ended. */
  readonly #calls: RollingSum;
  readonly #successes: RollingSum;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    this.#values = values;
    this.#host = host;
    this.#calls = new RollingSum(values.samplingWindow);
    this.#successes = new RollingSum(values.samplingWindow);
  }

  newState(): null {
    return null;
  }

  onCall(call: Call<null>, fx: Effects): void {
    if (fx.uniform(call, 0) >= this.#rejectionProbability(fx.now)) {
      fx.start(call, 0);
      return;
    }
    fx.note(this.#host, Mark.shed);
    fx.settle(call, Outcome.shed);
  }

  onOutcome(call: Call<null>, child: Child, fx: Effects): void {
    if (!isCancelled(child.code)) {
      this.#calls.add(1, fx.now);
      if (SUCCESS[child.code] === true) this.#successes.add(1, fx.now);
    }
    fx.settleWith(call, child);
  }

  held(): number {
    return 0;
  }

  #rejectionProbability(nowNs: number): number {
    const { samplingWindow, srThreshold, aggression, rpsThreshold, maxRejectionProbability } = this.#values;
    const calls = this.#calls.value(nowNs);
    if ((calls * SECOND) / samplingWindow < rpsThreshold) return 0;
    const excess = Math.max(0, (calls - this.#successes.value(nowNs) / srThreshold) / (calls + 1));
    const probability = aggression === 1 ? excess : pow(excess, 1 / aggression);
    return Math.min(probability, maxRejectionProbability);
  }
}

export const admissionControl = definePattern({
  family: 'admissionControl',
  kind: 'admissionControl',
  title: 'Admission control of Envoy',
  about: 'Turns calls away with a probability that grows as the success rate of the others falls below a threshold.',
  source: SOURCE,
  useWhen: 'Failures mean overload, and a callee recovers faster when it is asked less.',
  avoidWhen: 'Failures have other reasons: then good calls are turned away beside the bad ones.',
  differs: 'Adaptive throttling counts the calls that it turns away as well, and knows refusals from errors.',
  side: 'both',
  defaultScope: 'instance',
  marks: ['shed'],
  params,
  create: (values, host) => new AdmissionControl(values, host),
});
