/**
 * A hedge sends further attempts while earlier ones are still running, and takes the first good answer. The kinds of the
 * pattern differ in when the next attempt is due; Envoy's has a machine of its own.
 */
import { causes, choice, flag, oneOf } from '../../catalogue/param.ts';
import { codeSet, failuresExcept } from '../failures.ts';
import { Mark } from '../mark.ts';
import { isGood, Outcome } from '../outcome.ts';
import { type Call, type Child, type Effects, type Pattern, type PatternHost, SendTo } from '../pattern.ts';
import type { MakeRetryBudget } from '../retry-budget/retry-budget.ts';
import { isUnsafeWrite } from '../unsafe-write.ts';
import { Attempts, type AttemptsState } from './attempts.ts';

/** Parameters that the kinds have in common. */
export const hedgeOnParam = causes({
  about: 'Failures after which the next attempt is made at once. Any other outcome is the result.',
  default: failuresExcept('badRequest', 'conflict', 'breakerOpen'),
  source: 'Polly 8 (HedgingStrategyOptions.ShouldHandle: every exception); here not those that another attempt cannot change, and not an open breaker',
});
export const loserParam = choice(
  {
    cancel: 'Asks them to stop. Whether the servers hear of it is for the call site to say (cancelDownstream).',
    abandon: 'Lets them go on unheard.',
  },
  {
    about: 'What happens to the attempts that are still running when there is a result.',
    default: 'cancel',
    source: 'Dean and Barroso, The Tail at Scale, 2013; gRPC proposal A6; Finagle asks with sendInterrupts',
  },
);
export const instanceParam = choice(
  {
    another: 'One that the call has not been sent to, as long as the balancer knows one.',
    any: 'Whichever the balancer chooses, even the one that is slow.',
  },
  {
    about: 'Which instance of the callee a further attempt goes to. Inside a layer with one state for each callee it is always the same one.',
    default: 'another',
    source: 'Dean and Barroso, The Tail at Scale, 2013: another replica; gRPC and Finagle ask their balancers again',
  },
);
export const budgetParam = oneOf<MakeRetryBudget>('retryBudget')({
  about: 'What all calls together may spend on further attempts; a hedge costs what a retry costs.',
  optional: true,
  source: 'Finagle (BackupRequestFilter has a retry budget), gRPC proposal A6 (retryThrottling)',
});
export const hedgeUnsafeParam = flag({
  about: 'Also hedges writes that must not be done twice: those that are not idempotent and send no idempotency key.',
  default: false,
  source: 'own choice: two attempts at once are two writes more often than not',
});

/** How long a call may take at most if an attempt takes `insideNs` at most: each but the last is followed after the delay, or once it has failed. */
export function longestHedgedNs(maxAttempts: number, delayNs: number, insideNs: number): number {
  return (maxAttempts - 1) * Math.min(delayNs, insideNs) + insideNs;
}

/** When the next attempt is due. */
export interface HedgeDelay {
  /** Nanoseconds from one attempt to the next, for a call that begins; Infinity for none before a failure. */
  next(): number;
  /** A first attempt was answered, or let go of, after so long. */
  observe(durationNs: number): void;
}

export interface HedgeRules {
  /** The first attempt included. */
  readonly maxAttempts: number;
  readonly delay: HedgeDelay;
  readonly hedgeOn: readonly number[];
  readonly loser: 'cancel' | 'abandon';
  readonly instance: 'another' | 'any';
  readonly budget: MakeRetryBudget | undefined;
  readonly hedgeUnsafe: boolean;
  /** Only one of two attempts is worked on: the servers settle that among themselves. */
  readonly isTied: boolean;
  /** A failure that says when to come back puts the next attempt off until then, and forbids it when it says never. */
  readonly honoursPushback: boolean;
}

interface HedgeState extends AttemptsState {
  /** Nanoseconds from one attempt to the next. */
  delayNs: number;
  /** How the last attempt ended that was not dropped: the result of a call whose other attempt was. */
  outcome: number;
  /** No further attempt is made once the budget, the operation or the callee has forbidden one. */
  isDenied: boolean;
}

export class Hedge implements Pattern<HedgeState> {
  readonly #host: PatternHost;
  readonly #rules: HedgeRules;
  readonly #isHandled: Uint8Array;
  readonly #attempts: Attempts;

