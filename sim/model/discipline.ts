/**
 * Queue disciplines: who is served next, and who is sent away instead. They decide when a thread comes free, which
 * patterns cannot; hence a contract of their own. Entries are linked through their activations, so that a waiter who is
 * cancelled leaves at once.
 */
import type { AnyMakes, Makes } from '../catalogue/definition.ts';
import type { Fields } from '../catalogue/param.ts';
import type { ActivationCall } from './activation.ts';

export interface Discipline {
  readonly length: number;
  push(call: ActivationCall): void;
  /** Takes the next one out, or null when it sent all of them away. Only called when `length` > 0. */
  shift(): ActivationCall | null;
  remove(call: ActivationCall): void;
  /** Who came first, who came last, and the last of the least important. Only called when `length` > 0. */
  oldest(): ActivationCall;
  newest(): ActivationCall;
  leastImportant(): ActivationCall;
}

/** What a discipline may know of the place where it stands, and do there. */
export interface QueueHost {
  /** Virtual time in nanoseconds. */
  readonly now: number;
  /** Sends a call away that has been taken out of the line. */
  drop(call: ActivationCall): void;
}

/** Makes a queue for each instance. */
export type DisciplineFactory = (host: QueueHost) => Discipline;
export type DisciplineDefinition<F extends Fields = Fields> = Makes<F, DisciplineFactory>;
export type AnyDisciplineDefinition = AnyMakes<DisciplineFactory, void>;

export function defineDiscipline<const F extends Fields>(definition: DisciplineDefinition<F>): DisciplineDefinition<F> {
  return definition;
}

/** A doubly linked list through the activations. */
export class WaitingLine {
  length = 0;
  first: ActivationCall | null = null;
  last: ActivationCall | null = null;

  append(call: ActivationCall): void {
    call.state.next = null;
    call.state.previous = this.last;
    if (this.last === null) this.first = call;
    else this.last.state.next = call;
    this.last = call;
    this.length++;
  }

  remove(call: ActivationCall): void {
    const { state } = call;
    if (state.previous === null) this.first = state.next;
    else state.previous.state.next = state.next;
    if (state.next === null) this.last = state.previous;
    else state.next.state.previous = state.previous;
    state.next = null;
    state.previous = null;
    this.length--;
  }
}

/** A discipline with one line in order of arrival. */
export abstract class OneLine implements Discipline {
  protected readonly line = new WaitingLine();

  abstract shift(): ActivationCall | null;

  get length(): number {
    return this.line.length;
  }
  push(call: ActivationCall): void {
    this.line.append(call);
  }
  remove(call: ActivationCall): void {
    this.line.remove(call);
  }
  oldest(): ActivationCall {
    return this.line.first!;
  }
  newest(): ActivationCall {
    return this.line.last!;
  }
  leastImportant(): ActivationCall {
    let found = this.line.last!;
    for (let call = found.state.previous; call !== null; call = call.state.previous) if (call.priority > found.priority) found = call;
    return found;
  }

  protected takeOldest(): ActivationCall {
    const call = this.line.first!;
    this.line.remove(call);
    return call;
  }
  protected takeNewest(): ActivationCall {
    const call = this.line.last!;
    this.line.remove(call);
    return call;
  }
}
