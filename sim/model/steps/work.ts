import { type Sampled, distribution, number } from '../../catalogue/param.ts';
import type { ActivationCall } from '../activation.ts';
import type { Interpreter } from '../interpreter.ts';
import { type Step, defineStep } from '../step.ts';

/** Uses the processor of the instance. */
export class Work implements Step {
  readonly #demand: Sampled;
  readonly #slowdownPerRequest: number;
  readonly #purpose: number;

  /** @param slowdownPerRequest share by which each request in flight makes it longer */
  constructor(demand: Sampled, slowdownPerRequest: number, purpose: number) {
    this.#demand = demand;
    this.#slowdownPerRequest = slowdownPerRequest;
    this.#purpose = purpose;
  }

  begin(call: ActivationCall, on: Interpreter): boolean {
    const { instance } = call.state;
    let demandNs = this.#demand.sample(on.engine.keys, call.context.slot, this.#purpose);
    if (this.#slowdownPerRequest > 0) demandNs *= 1 + this.#slowdownPerRequest * instance.inFlight;
    if (demandNs <= 0) return true;
    instance.processor.submit(call, demandNs);
    return false;
  }
}

export const work = defineStep({
  family: 'step',
  kind: 'work',
  title: 'Work',
  about: 'Uses the processor for a time drawn at random; at normal speed that is the service time.',
  source: 'service time S of queueing theory',
  params: {
    work: distribution({ of: 'duration', about: 'Service time at normal speed, without waiting.' }),
    slowdownPerRequest: number({
      about: 'How much longer the work takes for each request in flight on the instance (itself included), as a share: 0.01 makes it twice as long at 100.',
      default: 0,
      min: 0,
      source: 'load-dependent service time, Brooker, simple_collapse_sim',
    }),
  },
  shorthand: 'work',
  create: (values, { purpose }) => new Work(values.work, values.slowdownPerRequest, purpose),
});
