import { count, ratio, steps, text } from '../../catalogue/param.ts';
import type { ActivationCall } from '../activation.ts';
import { LEVEL_MAX } from '../feature-state.ts';
import type { Interpreter } from '../interpreter.ts';
import { Fork, type Program, defineStep } from '../step.ts';

const UNKNOWN = -1;

class Feature extends Fork {
  readonly #name: string;
  readonly #offFromLevel: number;
  readonly #quality: number;
  readonly #reduced: number;
  #number = UNKNOWN;

  constructor(name: string, offFromLevel: number, quality: number, then: Program, otherwise: Program, reduced: number) {
    super(then, otherwise);
    this.#name = name;
    this.#offFromLevel = offFromLevel;
    this.#quality = quality;
    this.#reduced = reduced;
  }

  protected isFirst(call: ActivationCall, on: Interpreter): boolean {
    const { state } = call;
    const { flags } = on.server;
    // All components exist by now, so that the store can be asked for the number.
    if (this.#number === UNKNOWN) this.#number = flags!.store.numberOf(this.#name);
    const isOn = flags!.isOn(state.instance, this.#number, this.#offFromLevel);
    if (!isOn) {
      state.quality *= this.#quality;
      on.engine.recorder.values[this.#reduced]!++;
    }
    return isOn;
  }
}

export const feature = defineStep({
  family: 'step',
  kind: 'feature',
  title: 'Feature',
  about: 'Goes one of two ways, as a feature is on or off for all that the instance knows; the flags of the service say whom it asks.',
  source: 'source chapters S2, S3 and S4 (feature flags for degradation)',
  params: {
    feature: text({ about: 'Name of the feature.' }),
    offFromLevel: count({
      about: 'The degradation level from which on it is off. Left out: no level switches it off.',
      optional: true,
      min: 1,
      max: LEVEL_MAX,
      unit: 'level',
    }),
    quality: ratio({ about: 'How good the answer is when the feature is off, compared with a full one.', default: 0.8, source: 'own choice' }),
    then: steps<Program>()({ about: 'While it is on.' }),
    otherwise: steps<Program>()({ about: 'While it is off.', default: [] }),
  },
  shorthand: 'feature',
  create: (values, { address, engine: { recorder } }) =>
    new Feature(values.feature, values.offFromLevel ?? Infinity, values.quality, values.then, values.otherwise, recorder.register(address, 'reduced', 'counter', 'count')),
});