  constructor(host: PatternHost, rules: HedgeRules) {
    this.#host = host;
    this.#rules = rules;
    this.#isHandled = codeSet(rules.hedgeOn);
    this.#attempts = new Attempts(rules.maxAttempts, rules.budget);
  }

  newState(): HedgeState {
    return { ...this.#attempts.newState(), delayNs: 0.5, isDenied: false, outcome: 0 };
  }

  onCall(call: Call<HedgeState>, fx: Effects): void {
    call.state.delayNs = this.#rules.delay.next();
    call.state.isDenied = false;
    this.#attempts.begin(call.state, fx.now);
    call.state.outcome = Outcome.cancelled;
    if (this.#rules.isTied) fx.tie(call);
    if (this.#rules.instance === 'another') fx.sendTo(call, SendTo.another);
    this.#send(call, fx);
  }

  onOutcome(call: Call<HedgeState>, child: Child, fx: Effects): void {
    const isHandled = this.#isHandled[child.code] === 1;
    const isSentAway = this.#rules.honoursPushback && child.retryAfter === Infinity;
    this.#attempts.ended(call.state, child, isHandled || isSentAway);
    if (this.#rules.isTied && child.code === Outcome.cancelled && !call.cancelled) {
      if (call.open === 0) fx.settle(call, call.state.outcome);
      return;
    }
    call.state.outcome = child.code;
    if (child.tag === 0 && isGood(child.code)) this.#rules.delay.observe(fx.now - child.startedAt);
    if (isSentAway) this.#deny(call, fx);
    if (!isHandled || call.cancelled) this.#finish(call, child, fx);
    else if (!this.#mayHedge(call, child.code, fx)) {
      if (call.open === 0) this.#finish(call, child, fx);
    } else if (this.#rules.honoursPushback && child.retryAfter > 0) fx.wakeAt(call, fx.now + Math.round(child.retryAfter));
    else this.#hedge(call, fx);
  }

  onWake(call: Call<HedgeState>, fx: Effects): void {
    // No attempt has ended, or none of those that have was the reason: the delay is over, as if the last one had timed out.
    if (!call.cancelled && this.#mayHedge(call, Outcome.timeout, fx)) this.#hedge(call, fx);
  }

  onCancel(call: Call<HedgeState>, fx: Effects): void {
    this.#attempts.cancel(call, fx);
  }

  held(): number {
    return this.#attempts.held();
  }

  /** Whether one more attempt may be made; if so, it is paid for. @param code the outcome to which it would be the answer */
  #mayHedge(call: Call<HedgeState>, code: number, fx: Effects): boolean {
    const { state } = call;
    if (this.#isOver(state)) return false;
    if (state.granted) return true;
    if ((isUnsafeWrite(call) && !this.#rules.hedgeUnsafe) || !this.#attempts.borrow(state, code, fx.now)) this.#deny(call, fx);
    return !state.isDenied;
  }

  #deny({ state }: Call<HedgeState>, fx: Effects): void {
    if (this.#isOver(state)) return;
    state.isDenied = true;
    fx.note(this.#host, Mark.retryDenied);
  }

  /** Whatever happens, no further attempt is made. */
  #isOver({ isDenied, made }: HedgeState): boolean {
    return isDenied || made === this.#rules.maxAttempts;
  }

  #hedge(call: Call<HedgeState>, fx: Effects): void {
    fx.note(this.#host, Mark.hedged);
    this.#send(call, fx);
  }

  #send(call: Call<HedgeState>, fx: Effects): void {
    fx.start(call, this.#attempts.next(call.state));
    fx.wakeAt(call, call.state.made === this.#rules.maxAttempts ? Infinity : fx.now + call.state.delayNs);
  }

  #finish(call: Call<HedgeState>, child: Child, fx: Effects): void {
    if (child.tag > 0 && isGood(child.code)) {
      fx.note(this.#host, Mark.hedgeWon);
      // How long the first attempt would have taken is not known, only that it is longer than this.
      if (this.#attempts.isUnderWay(call.state, 0)) this.#rules.delay.observe(fx.now - call.startedAt);
    }
    this.#attempts.letGo(call.state);
    if (this.#rules.loser === 'cancel') fx.cancel(call);
    fx.settleWith(call, child);
  }
}
