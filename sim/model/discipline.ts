/**
 * Queue disciplines: who is served next. They decide at the door (`push` may refuse) and at the counter (`shift`), which
 * patterns cannot; hence a contract of their own. Entries are linked through their activations, so that a waiter who is
 * cancelled leaves at once.
 */
import type { AnyMakes, Makes } from '../catalogue/definition.ts';
import type { Fields } from '../catalogue/param.ts';
import type { ActivationCall } from './activation.ts';

export interface Discipline {
  readonly length: number;
  push(call: ActivationCall): void;
  /** Takes the next one out. Only called when `length` > 0. */
  shift(): ActivationCall;
  remove(call: ActivationCall): void;
}

/** Makes a queue for each instance. */
export type DisciplineFactory = () => Discipline;
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
