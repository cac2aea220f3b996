import { causes, choice, count, duration, record, type ValuesOf } from '../../catalogue/param.ts';
import { MILLISECOND } from '../../catalogue/units.ts';
import { codeSet, failuresExcept } from '../failures.ts';
import { Mark } from '../mark.ts';
import { isGood, Outcome } from '../outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost, SendTo } from '../pattern.ts';
import { isUnsafeWrite } from '../unsafe-write.ts';
import { Attempts, type AttemptsState } from './attempts.ts';
import { budgetParam, hedgeUnsafeParam } from './hedge.ts';

const SOURCE = 'Envoy (route.RetryPolicy, route.HedgePolicy)';

const params = {
  perTryTimeout: duration({ about: 'How long an attempt may go unanswered before another one is made beside it.', minExclusive: true }),
  numRetries: count({ about: 'How many attempts are made at most beside the first one, for whatever reason.', min: 1, max: 100, default: 1, source: SOURCE }),
  retryOn: causes({
    about: 'Failures that are worth another attempt.',
    default: failuresExcept('badRequest', 'conflict', 'breakerOpen'),
    source: `${SOURCE}, which has no default for retry_on`,
  }),
  retryBackOff: record(
    {
      baseInterval: duration({ about: 'The longest wait before the first further attempt; it doubles with each one.', default: 25 * MILLISECOND, source: SOURCE }),
      maxInterval: duration({ about: 'No wait is longer.', default: 250 * MILLISECOND, source: SOURCE }),
    },
    {
      about: 'Each further attempt waits for a random time between nothing and its interval, also when it is a hedge.',
      default: { baseInterval: 25 * MILLISECOND, maxInterval: 250 * MILLISECOND },
      source: SOURCE,
    },
  ),
  retryHostPredicate: choice(
    {
      none: 'Whichever the balancer chooses, even the one that is slow.',
      previousHosts: 'One that the call has not been sent to, as long as the balancer knows one.',
    },
    {
      about: 'Which instance of the callee a further attempt goes to.',
      default: 'none',
      source: `${SOURCE}; there the balancer draws again, as often as host_selection_retry_max_attempts says, and may still end with a former one`,
    },
  ),
  retryBudget: budgetParam,
  hedgeUnsafe: hedgeUnsafeParam,
};

interface EnvoyState extends AttemptsState {
  /** The next attempt waits for its backoff; otherwise the timer is the timeout of the newest attempt. */
  isBackingOff: boolean;
}

