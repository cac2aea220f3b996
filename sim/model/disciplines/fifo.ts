import type { ActivationCall } from '../activation.ts';
import { OneLine, defineDiscipline } from '../discipline.ts';

class Fifo extends OneLine {
  shift(): ActivationCall {
    return this.takeOldest();
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
