import { count, duration, flag, list, record, steps } from '../../catalogue/param.ts';
import { Outcome, isGood } from '../../resilience/outcome.ts';
import type { CallRecord } from '../../resilience/runtime.ts';
import type { ActivationCall } from '../activation.ts';
import type { Interpreter } from '../interpreter.ts';
import { type Program, type Step, assemble, branchesOf, defineStep } from '../step.ts';

interface Branch {
  readonly program: Program;
  readonly optional: boolean;
}

class Parallel implements Step {
  readonly #branches: readonly Branch[];
  readonly #needed: number;
  readonly #required: number;
  readonly #timeoutNs: number;
  readonly #word: number;

  constructor(branches: readonly Branch[], needed: number, timeoutNs: number, word: number) {
    this.#branches = branches;
    this.#required = branches.filter((branch) => !branch.optional).length;
    this.#needed = needed;
    this.#timeoutNs = timeoutNs;
    this.#word = word;
  }

  begin(call: ActivationCall, on: Interpreter): boolean {
    const { runtime, engine } = on;
    const { state } = call;
    if (this.#branches.length === 0) return true;
    const { parts } = state.extras;
    parts.open = this.#branches.length;
    parts.good = 0;
    parts.failed = 0;
    if (this.#timeoutNs < Infinity) runtime.wakeAt(call, runtime.now + this.#timeoutNs);
    const word = this.#word;
    for (let i = 0; i < this.#branches.length; i++) {
      const context = runtime.newContext(call.context);
      engine.childKey(context.slot, call.context.slot, word + i);
      context.path = call.context.pathOf(word + i);
      const child = runtime.startLayer(call, i, on.branches, context);
      if (child === null) return false;
      (child as ActivationCall).state.reset(state.instance, this.#branches[i]!.program);
    }
    return false;
  }

  childEnded(call: ActivationCall, child: CallRecord, on: Interpreter): void {
    const { state } = call;
    const { parts } = state.extras;
    const branch = this.#branches[child.tag]!;
    parts.open--;
    if (isGood(child.code)) {
      state.quality *= child.quality;
      if (!branch.optional) parts.good++;
    } else if (branch.optional) {
      state.quality *= 0.5;
    } else {
      parts.failed++;
      // Too few can still succeed: the rest is not needed any more.
      if (this.#required - parts.failed < this.#needed) {
        this.#stop(call, on);
        on.failBecause(call, child);
        return;
      }
    }
    if (parts.open === 0 || this.#enough(call)) {
      this.#stop(call, on);
      on.goOn(call);
    }
  }

  /** The time is up: the answer is made of the parts that are there. */
  woken(call: ActivationCall, on: Interpreter): void {
    const { state } = call;
    const { parts } = state.extras;
    const there = this.#branches.length - parts.open;
    this.#stop(call, on);
    if (parts.good === 0 && this.#required > 0) {
      on.settle(call, Outcome.timeout);
      return;
    }
    state.quality *= there / this.#branches.length;
    on.goOn(call);
  }

  /** With fewer than all required, the first ones decide; optional parts are waited for only while all are wanted. */
  #enough(call: ActivationCall): boolean {
    return this.#needed < this.#required && call.state.extras.parts.good >= this.#needed;
  }

  #stop(call: ActivationCall, on: Interpreter): void {
    on.runtime.sleep(call);
    on.runtime.cancel(call);
    on.runtime.abandon(call);
  }
}

/** More branches for one request would not fit into the memory of a machine. */
const BRANCHES_MAX = 500_000;

const branchParam = record(
  {
    steps: steps<Program>()({ about: 'What the branch does.' }),
    optional: flag({ about: 'Its failure does not fail the request; the answer is then of half quality.', default: false }),
  },
  { about: 'A part that runs beside the others.' },
);

export const parallel = defineStep({
  family: 'step',
  kind: 'parallel',
  title: 'Parallel',
  about: 'Does several things at the same time and waits for all, or for as many as are needed; the one thread is held meanwhile.',
  source: 'fan-out and quorum, Dean and Barroso, The Tail at Scale, CACM 56(2), 2013',
  params: {
    parallel: list(branchParam, { about: 'The branches, each with its steps.' }),
    repeat: count({ about: 'Each branch this many times, every copy with its own luck: a fan-out over equal leaves.', default: 1, min: 1, max: 100_000, unit: 'copies' }),
    need: count({ about: 'How many of the required branches must succeed; the rest is then cancelled. Left out: all.', optional: true, min: 1, unit: 'branches' }),
    timeout: duration({ about: 'After this long the answer is made of the parts that are there.', optional: true }),
  },
  shorthand: 'parallel',
  check: (values) => {
    const branches = values.repeat * (values.parallel.length + branchesOf(values.parallel));
    if (branches > BRANCHES_MAX) {
      const multiply = 'repetitions inside one another multiply';
      return [{ param: 'repeat', message: `each request would open ${branches} branches, as ${multiply}; expected at most ${BRANCHES_MAX}` }];
    }
    const required = values.parallel.filter((branch) => !branch.optional).length * values.repeat;
    return values.need !== undefined && values.need > required
      ? [{ param: 'need', message: `needs ${values.need} branches, but only ${required} are required ones` }]
      : [];
  },
  create: (values, { word }) => {
    const branches = values.parallel.flatMap((branch) => {
      const one: Branch = { program: assemble(branch.steps), optional: branch.optional };
      return Array.from({ length: values.repeat }, () => one);
    });
    const required = branches.filter((branch) => !branch.optional).length;
    return new Parallel(branches, values.need ?? required, values.timeout ?? Infinity, word);
  },
});
