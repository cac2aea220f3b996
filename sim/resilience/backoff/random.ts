import { distribution, type Sampled } from '../../catalogue/param.ts';
import type { Call } from '../pattern.ts';
import { type Backoff, backoffOrdinal, defineBackoff, type Draws } from './backoff.ts';

class Random implements Backoff {
  readonly maxNs = Infinity;
  readonly #delay: Sampled;

  constructor(delay: Sampled) {
    this.#delay = delay;
  }

  delayNs(retry: number, _previousNs: number, call: Call, fx: Draws): number {
    return fx.sample(call, backoffOrdinal(retry), this.#delay);
  }
}

export const random = defineBackoff({
  kind: 'random',
  title: 'Random backoff',
  about: 'Draws every wait from one distribution.',
  source: 'the general case',
  params: {
    delay: distribution({ of: 'duration', about: 'The wait before each retry.' }),
  },
  shorthand: 'delay',
  create: ({ delay }) => new Random(delay),
});
