import { count } from '../../catalogue/param.ts';
import type { ActivationCall } from '../activation.ts';
import { OneLine, defineDiscipline } from '../discipline.ts';

class AdaptiveLifo extends OneLine {
  readonly #threshold: number;

  constructor(threshold: number) {
    super();
    this.#threshold = threshold;
  }

  shift(): ActivationCall {
    return this.length > this.#threshold ? this.takeNewest() : this.takeOldest();
  }
}

export const adaptiveLifo = defineDiscipline({
  family: 'discipline',
  kind: 'adaptiveLifo',
  title: 'Adaptive LIFO',
  about: 'Serves in order of arrival while the line is short, and the newest first when it builds up.',
  source: 'Maurer, Fail at Scale, 2015',
  useWhen: 'Overload comes now and then: those who have just arrived are still waiting for their answer.',
  differs: 'Plain last in, first out is unfair even when everybody could be served in time.',
  params: {
    threshold: count({ about: 'With more waiting than this, the newest is served first.', unit: 'requests', default: 10, source: 'own choice; the article gives no number' }),
  },
  shorthand: 'threshold',
  create: ({ threshold }) => () => new AdaptiveLifo(threshold),
});
