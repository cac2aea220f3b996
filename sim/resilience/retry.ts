import { DAY, MILLISECOND, SECOND } from '../catalogue/units.ts';
import { causes, choice, count, flag, oneOf, type ValuesOf } from '../catalogue/param.ts';
import { type Backoff, jitterOrdinal, NO_CALL, spreadOrdinal, UNLUCKY } from './backoff/backoff.ts';
import { codeSet, failuresExcept } from './failures.ts';
import type { Jitter } from './jitter/jitter.ts';
import { Mark } from './mark.ts';
import { isKnownUndone, Outcome } from './outcome.ts';
import { type Call, type Child, definePattern, type Effects, type Pattern, type PatternHost, SendTo } from './pattern.ts';
import { DENIED, type MakeRetryBudget, type RetryBudget } from './retry-budget/retry-budget.ts';
import { isUnsafeWrite } from './unsafe-write.ts';

/** No wait is longer; without a limit of its own an exponential backoff would leave the range of the clock. */
const WAIT_MAX_NS = DAY;
/** How much longer than its own wait the AWS SDK lets a callee make it wait. */
const LATER_MAX_NS = 5 * SECOND;

const params = {
  maxAttempts: count({
    about: 'How often the call is made at most, the first time included.',
    min: 1,
    default: 3,
    unlimited: true,
    source: 'Resilience4j 2.4 (RetryConfig.maxAttempts)',
  }),
  backoff: oneOf<Backoff>('backoff')({
    about: 'How long to wait before each retry.',
    default: { fixed: { delay: 500 * MILLISECOND } },
    source: 'Resilience4j 2.4 (RetryConfig.waitDuration)',
  }),
  jitter: oneOf<Jitter>('jitter')({
    about: 'How the waits are spread, so that callers which failed together do not return together.',
    default: 'none',
    source: 'Resilience4j 2.4 and Polly 8 have none by default',
  }),
  capOrder: choice(
    {
      beforeJitter: 'The longest wait limits the backoff; jitter may still lengthen it.',
      afterJitter: 'The longest wait limits the result.',
    },
    {
      about: 'Whether the longest wait of the backoff applies before or after jitter.',
      default: 'beforeJitter',
      source: 'before: AWS Architecture Blog 2015 and gRPC proposal A6; after: Polly 8 and Resilience4j 2.4',
    },
  ),
  retryOn: causes({
    about:
      'The outcomes that are worth another attempt. By status: [5xx, connection] is the rule that no 4xx is retried, [5xx, connection, 408, 429] the rule that those two are as well. A conflict is worth one where trying again reads anew.',
    default: failuresExcept('badRequest', 'conflict', 'breakerOpen'),
    source: 'own choice: all failures but those that another attempt cannot change, and an open breaker, which asks for peace; Resilience4j 2.4 retries every exception',
  }),
  instance: choice(
    {
      any: 'Asks the balancer again, which may choose the same one.',
      another: 'Asks the balancer for one that this call has not been sent to, as long as it knows one.',
      same: 'Stays with the first one, as long as the balancer knows it.',
    },
    {
      about: 'Which instance of the callee a retry goes to. Inside a layer with one state for each callee it is always the same one.',
      default: 'any',
      source: 'another: Envoy (retry_host_predicate previous_hosts); both: Spring Cloud LoadBalancer (maxRetriesOnNextServiceInstance, maxRetriesOnSameServiceInstance)',
    },
  ),
  budget: oneOf<MakeRetryBudget>('retryBudget')({
    about: 'What all calls of this layer together may spend on retries; without it there is no such limit.',
    optional: true,
  }),
  retryAfter: choice(
    {
      atLeast: 'Waits at least that long.',
      spread: 'Waits that long and, at random, up to half as long again, so that those who were refused together do not return together.',
      exactly: 'Waits just that long; the waits after it begin anew with the first.',
      atMostLater: 'Waits at least that long, but never 5 s longer than it would have waited anyway.',
      ignore: 'Waits as if nothing had been said.',
    },
    {
      about: 'What a retry does when the callee that refused says after what time to come back. One that says never is not asked again, unless that is ignored or comes later than allowed.',
      default: 'atLeast',
      source: 'atLeast: RFC 9110 (Retry-After); spread: Envoy (rate_limited_retry_back_off); exactly: gRPC proposal A6 (pushback); atMostLater: botocore (its retries of 2026); ignore: Resilience4j 2.4 and botocore (standard mode)',
    },
  ),
  retryUnsafe: flag({
    about: 'Also retries writes that must not be done twice: those that are not idempotent and send no idempotency key. Without it they are retried only when it is known that nothing was done, as after a refused connection or a conflict.',
    default: false,
    source: 'RFC 9110, section 9.2.2: clients do not retry requests that are not idempotent by themselves',
  }),
};

