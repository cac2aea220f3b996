import { Outcome } from '../outcome.ts';
import type { Call, Child, Effects } from '../pattern.ts';
import { DENIED, type MakeRetryBudget, type RetryBudget } from '../retry-budget/retry-budget.ts';

const ENDED = -1;

/** The part of a call's state that belongs to its attempts. */
export interface AttemptsState {
  /** Attempts made so far. */
  made: number;
  /** The next attempt has been allowed, and what the budget lent for it is ours. */
  granted: boolean;
  lentNext: number;
  /** What the budget lent for each attempt that is under way. */
  lent: Float64Array;
}

/** Keeps the accounts of parallel attempts with the budget that all calls of a layer share. */
export class Attempts {
  readonly #most: number;
  readonly #budget: RetryBudget | undefined;

  /** @param most attempts of one call, the first one included */
  constructor(most: number, budget: MakeRetryBudget | undefined) {
    this.#most = most;
    this.#budget = budget?.();
  }

  newState(): AttemptsState {
    return { made: 0, granted: false, lentNext: 0, lent: new Float64Array(0) };
  }

  begin(state: AttemptsState, nowNs: number): void {
    state.made = 0;
    state.granted = false;
    state.lentNext = 0;
    if (state.lent.length < this.#most) state.lent = new Float64Array(this.#most);
    this.#budget?.begin(nowNs);
  }

  /** Asks the budget for one more attempt after an outcome. */
  borrow(state: AttemptsState, code: number, nowNs: number): boolean {
    const lent = this.#budget?.lend(code, nowNs) ?? 0;
    if (lent === DENIED) return false;
    state.lentNext = lent;
    state.granted = true;
    return true;
  }

  /** An attempt is made. @returns its number, counted from 0 */
  next(state: AttemptsState): number {
    state.lent[state.made] = state.lentNext;
    state.granted = false;
    return state.made++;
  }

  isUnderWay(state: AttemptsState, attempt: number): boolean {
    return state.lent[attempt] !== ENDED;
  }

  ended(state: AttemptsState, { tag, code }: Child, isRetryable: boolean): void {
    this.#budget?.ended(code, isRetryable, state.lent[tag]!);
    state.lent[tag] = ENDED;
  }

  /** The call has its result: attempts under way end with it, and one that was allowed is not made. */
  letGo(state: AttemptsState): void {
    for (let attempt = 0; attempt < state.made; attempt++) {
      if (this.isUnderWay(state, attempt)) this.#budget?.ended(Outcome.cancelled, false, state.lent[attempt]!);
    }
    if (state.granted) this.#budget?.ended(Outcome.cancelled, false, state.lentNext);
  }

  /** The caller lets go of a call: attempts that are under way are asked to stop, and without one it ends at once. */
  cancel(call: Call<AttemptsState>, fx: Effects): void {
    if (call.open > 0) {
      fx.cancel(call);
      return;
    }
    this.letGo(call.state);
    fx.settle(call, Outcome.cancelled);
  }

  held(): number {
    return this.#budget?.held() ?? 0;
  }
}
