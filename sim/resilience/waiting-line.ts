import { Outcome } from './outcome.ts';
import type { Call, Effects } from './pattern.ts';

/** Per-call state of a call that can stand in a waiting line; the line itself is made of these links, which mean nothing while it stands in none. */
export interface Waiting<S> {
  isWaiting: boolean;
  before: Call<S> | null;
  behind: Call<S> | null;
}

/** First come, first served; anybody may leave at any time at no cost, and nothing is allocated. */
export class WaitingLine<S extends Waiting<S>> {
  #first: Call<S> | null = null;
  #last: Call<S> | null = null;
  length = 0;

  join(call: Call<S>): void {
    call.state.isWaiting = true;
    call.state.before = this.#last;
    call.state.behind = null;
    if (this.#last === null) this.#first = call;
    else this.#last.state.behind = call;
    this.#last = call;
    this.length++;
  }

  leave(call: Call<S>): void {
    const { before, behind } = call.state;
    if (before === null) this.#first = behind;
    else before.state.behind = behind;
    if (behind === null) this.#last = before;
    else behind.state.before = before;
    call.state.isWaiting = false;
    this.length--;
  }

  /** Lets go of a call wherever it is: in the line, or inside. @returns whether it stood in the line, which it has left */
  cancel(call: Call<S>, fx: Effects): boolean {
    if (!call.state.isWaiting) {
      fx.cancel(call);
      return false;
    }
    this.leave(call);
    fx.settle(call, Outcome.cancelled);
    return true;
  }

  /** Gives the place of a call in the line to another, which stands in none. */
  replace(call: Call<S>, other: Call<S>): void {
    const { before, behind } = call.state;
    other.state.isWaiting = true;
    other.state.before = before;
    other.state.behind = behind;
    if (before === null) this.#first = other;
    else before.state.behind = other;
    if (behind === null) this.#last = other;
    else behind.state.before = other;
    call.state.isWaiting = false;
  }

  /**
   * The first call that may still go on. A call that has just been cancelled, but has not heard of it yet, stays in the
   * line: it leaves when it hears.
   */
  peek(): Call<S> | null {
    let call = this.#first;
    while (call !== null && call.cancelled) call = call.state.behind;
    return call;
  }

  /** Takes the first call that may still go on out of the line. */
  next(): Call<S> | null {
    const call = this.peek();
    if (call !== null) this.leave(call);
    return call;
  }
}