interface RetryState {
  /** Attempts made so far. */
  attempts: number;
  /** Waits since the last one that began the backoff anew, the present one included. */
  waits: number;
  /** What the backoff answered for the last retry. */
  backoffNs: number;
  /** What the budget lent for the present attempt. */
  lent: number;
}

class Retry implements Pattern<RetryState> {
  readonly #values: ValuesOf<typeof params>;
  readonly #retryable: Uint8Array;
  readonly #budget: RetryBudget | undefined;
  readonly #host: PatternHost;

  constructor(values: ValuesOf<typeof params>, host: PatternHost) {
    this.#values = values;
    this.#retryable = codeSet(values.retryOn);
    this.#budget = values.budget?.();
    this.#host = host;
  }

  newState(): RetryState {
    return { attempts: 0, waits: 0, backoffNs: 0.5, lent: 0 };
  }

  onCall(call: Call<RetryState>, fx: Effects): void {
    call.state.attempts = 1;
    call.state.waits = 0;
    call.state.backoffNs = 0;
    call.state.lent = 0;
    this.#budget?.begin(fx.now);
    if (this.#values.instance !== 'any') fx.sendTo(call, SendTo[this.#values.instance]);
    fx.start(call, 1);
  }

  onOutcome(call: Call<RetryState>, child: Child, fx: Effects): void {
    const isRetryable = this.#retryable[child.code] === 1;
    const isSentAway = this.#isSentAway(child);
    this.#budget?.ended(child.code, isRetryable || isSentAway, call.state.lent);
    if (!isRetryable || call.cancelled) {
      fx.settleWith(call, child);
      return;
    }
    if (call.state.attempts >= this.#values.maxAttempts) {
      fx.note(this.#host, Mark.retriesExhausted);
      fx.settleWith(call, child);
      return;
    }
    const waitNs = this.#waitNs(call, child, fx);
    if (isSentAway || !this.#isSafe(call, child.code) || fx.now + waitNs >= call.deadline || !this.#affords(call, child.code, fx)) {
      fx.note(this.#host, Mark.retryDenied);
      fx.settleWith(call, child);
      return;
    }
    call.state.attempts++;
    fx.note(this.#host, Mark.retried);
    if (waitNs > 0) fx.wakeAt(call, fx.now + waitNs);
    else fx.start(call, call.state.attempts);
  }

  onWake(call: Call<RetryState>, fx: Effects): void {
    if (call.cancelled) this.#giveUp(call, fx);
    else fx.start(call, call.state.attempts);
  }

  onCancel(call: Call<RetryState>, fx: Effects): void {
    if (call.open > 0) fx.cancel(call);
    else this.#giveUp(call, fx);
  }

  held(): number {
    return this.#budget?.held() ?? 0;
  }

  /** The call was let go of before its next attempt began. */
  #giveUp(call: Call<RetryState>, fx: Effects): void {
    this.#budget?.ended(Outcome.cancelled, false, call.state.lent);
    fx.settle(call, Outcome.cancelled);
  }

  /** Takes one retry from the budget. */
  #affords(call: Call<RetryState>, code: number, fx: Effects): boolean {
    if (this.#budget === undefined) return true;
    const lent = this.#budget.lend(code, fx.now);
    if (lent === DENIED) return false;
    call.state.lent = lent;
    return true;
  }

  /** The callee has said never to come back, and that is heard. */
  #isSentAway(child: Child): boolean {
    const { retryAfter } = this.#values;
    return child.retryAfter === Infinity && retryAfter !== 'ignore' && retryAfter !== 'atMostLater';
  }

  #isSafe(call: Call, code: number): boolean {
    return !isUnsafeWrite(call) || this.#values.retryUnsafe || isKnownUndone(code);
  }

  /** Whole nanoseconds to wait before the retry that follows the present number of attempts. */
  #waitNs(call: Call<RetryState>, child: Child, fx: Effects): number {
    const ownNs = this.#backOff(call, fx);
    const waitNs = child.retryAfter > 0 ? this.#asAsked(call, child.retryAfter, ownNs, fx) : ownNs;
    return Math.round(Math.min(waitNs, WAIT_MAX_NS));
  }