/** The timeout of an attempt does not end it. Only the newest attempt can have one ahead, so one timer does for all. */
class EnvoyHedge implements Pattern<EnvoyState> {
  readonly #values: ValuesOf<typeof params>;
  readonly #isRetryable: Uint8Array;
  readonly #host: PatternHost;
  readonly #attempts: Attempts;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    this.#values = values;
    this.#isRetryable = codeSet(values.retryOn);
    this.#host = host;
    this.#attempts = new Attempts(1 + values.numRetries, values.retryBudget);
  }

  newState(): EnvoyState {
    return { ...this.#attempts.newState(), isBackingOff: false };
  }

  onCall(call: Call<EnvoyState>, fx: Effects): void {
    this.#attempts.begin(call.state, fx.now);
    if (this.#values.retryHostPredicate === 'previousHosts') fx.sendTo(call, SendTo.another);
    this.#send(call, fx);
  }

  onOutcome(call: Call<EnvoyState>, child: Child, fx: Effects): void {
    const { state } = call;
    const isRetryable = this.#isRetryable[child.code] === 1;
    this.#attempts.ended(state, child, isRetryable);
    if (!isRetryable || call.cancelled) {
      this.#finish(call, child, fx);
      return;
    }
    const isAnswered = state.isBackingOff || child.tag < state.made - 1;
    if (!isAnswered && this.#mayRetry(call, child.code, fx)) this.#backOff(call, fx);
    // A failure is discarded as long as another attempt may still succeed.
    else if (call.open === 0 && !state.isBackingOff) this.#finish(call, child, fx);
  }

  onWake(call: Call<EnvoyState>, fx: Effects): void {
    const { state } = call;
    if (call.cancelled) return;
    if (state.isBackingOff) {
      this.#send(call, fx);
      return;
    }
    fx.note(this.#host, Mark.timedOut);
    if (this.#mayRetry(call, Outcome.timeout, fx)) this.#backOff(call, fx);
  }

  onCancel(call: Call<EnvoyState>, fx: Effects): void {
    this.#attempts.cancel(call, fx);
  }

  held(): number {
    return this.#attempts.held();
  }

  /** Whether one more attempt may be made; if so, it is paid for. @param code the outcome to which it would be the answer */
  #mayRetry(call: Call<EnvoyState>, code: number, fx: Effects): boolean {
    const { state } = call;
    if (state.made > this.#values.numRetries) return false;
    const isSafe = this.#values.hedgeUnsafe || !isUnsafeWrite(call);
    const isAllowed = isSafe && this.#attempts.borrow(state, code, fx.now);
    if (!isAllowed) fx.note(this.#host, Mark.retryDenied);
    return isAllowed;
  }

  #backOff(call: Call<EnvoyState>, fx: Effects): void {
    const { state } = call;
    const waitNs = Math.floor(intervalNs(this.#values, state.made) * fx.uniform(call, state.made));
    state.isBackingOff = true;
    fx.wakeAt(call, fx.now + waitNs);
  }

  #send(call: Call<EnvoyState>, fx: Effects): void {
    const { state } = call;
    const attempt = this.#attempts.next(state);
    if (attempt > 0) fx.note(this.#host, call.open > 0 ? Mark.hedged : Mark.retried);
    state.isBackingOff = false;
    fx.wakeAt(call, fx.now + this.#values.perTryTimeout);
    fx.start(call, attempt);
  }

  #finish(call: Call<EnvoyState>, child: Child, fx: Effects): void {
    if (child.tag > 0 && call.open > 0 && isGood(child.code)) fx.note(this.#host, Mark.hedgeWon);
    this.#attempts.letGo(call.state);
    fx.cancel(call);
    fx.settleWith(call, child);
  }
}

/** The longest wait before a further attempt. @param made attempts before it */
function intervalNs({ retryBackOff: { baseInterval, maxInterval } }: ValuesOf<typeof params>, made: number): number {
  let interval = baseInterval;
  for (let retry = 1; retry < made && interval < maxInterval; retry++) interval *= 2;
  return Math.min(interval, maxInterval);
}

function longestNs(values: ValuesOf<typeof params>, insideNs: number): number {
  let sum = insideNs;
  for (let made = 1; made <= values.numRetries; made++) sum += Math.min(values.perTryTimeout, insideNs) + intervalNs(values, made);
  return sum;
}

export const envoyHedge = definePattern({
  family: 'hedge',
  kind: 'envoy',
  title: 'Hedge of Envoy',
  about: 'Makes a call a second time when an attempt exceeds its timeout, without giving up the first, and takes the first good answer.',
  source: `${SOURCE.slice(0, -1)}, hedge_on_per_try_timeout)`,
  useWhen: 'A proxy like Envoy stands between caller and callee, and its attempts have a timeout of their own.',
  avoidWhen: 'Nothing bounds the whole call: the last attempt has no timeout that would end it. Put a timeout outside.',
  differs: 'It is a retry and a hedge in one: failures and timeouts spend the same number of attempts, each after a backoff.',
  side: 'caller',
  defaultScope: 'instance',
  marks: ['timedOut', 'hedged', 'hedgeWon', 'retried', 'retryDenied'],
  params,
  attempts: ({ numRetries }) => 1 + numRetries,
  longestNs,
  create: (values, host) => new EnvoyHedge(values, host),
});
