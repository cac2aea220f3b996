import { text } from '../../catalogue/param.ts';
import type { ActivationCall } from '../activation.ts';
import type { Interpreter } from '../interpreter.ts';
import { type Step, defineStep } from '../step.ts';

class Effect implements Step {
  readonly #effects: number;
  readonly #duplicates: number;

  constructor(effects: number, duplicates: number) {
    this.#effects = effects;
    this.#duplicates = duplicates;
  }

  begin(call: ActivationCall, on: Interpreter): boolean {
    const { values } = on.engine.recorder;
    values[this.#effects]!++;
    if (!call.context.of.addEffect(this, call.context.path)) values[this.#duplicates]!++;
    return true;
  }
}

export const effect = defineStep({
  family: 'step',
  kind: 'effect',
  title: 'Effect',
  about: 'Does something that cannot be taken back, such as a charge or a mail, and counts when a request has it done twice; calls that lead here are writes.',
  source: 'RFC 9110, section 9.2.2 (idempotent methods); source chapter S4: the user who is charged twice',
  params: {
    effect: text({ about: 'What is done, in a word for the reader.', optional: true }),
  },
  shorthand: 'effect',
  create: (_values, { address, engine: { recorder } }) =>
    new Effect(recorder.register(address, 'effects', 'counter', 'count'), recorder.register(address, 'duplicateEffects', 'counter', 'count')),
});