  /** What backoff and jitter say. */
  #backOff(call: Call<RetryState>, fx: Effects): number {
    const { state } = call;
    state.waits++;
    state.backoffNs = this.#values.backoff.delayNs(state.waits, state.backoffNs, call, fx);
    return spread(this.#values, state.backoffNs, fx.uniform(call, jitterOrdinal(state.attempts)));
  }

  /** @param ownNs how long the retry would wait by itself */
  #asAsked(call: Call<RetryState>, askedNs: number, ownNs: number, fx: Effects): number {
    switch (this.#values.retryAfter) {
      case 'atLeast':
        return Math.max(ownNs, askedNs);
      case 'spread':
        return askedNs * (1 + 0.5 * fx.uniform(call, spreadOrdinal(call.state.attempts)));
      case 'exactly':
        call.state.waits = 0;
        return askedNs;
      case 'atMostLater':
        return Math.max(ownNs, Math.min(askedNs, ownNs + LATER_MAX_NS));
      case 'ignore':
        return ownNs;
    }
  }
}

/** The wait that limit and jitter make of what the backoff says. */
function spread({ backoff, jitter, capOrder }: ValuesOf<typeof params>, backoffNs: number, uniform: number): number {
  return capOrder === 'beforeJitter' ? jitter(Math.min(backoffNs, backoff.maxNs), uniform) : Math.min(jitter(backoffNs, uniform), backoff.maxNs);
}

/** Of more retries than this only the last wait is looked at: waits have long stopped growing. */
const SUMMED_RETRIES = 1_000;

/** The sum of all waits, if each is as long as it can be. */
function longestWaitsNs(values: ValuesOf<typeof params>): number {
  const retries = values.maxAttempts - 1;
  let [sumNs, backoffNs, waitNs] = [0, 0, 0];
  for (let retry = 1; retry <= Math.min(retries, SUMMED_RETRIES); retry++) {
    backoffNs = values.backoff.delayNs(retry, backoffNs, NO_CALL, UNLUCKY);
    waitNs = Math.min(spread(values, backoffNs, 1), WAIT_MAX_NS);
    sumNs += waitNs;
  }
  const more = Math.max(0, retries - SUMMED_RETRIES);
  return more === 0 ? sumNs : sumNs + more * waitNs;
}

export const retry = definePattern({
  family: 'retry',
  kind: 'retry',
  title: 'Retry',
  about: 'Makes a failed call again, after a pause, in the hope that the failure has passed.',
  source: 'Resilience4j 2.4, Polly 8, cockatiel 4, gRPC proposal A6, AWS Architecture Blog 2015',
  useWhen: 'Failures are rare and independent: a lost packet, one bad instance among many.',
  avoidWhen: 'The callee is overloaded, or a caller further out retries as well: attempts multiply from layer to layer.',
  differs: 'A hedge sends a second attempt while the first is still running; a retry waits until it has failed.',
  side: 'caller',
  defaultScope: 'instance',
  marks: ['retried', 'retriesExhausted', 'retryDenied'],
  params,
  attempts: ({ maxAttempts }) => maxAttempts,
  longestNs: (values, insideNs) => (values.maxAttempts === Infinity ? Infinity : values.maxAttempts * insideNs + longestWaitsNs(values)),
  create: (values, host) => new Retry(values, host),
});
