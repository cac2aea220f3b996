import type { ActivationCall } from '../activation.ts';
import { OneLine, defineDiscipline } from '../discipline.ts';

class Lifo extends OneLine {
  shift(): ActivationCall {
    return this.takeNewest();
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
