import { callSite, flag } from '../../catalogue/param.ts';
import { isGood } from '../../resilience/outcome.ts';
import type { CallRecord, Site } from '../../resilience/runtime.ts';
import type { ActivationCall } from '../activation.ts';
import type { Interpreter } from '../interpreter.ts';
import { type Step, defineStep } from '../step.ts';

class CallStep implements Step {
  readonly #site: Site;
  readonly #async: boolean;
  readonly #optional: boolean;

  constructor(site: Site, async_: boolean, optional: boolean) {
    this.#site = site;
    this.#async = async_;
    this.#optional = optional;
  }

  begin(call: ActivationCall, on: Interpreter): boolean {
    on.runtime.startSite(call, call.state.pc, this.#site);
    if (this.#async) on.yieldThread(call);
    return false;
  }

  childEnded(call: ActivationCall, child: CallRecord, on: Interpreter): void {
    if (isGood(child.code)) call.state.quality *= child.quality;
    else if (this.#optional) call.state.quality *= 0.5;
    else {
      on.failBecause(call, child);
      return;
    }
    if (this.#async) on.resume(call);
    else on.goOn(call);
  }
}

export const call = defineStep({
  family: 'step',
  kind: 'call',
  title: 'Call',
  about: 'Calls another component and waits for its answer; the thread is held meanwhile.',
  source: 'blocking request handling, as in thread-per-request servers',
  params: {
    call: callSite<Site>()({ about: 'The component that is called.', inline: true }),
    async: flag({
      about: 'Gives the thread back while waiting, as event loops and coroutines do; the rest of the handler then needs a thread again.',
      default: false,
    }),
    optional: flag({ about: 'A failure does not fail the request; the answer is then of half quality.', default: false }),
  },
  shorthand: 'call',
  create: (values) => new CallStep(values.call, values.async, values.optional),
});
