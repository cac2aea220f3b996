import { choice, flag, ratio, steps, text } from '../../catalogue/param.ts';
import type { ActivationCall } from '../activation.ts';
import type { Interpreter } from '../interpreter.ts';
import { Fork, type Program, defineStep } from '../step.ts';

/** Decides for a call whether it goes the first way. */
type Condition = (call: ActivationCall, on: Interpreter) => boolean;

class Choose extends Fork {
  protected readonly isFirst: Condition;

  constructor(condition: Condition, then: Program, otherwise: Program) {
    super(then, otherwise);
    this.isFirst = condition;
  }
}

export const choose = defineStep({
  family: 'step',
  kind: 'choose',
  title: 'Choose',
  about: 'Goes one of two ways: by the class of the request, by chance, or by a feature flag.',
  source: 'feature flags and request classes as in the inventory of graceful degradation',
  params: {
    choose: choice(
      {
        class: 'by the class of the request',
        probability: 'by chance, drawn under the key of the request',
        flag: 'by a switch that variants and the page can turn',
      },
      { about: 'What decides.' },
    ),
    class: text({ about: 'The request class that goes the first way.', optional: true }),
    probability: ratio({ about: 'The share of requests that go the first way.', optional: true }),
    flag: flag({ about: 'On: the first way.', default: true }),
    then: steps<Program>()({ about: 'The first way.' }),
    otherwise: steps<Program>()({ about: 'The other way.', default: [] }),
  },
  shorthand: 'choose',
  check: (values) => {
    if (values.choose === 'class' && values.class === undefined) return [{ param: 'class', message: 'choosing by class needs the name of a class' }];
    if (values.choose === 'probability' && values.probability === undefined) return [{ param: 'probability', message: 'choosing by probability needs a share such as 30%' }];
    return [];
  },
  create: (values, { purpose, classOf }) => {
    const conditions: Record<typeof values.choose, () => Condition> = {
      class: () => {
        const wanted = classOf(values.class!);
        return (call) => call.requestClass === wanted;
      },
      probability: () => (call, on) => on.engine.uniform(call.context.slot, purpose) < values.probability!,
      flag: () => () => values.flag,
    };
    return new Choose(conditions[values.choose](), values.then, values.otherwise);
  },
});
