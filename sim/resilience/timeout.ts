import { choice, duration, flag, type ValuesOf } from '../catalogue/param.ts';
import { Mark } from './mark.ts';
import { isCancelled, Outcome } from './outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost } from './pattern.ts';

const params = {
  after: duration({
    about: 'How long a call may take, from its start to its outcome.',
    minExclusive: true,
  }),
  mode: choice(
    {
      cancel: 'Asks the call inside to stop and fails at once.',
      abandon: 'Fails at once; the call inside goes on unheard, as with a race of promises.',
      cooperative: 'Asks the call inside to stop and waits until it does; an answer that comes all the same is used.',
    },
    {
      about: 'What happens to the call inside when the time is up.',
      default: 'cancel',
      source: 'cooperative: Polly 8 and cockatiel 4 (Cooperative); abandon: cockatiel 4 (Aggressive) without its signal',
    },
  ),
  propagateDeadline: flag({
    about: 'Tells everything further inside how much time is left: retries and calls that would come too late are not made, servers with dropExpired do not begin, and servers with stopAtDeadline stop what they have begun.',
    default: false,
    source: 'gRPC deadlines',
  }),
};

interface TimeoutState {
  /** The time is up and the call waits for the one inside to stop. */
  expired: boolean;
}

class Timeout implements Pattern<TimeoutState> {
  readonly #values: ValuesOf<typeof params>;
  readonly #host: PatternHost;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    this.#values = values;
    this.#host = host;
  }

  newState(): TimeoutState {
    return { expired: false };
  }

  onCall(call: Call<TimeoutState>, fx: Effects): void {
    call.state.expired = false;
    const at = fx.now + this.#values.after;
    if (this.#values.propagateDeadline) fx.tighten(call, at);
    // The timer comes first, so that the timeout wins a tie with the answer.
    fx.wakeAt(call, at);
    fx.start(call, 0);
  }

  onOutcome(call: Call<TimeoutState>, child: Child, fx: Effects): void {
    if (call.state.expired && isCancelled(child.code)) fx.settle(call, Outcome.timeout);
    else fx.settleWith(call, child);
  }

  onWake(call: Call<TimeoutState>, fx: Effects): void {
    fx.note(this.#host, Mark.timedOut);
    if (this.#values.mode !== 'abandon') fx.cancel(call);
    if (this.#values.mode === 'cooperative') call.state.expired = true;
    else fx.settle(call, Outcome.timeout);
  }

  held(): number {
    return 0;
  }
}

export const timeout = definePattern({
  family: 'timeout',
  kind: 'timeout',
  title: 'Timeout',
  about: 'Fails a call that takes too long, so that whoever waits for it can do something else.',
  source: 'Polly 8 (timeout strategy), cockatiel 4 (TimeoutPolicy), Resilience4j 2.4 (TimeLimiter)',
  useWhen: 'Always, around every call that leaves the process. Without one, a dependency that hangs holds every thread that calls it.',
  avoidWhen: 'Never; but one that is shorter than the callee usually needs turns slowness into failures and wasted work.',
  differs: 'Inside a retry it bounds each attempt (read timeout, per-try timeout); around the retry it bounds the call with all attempts and waits (total, overall or request timeout). The server knows of neither: what ends its work is a statementTimeout, a requestTimeout, or stopAtDeadline together with propagateDeadline. Connection pools have timeouts of their own for getting and for setting up a connection.',
  shorthand: 'after',
  side: 'caller',
  defaultScope: 'instance',
  marks: ['timedOut'],
  params,
  longestNs: ({ after }, insideNs) => Math.min(after, insideNs),
  create: (values, host) => new Timeout(values, host),
});
