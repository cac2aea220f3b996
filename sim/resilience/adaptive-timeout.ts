import { MILLISECOND, SECOND } from '../catalogue/units.ts';
import { choice, count, duration, flag, number, type ValuesOf } from '../catalogue/param.ts';
import { Mark } from './mark.ts';
import { isGood, Outcome } from './outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost } from './pattern.ts';
import { RecentDurations } from './recent-durations.ts';

const SOURCE = 'chapter 8, Reliability & Fault Tolerance';

const params = {
  initialTimeout: duration({ about: 'The timeout while nothing has been measured.', minExclusive: true, default: SECOND, source: SOURCE }),
  minTimeout: duration({ about: 'The timeout is never shorter.', minExclusive: true, default: 500 * MILLISECOND, source: SOURCE }),
  maxTimeout: duration({ about: 'The timeout is never longer.', minExclusive: true, default: 10 * SECOND, source: SOURCE }),
  maxSamples: count({ about: 'How many of the last durations are remembered.', unit: 'calls', min: 1, max: 10_000, default: 100, source: SOURCE }),
  percentile: number({ about: 'The percentile of the durations from which the timeout is computed.', unit: '%', min: 0, minExclusive: true, max: 100, default: 99, source: SOURCE }),
  factor: number({ about: 'How many times as long as that percentile the timeout is.', min: 1, default: 1.5, source: SOURCE }),
  recordTimeouts: flag({
    about: 'Remembers a call that timed out as if it had taken as long as its timeout; otherwise it leaves no trace.',
    default: true,
    source: SOURCE,
  }),
  mode: choice(
    {
      cancel: 'Asks the call inside to stop and fails at once.',
      abandon: 'Fails at once; the call inside goes on unheard.',
    },
    { about: 'What happens to the call inside when the time is up.', default: 'cancel', source: 'as the pattern timeout; the chapter abandons' },
  ),
};

interface TimeoutState {
  /** How long this call may take. */
  timeoutNs: number;
}

class AdaptiveTimeout implements Pattern<TimeoutState> {
  readonly #values: ValuesOf<typeof params>;
  readonly #host: PatternHost;
  readonly #durations: RecentDurations;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    this.#values = values;
    this.#host = host;
    this.#durations = new RecentDurations(values.maxSamples);
  }

  newState(): TimeoutState {
    return { timeoutNs: 0.5 };
  }

  onCall(call: Call<TimeoutState>, fx: Effects): void {
    call.state.timeoutNs = this.#timeoutNs();
    // The timer comes first, so that the timeout wins a tie with the answer.
    fx.wakeAt(call, fx.now + call.state.timeoutNs);
    fx.start(call, 0);
  }

  /** An error says nothing about how long an answer takes. */
  onOutcome(call: Call<TimeoutState>, child: Child, fx: Effects): void {
    if (isGood(child.code)) this.#durations.add(fx.now - call.startedAt);
    fx.settleWith(call, child);
  }

  onWake(call: Call<TimeoutState>, fx: Effects): void {
    if (this.#values.recordTimeouts) this.#durations.add(call.state.timeoutNs);
    fx.note(this.#host, Mark.timedOut);
    if (this.#values.mode === 'cancel') fx.cancel(call);
    fx.settle(call, Outcome.timeout);
  }

  held(): number {
    return 0;
  }

  #timeoutNs(): number {
    const { initialTimeout, minTimeout, maxTimeout, percentile, factor } = this.#values;
    if (this.#durations.length === 0) return initialTimeout;
    return Math.max(minTimeout, Math.min(maxTimeout, Math.round(this.#durations.quantile(percentile / 100) * factor)));
  }
}

export const adaptiveTimeout = definePattern({
  family: 'adaptiveTimeout',
  kind: 'adaptiveTimeout',
  title: 'Adaptive timeout',
  about: 'Fails a call that takes much longer than calls have usually taken of late.',
  source: `${SOURCE}; a product of this kind is not known`,
  useWhen: 'The usual duration is not known beforehand, or drifts slowly.',
  avoidWhen: 'The callee may become overloaded: each timeout is remembered as a long duration and lengthens the next ones, up to maxTimeout, just when patience costs most.',
  differs: 'A plain timeout stays where it was put; this one follows the callee, also into an overload.',
  side: 'caller',
  defaultScope: 'instance',
  marks: ['timedOut'],
  params,
  longestNs: ({ maxTimeout }, insideNs) => Math.min(maxTimeout, insideNs),
  check: ({ minTimeout, maxTimeout }) => (minTimeout > maxTimeout ? [{ param: 'minTimeout', message: 'must not exceed maxTimeout' }] : []),
  create: (values, host) => new AdaptiveTimeout(values, host),
});
