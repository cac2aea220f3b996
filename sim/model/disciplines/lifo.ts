import type { ActivationCall } from '../activation.ts';
import { type Discipline, WaitingLine, defineDiscipline } from '../discipline.ts';

class Lifo implements Discipline {
  readonly #line = new WaitingLine();

  get length(): number {
    return this.#line.length;
  }
  push(call: ActivationCall): void {
    this.#line.append(call);
  }
  shift(): ActivationCall {
    const call = this.#line.last!;
    this.#line.remove(call);
    return call;
  }
  remove(call: ActivationCall): void {
    this.#line.remove(call);
  }
}

export const lifo = defineDiscipline({
  family: 'discipline',
  kind: 'lifo',
  title: 'Last in, first out',
  about: 'Serves the newest first; under overload most who are served are served fast, and the others not at all.',
  source: 'Takács and Kleinrock on last-come-first-served queues; Maurer, Fail at Scale, 2015',
  params: {},
  create: () => () => new Lifo(),
});
