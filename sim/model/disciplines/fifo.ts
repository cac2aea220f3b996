import type { ActivationCall } from '../activation.ts';
import { type Discipline, WaitingLine, defineDiscipline } from '../discipline.ts';

class Fifo implements Discipline {
  readonly #line = new WaitingLine();

  get length(): number {
    return this.#line.length;
  }
  push(call: ActivationCall): void {
    this.#line.append(call);
  }
  shift(): ActivationCall {
    const call = this.#line.first!;
    this.#line.remove(call);
    return call;
  }
  remove(call: ActivationCall): void {
    this.#line.remove(call);
  }
}

export const fifo = defineDiscipline({
  family: 'discipline',
  kind: 'fifo',
  title: 'First in, first out',
  about: 'Serves in order of arrival; under lasting overload everybody waits longer than they are willing to.',
  source: 'the default of thread pools and accept queues',
  params: {},
  create: () => () => new Fifo(),
});
